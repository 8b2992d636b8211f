"""What did not arrive and is not settled yet, for those who sent, receive or watch."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from passnum.kit.actor import Actor
from vouchers.models import Discrepancy, Shipment, Wave
from vouchers.queries.stock import ranges_of, shipments_visible_to
from vouchers.states import DiscrepancyStatus


@dataclass(frozen=True, slots=True)
class Gap:
    """Missing booklets of one shipment about which the same was said, as ranges of numbers."""

    status: DiscrepancyStatus
    sender_word: str
    recipient_word: str
    is_settled_by_pilot: bool
    ranges: tuple[tuple[int, int], ...]

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to settle."""
        return self.status == DiscrepancyStatus.OPEN


def _label(word: str | None) -> str:
    return str(DiscrepancyStatus(word).label) if word else ""


def gaps_of(*, shipment: Shipment) -> list[Gap]:
    """Return the missing booklets of a shipment by what was said of them, those to settle first."""
    groups: dict[tuple[str, str | None, str | None, bool], list[int]] = {}
    for one in Discrepancy.objects.filter(shipment=shipment).select_related("booklet").order_by("booklet__number"):
        said = (one.status, one.sender_word, one.recipient_word, one.is_settled_by_pilot)
        groups.setdefault(said, []).append(one.booklet.number)
    found = [
        Gap(DiscrepancyStatus(status), _label(sender), _label(recipient), by_pilot, tuple(ranges_of(numbers)))
        for (status, sender, recipient, by_pilot), numbers in groups.items()
    ]
    return sorted(found, key=lambda gap: (not gap.is_open, gap.ranges))


def open_numbers(gaps: Sequence[Gap]) -> list[tuple[int, int]]:
    """Return the ranges that are still to settle."""
    return sorted(one for gap in gaps if gap.is_open for one in gap.ranges)


def shipments_to_settle(*, by: Actor) -> QuerySet[Shipment]:
    """Return the shipments with a gap to settle, within what an actor follows, oldest first."""
    waiting = Discrepancy.objects.filter(status=DiscrepancyStatus.OPEN)
    return shipments_visible_to(by=by).filter(pk__in=waiting.values("shipment")).order_by("received_at", "pk")


def open_discrepancies(*, wave: Wave) -> int:
    """Return how many missing booklets of a wave are to settle."""
    return Discrepancy.objects.filter(shipment__wave=wave, status=DiscrepancyStatus.OPEN).count()
