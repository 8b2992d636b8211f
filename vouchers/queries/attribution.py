"""Who bears what of the tickets used: what is still to attribute, and what was."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Sum

from vouchers.models import AttributedSeal, AttributionLine, FundingLine, Order, Seal
from vouchers.register.shares import Promise
from vouchers.states import Act


@dataclass(frozen=True, slots=True)
class SealedUse:
    """Tickets of one booklet that a sealed movement used, or gave back (`reverses_id`), in the order of the register."""

    movement_id: int
    act: str
    reverses_id: int | None
    booklet_id: int
    tickets_count: int
    order_id: int
    funder_id: int
    value_cents: int
    public: str


# The public is the one told at the hand-over of this booklet, else of the one that it replaces.
_USES = """
WITH RECURSIVE uses AS (
    SELECT e.position, m.id AS movement_id, m.act, m.reverses_id, l.booklet_id, l.tickets_count, b.order_id,
        b.funder_id, b.number, l.tickets_count * w.face_value_cents AS value_cents
    FROM vouchers_sealentry e JOIN vouchers_movement m ON m.id = e.movement_id
    JOIN vouchers_movementline l ON l.movement_id = m.id JOIN vouchers_booklet b ON b.id = l.booklet_id
    JOIN vouchers_wave w ON w.id = b.wave_id
    WHERE e.seal_id = %s AND m.act IN (%s, %s)),
chain AS (
    SELECT DISTINCT booklet_id AS first_id, booklet_id AS id, 0 AS depth FROM uses
    UNION ALL
    SELECT c.first_id, b.replaces_id, c.depth + 1 FROM chain c JOIN vouchers_booklet b ON b.id = c.id
    WHERE b.replaces_id IS NOT NULL),
told AS (
    SELECT DISTINCT ON (c.first_id) c.first_id, p.target_public
    FROM chain c JOIN vouchers_handover h ON h.booklet_id = c.id AND h.undone_at IS NULL
    JOIN vouchers_handoverprofile p ON p.handover_id = h.id
    ORDER BY c.first_id, c.depth)
SELECT u.movement_id, u.act, u.reverses_id, u.booklet_id, u.tickets_count, u.order_id, u.funder_id, u.value_cents,
    coalesce(t.target_public, '')
FROM uses u LEFT JOIN told t ON t.first_id = u.booklet_id
ORDER BY u.position, u.number, u.booklet_id"""


def next_seal_to_attribute() -> Seal | None:
    """Return the first seal whose uses were not attributed yet."""
    last = AttributedSeal.objects.aggregate(n=Max("seal__number"))["n"] or 0
    return Seal.objects.filter(number=last + 1).first()


def sealed_uses(*, seal: Seal) -> list[SealedUse]:
    """Return what a seal's movements used and gave back, in the order of the register."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, [seal.pk, Act.REDEEM, Act.UNDO_REDEMPTION])
        return [SealedUse(*row) for row in cursor.fetchall()]


def promises_at(*, seal: Seal, order_ids: Iterable[int]) -> Mapping[int, Sequence[Promise]]:
    """Return per order the promises known before a seal, oldest first, with what each bears so far."""
    lines = list(FundingLine.objects.filter(order__in=set(order_ids), after_mark__lt=seal.number).order_by("pk"))
    borne = {
        row["funding_line"]: row
        for row in AttributionLine.objects.filter(funding_line__in=lines)
        .values("funding_line")
        .annotate(base=Sum("base_cents"), due=Sum("due_cents"), borne=Sum("cents"))
        .order_by("funding_line")
    }
    found: dict[int, list[Promise]] = defaultdict(list)
    for line in lines:
        so_far = borne.get(line.pk, {"base": 0, "due": 0, "borne": 0})
        found[line.order_id].append(
            Promise(
                id=line.pk,
                funder_id=line.co_funder_id,
                rate_points=line.rate_points,
                ceiling_cents=line.ceiling_cents,
                target_publics=line.target_publics,
                base_cents=so_far["base"],
                due_cents=so_far["due"],
                cents=so_far["borne"],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Borne:
    """What the funders of an order bear of its tickets used, up to a seal; in cents, by primary key of the promise."""

    by_promise: Mapping[int, int]
    by_orderer_cents: int
    seal_number: int

    @property
    def total_cents(self) -> int:
        """Face value of what was used."""
        return sum(self.by_promise.values()) + self.by_orderer_cents


def borne(*, order: Order) -> Borne:
    """Return who bears what of an order, up to the last seal attributed."""
    rows = AttributionLine.objects.filter(order=order).values_list("funding_line").annotate(n=Sum("cents"))
    by_promise = dict(rows.order_by("funding_line"))
    rest = by_promise.pop(None, 0)
    last = AttributedSeal.objects.aggregate(n=Max("seal__number"))["n"] or 0
    return Borne(by_promise, rest, last)
