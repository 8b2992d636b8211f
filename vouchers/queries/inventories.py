"""Inventories: what should be in the drawer, what was read there, and what differs, told without another's stock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import end_of_day, start_of_day
from vouchers.models import Booklet, Inventory, InventoryCount
from vouchers.queries.organisations import own, own_and_relays
from vouchers.queries.stock import SEES_ALL, booklets_visible_to, ranges_of
from vouchers.states import InventoryStatus, TitleStatus


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of one wave, in order: expected in stock, found in the drawer, and what differs."""

    expected: tuple[int, ...]
    found: tuple[int, ...]

    @property
    def missing(self) -> list[int]:
        """Expected and not found."""
        return sorted(set(self.expected) - set(self.found))

    @property
    def unexpected(self) -> list[int]:
        """Found and not expected."""
        return sorted(set(self.found) - set(self.expected))


def seen_of(*, inventory: Inventory) -> Seen:
    """Return what is expected at this moment and what was read."""
    stock = Booklet.objects.filter(wave=inventory.wave, holder=inventory.holder, status=TitleStatus.IN_STOCK)
    return Seen(
        tuple(stock.order_by("number").values_list("number", flat=True)),
        tuple(inventory.entries.order_by("booklet__number").values_list("booklet__number", flat=True)),
    )


@dataclass(frozen=True, slots=True)
class Unexpected:
    """Booklets found where they should not be, as ranges, and what may be said of them."""

    sentence: str
    ranges: tuple[tuple[int, int], ...]


HIDDEN = "Ils ne sont pas dans votre stock. Mettez-les de côté et prévenez la Métropole."


def unexpected_of(*, inventory: Inventory, numbers: Iterable[int], by: Actor) -> list[Unexpected]:
    """Say of each unexpected booklet where the register has it, only for what the actor may follow."""
    wanted = set(numbers)
    visible = booklets_visible_to(by=by).filter(wave=inventory.wave, number__in=wanted)
    told: dict[str, list[int]] = {}
    for booklet in visible:
        place = f", chez {booklet.holder.name}" if booklet.holder and booklet.holder_id != inventory.holder_id else ""
        said = f"Le registre les dit « {TitleStatus(booklet.status).label.lower()} »{place}."
        told.setdefault(said, []).append(booklet.number)
    hidden = wanted - {n for found in told.values() for n in found}
    if hidden:
        told[HIDDEN] = sorted(hidden)
    return [Unexpected(said, tuple(ranges_of(found))) for said, found in sorted(told.items())]


def inventories_of(*, by: Actor) -> QuerySet[Inventory]:
    """Return the inventories of the actor's own organisation, those that go on first."""
    found = Inventory.objects.filter(holder__in=own(by)).select_related("holder", "wave")
    return found.order_by("ended_at", "-started_at", "-pk")


def open_inventories(*, holder: Organisation) -> QuerySet[Inventory]:
    """Return the inventories of a holder that go on."""
    return Inventory.objects.filter(holder=holder, status=InventoryStatus.OPEN).select_related("wave").order_by("pk")


def counts_visible_to(*, by: Actor) -> QuerySet[InventoryCount]:
    """Return the signed counts an actor may read, newest first."""
    counts = InventoryCount.objects.select_related("holder", "wave", "inventory").order_by("-counted_at", "-pk")
    if by.role in SEES_ALL or by.role == Role.FINANCE:
        return counts
    if by.role == Role.DISTRIBUTOR:
        return counts.filter(holder__in=own_and_relays(by))
    return counts.filter(holder__in=own(by))


def counts_on(*, holder: Organisation, day: date) -> dict[int, InventoryCount]:
    """Return the last count that a holder signed on a day (Paris), by wave (primary key)."""
    found = InventoryCount.objects.filter(
        holder=holder, counted_at__gte=start_of_day(day), counted_at__lt=end_of_day(day)
    )
    return {count.wave_id: count for count in found.order_by("counted_at", "pk")}
