"""Where every booklet is, for those who may know: custody, what sleeps, what is on its way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.codes.crockford import is_crockford, normalise
from passnum.kit.collation import sort_key
from vouchers.models import Booklet, Handover, Shipment, Wave
from vouchers.queries.booklet import NUMBER, find_booklet, find_ticket
from vouchers.queries.organisations import own, own_and_relays
from vouchers.queries.referents import desks_of
from vouchers.states import HolderKind, ShipmentStatus, TitleStatus

# product.md, IP3: « stock dormant > 60 days ».
DORMANT = timedelta(days=60)
RECEIPT_LETTERS = 8
SEES_ALL = (Role.PILOT, Role.AUDITOR, Role.EVALUATOR)


def dormant_since(at: datetime) -> datetime:
    """Return the instant before which a booklet that has not moved is dormant."""
    return at - DORMANT


def booklets_visible_to(*, by: Actor, day: date | None = None) -> QuerySet[Booklet]:
    """Return the booklets whose custody an actor may follow (register.md, *Who sees what*).

    A distributor sees what it or its relays hold, await, were last sent or handed over: not another's. On a day, also
    what was handed over for those that it serves as their referent: their persons come to it.
    """
    booklets = Booklet.objects.select_related("wave", "holder", "distributor", "funder", "order", "movement")
    if by.role in SEES_ALL:
        return booklets
    if by.role == Role.ISSUER:
        return booklets.filter(wave__issuer__in=own(by))
    if by.role == Role.DISTRIBUTOR:
        theirs = own_and_relays(by)
        desks = desks_of(by=by, day=day) if day else theirs
        given = Handover.objects.filter(booklet=OuterRef("pk"), distributor__in=desks, undone_at__isnull=True)
        return booklets.filter(Q(holder__in=theirs) | Q(shipment__to_organisation__in=theirs) | Exists(given))
    return booklets.none()


def find_visible_booklet(*, text: str, by: Actor, day: date | None = None) -> Booklet | None:
    """Find a booklet by its number, a receipt, or any ticket of it; None when unknown or another's: alike.

    Raises the sentences of `passnum.kit.codes` when the text is plainly a mistyped code.
    """
    visible = booklets_visible_to(by=by, day=day)
    letters = normalise(text)
    is_number = NUMBER.fullmatch(text.strip())  # « 1-0000012 » has the letters of a receipt too
    if not is_number and len(letters) == RECEIPT_LETTERS and is_crockford(letters):
        return visible.filter(handovers__receipt=letters).first()
    booklet = find_booklet(text=text)
    return visible.filter(pk=booklet.pk).first() if booklet else None


def rank_of(*, text: str, booklet: Booklet) -> int | None:
    """Return the position of the very ticket that found a booklet, None for a number or a receipt."""
    letters = normalise(text)
    is_receipt = len(letters) == RECEIPT_LETTERS and is_crockford(letters)
    if is_receipt or NUMBER.fullmatch(text.strip()):
        return None
    ticket = find_ticket(text=text)
    return ticket.position if ticket and ticket.booklet_id == booklet.pk else None


@dataclass(frozen=True, slots=True)
class Holding:
    """Booklets of one wave with one holder; `holder` None is the printer."""

    holder: Organisation | None
    wave: Wave
    in_stock: int
    dormant: int
    incoming: int
    outgoing: int
    missing: int

    @property
    def name(self) -> str:
        """Who holds them."""
        return self.holder.name if self.holder else "Imprimeur"


RESTING: Final = ("in_stock", "dormant", "outgoing", "missing")


def _grouped(booklets: QuerySet[Booklet], at: datetime) -> dict[tuple[int, int | None], dict[str, int]]:
    """Return counts by (wave, organisation), primary keys; None is the printer."""
    present = booklets.filter(Q(holder_kind=HolderKind.ORGANISATION) | Q(holder_kind=HolderKind.PRINTER)).values(
        "wave_id", "holder_id"
    )
    is_resting = Q(status__in=[TitleStatus.IN_STOCK, TitleStatus.PRODUCED])
    counted = present.order_by().annotate(
        in_stock=Count("pk", filter=is_resting),
        dormant=Count("pk", filter=Q(status=TitleStatus.IN_STOCK, movement__happened_at__lt=dormant_since(at))),
        outgoing=Count("pk", filter=Q(status=TitleStatus.IN_TRANSIT)),
        missing=Count("pk", filter=Q(status=TitleStatus.MISSING)),
    )
    found: dict[tuple[int, int | None], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in counted:
        found[row["wave_id"], row["holder_id"]].update({name: row[name] for name in RESTING})
    coming = booklets.filter(status=TitleStatus.IN_TRANSIT).values("wave_id", "shipment__to_organisation_id")
    for arrival in coming.order_by().annotate(n=Count("pk")):
        found[arrival["wave_id"], arrival["shipment__to_organisation_id"]]["incoming"] = arrival["n"]
    return found


def holdings(*, by: Actor, at: datetime) -> list[Holding]:
    """Return where booklets are, by holder then wave, within what an actor sees; four statements at most."""
    found = _grouped(booklets_visible_to(by=by).select_related(None), at)
    organisations = Organisation.objects.in_bulk({pk for _, pk in found if pk})
    waves = Wave.objects.in_bulk({pk for pk, _ in found})
    names = (*RESTING, "incoming")
    mine = {o.pk for o in own_and_relays(by)} if by.role == Role.DISTRIBUTOR else None
    rows = [
        Holding(
            organisations[holder_id] if holder_id else None,
            waves[wave_id],
            **{name: counts[name] for name in names},
        )
        for (wave_id, holder_id), counts in found.items()
        if mine is None or holder_id in mine
    ]
    shown = [row for row in rows if any(getattr(row, name) for name in names)]
    return sorted(shown, key=lambda h: (h.holder is not None, sort_key(h.name), h.wave.number))


def held_booklets(*, by: Actor, holder: Organisation, dormant_at: datetime | None = None) -> QuerySet[Booklet]:
    """Return what a holder has in stock or awaits, in number order; only what sleeps when `dormant_at` is given."""
    here = Q(holder=holder) | Q(status=TitleStatus.IN_TRANSIT, shipment__to_organisation=holder)
    booklets = booklets_visible_to(by=by).filter(here)
    if dormant_at is not None:
        booklets = booklets.filter(status=TitleStatus.IN_STOCK, movement__happened_at__lt=dormant_since(dormant_at))
    return booklets.order_by("wave__number", "number")


def visible_holders(*, by: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose stock an actor may open."""
    if by.role == Role.DISTRIBUTOR:
        return own_and_relays(by)
    held = booklets_visible_to(by=by).select_related(None)
    return Organisation.objects.filter(
        Q(pk__in=held.filter(holder__isnull=False).values("holder"))
        | Q(pk__in=held.filter(shipment__isnull=False).values("shipment__to_organisation"))
    )


