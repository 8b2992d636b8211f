"""Hand-overs noticed at use that wait for their distributor's word (*remise constatée à l'usage*)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from passnum.kit.actor import Actor
from passnum.kit.errors import NotFound
from vouchers.models import Handover, HandoverChannel, Ticket
from vouchers.states import TitleStatus

A_DAY = timedelta(days=1)


class HandoverUnknown(NotFound):
    code = "HANDOVER_UNKNOWN"
    message = "Aucune remise de votre structure ne porte cet identifiant."


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One hand-over to confirm: silence until `silence_at` counts as a yes. Nothing of the place, nor of the person."""

    handover: Handover
    hours_used: int
    silence_at: datetime
    days_left: int

    @property
    def days_text(self) -> str:
        """« 1 jour », « 12 jours »."""
        return f"{self.days_left}\u00a0jour{'s' if self.days_left > 1 else ''}"

    @property
    def booklet(self) -> str:
        """The number printed on the booklet."""
        return self.handover.booklet.label


def _own(by: Actor) -> QuerySet[Handover]:
    noticed = Handover.objects.filter(channel=HandoverChannel.AT_USE, undone_at__isnull=True)
    if by.organisation_id is None:
        return noticed.none()
    return noticed.filter(distributor__uid=by.organisation_id).select_related("booklet__wave", "distributor")


def handovers_to_confirm(*, by: Actor, at: datetime) -> list[ToConfirm]:
    """Return the caller's hand-overs without an answer, the most urgent first."""
    used = (
        Ticket.objects.filter(booklet=OuterRef("booklet"))
        .values("booklet")
        .annotate(n=Count("pk", filter=Q(status=TitleStatus.REDEEMED)))
        .values("n")
    )
    waiting = _own(by).filter(confirmation__isnull=True).annotate(hours_used=Coalesce(Subquery(used), 0))
    return sorted((_to_confirm(h, at) for h in waiting.order_by("pk")), key=lambda one: one.silence_at)


def _to_confirm(handover: Handover, at: datetime) -> ToConfirm:
    silence_at = handover.recorded_at + handover.booklet.wave.silence_days * A_DAY
    hours: int = handover.hours_used  # type: ignore[attr-defined]  # annotation of the query above
    return ToConfirm(handover, hours, silence_at, max(0, -((at - silence_at) // A_DAY)))


def handover_to_answer(*, uid: UUID, by: Actor) -> Handover:
    """Return one of the caller's hand-overs noticed at use. Raises HandoverUnknown, for another's as well."""
    found = _own(by).filter(uid=uid).first()
    if found is None:
        raise HandoverUnknown
    return found