def ranges_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return whole numbers as (first, last) ranges, in order."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


@dataclass(frozen=True, slots=True)
class Sendable:
    """Booklets of one wave that can leave a place for the distributor they were ordered for."""

    wave: Wave
    distributor: Organisation
    ranges: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many booklets."""
        return sum(last - first + 1 for first, last in self.ranges)


_RANGES = """
SELECT wave_id, distributor_id, min(number), max(number) FROM (
    SELECT b.wave_id, b.distributor_id, b.number,
        b.number - row_number() OVER (PARTITION BY b.wave_id, b.distributor_id ORDER BY b.number) AS island
    FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id
    WHERE b.status = 'PRODUCED' AND (%(issuer)s IS NULL OR w.issuer_id IN
        (SELECT id FROM accounts_organisation WHERE uid = %(issuer)s::uuid))) AS n
GROUP BY wave_id, distributor_id, island ORDER BY wave_id, min(number)
"""


def ready_at_printer(*, by: Actor) -> list[Sendable]:
    """Return what waits at the printer, by wave and distributor, as ranges of numbers."""
    if by.role not in {Role.PILOT, Role.ISSUER}:
        return []
    issuer = str(by.organisation_id) if by.role == Role.ISSUER else None
    islands: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, {"issuer": issuer})
        for wave_id, distributor_id, first, last in cursor.fetchall():
            islands[wave_id, distributor_id].append((first, last))
    waves = Wave.objects.in_bulk({pk for pk, _ in islands})
    organisations = Organisation.objects.in_bulk({pk for _, pk in islands})
    found = [Sendable(waves[w], organisations[d], tuple(ranges)) for (w, d), ranges in islands.items()]
    return sorted(found, key=lambda s: (s.wave.number, sort_key(s.distributor.name), s.distributor.pk))


def stock_ranges(*, organisation: Organisation) -> list[tuple[Wave, list[tuple[int, int]]]]:
    """Return what an organisation has in stock, as ranges by wave."""
    numbers: dict[int, list[int]] = defaultdict(list)
    stock = Booklet.objects.filter(holder=organisation, status=TitleStatus.IN_STOCK)
    for wave_id, number in stock.values_list("wave_id", "number"):
        numbers[wave_id].append(number)
    waves = Wave.objects.in_bulk(numbers)
    return [(waves[pk], ranges_of(numbers[pk])) for pk in sorted(numbers, key=lambda pk: waves[pk].number)]


def shipments_visible_to(*, by: Actor) -> QuerySet[Shipment]:
    """Return the shipments an actor sent, awaits or may follow, newest first; those not received come first."""
    shipments = Shipment.objects.select_related("wave", "from_organisation", "to_organisation")
    is_waiting = Count("pk", filter=Q(status=ShipmentStatus.SENT))
    shipments = shipments.annotate(is_waiting=is_waiting).order_by("-is_waiting", "-sent_at", "-pk")
    if by.role in SEES_ALL:
        return shipments
    if by.role == Role.ISSUER:
        return shipments.filter(wave__issuer__in=own(by))
    if by.role == Role.DISTRIBUTOR:
        theirs = own_and_relays(by)
        return shipments.filter(Q(from_organisation__in=theirs) | Q(to_organisation__in=theirs))
    return shipments.none()


def shipment_ranges(*, shipment: Shipment) -> list[tuple[int, int]]:
    """Return the numbers that were sent, as ranges, from the movement that sent them."""
    return ranges_of(
        Booklet.objects.filter(
            movement_lines__movement__subject=shipment.uid, movement_lines__movement__act="SEND"
        ).values_list("number", flat=True)
    )


def awaited_count(*, shipment: Shipment) -> int:
    """Return how many booklets of a shipment its recipient may count: what was blocked on its way does not arrive."""
    if shipment.status != ShipmentStatus.SENT:
        return shipment.sent_count
    return Booklet.objects.filter(shipment=shipment, status=TitleStatus.IN_TRANSIT).count()
