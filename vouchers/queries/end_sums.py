"""What became of each order of a wave at a seal, as sums over the lines of the sealed movements: no status is read.

A movement from a state to another is balanced: the tickets in a state are those that came minus those that left.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from string import Template
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, Sum

from vouchers.models import OrderLine, Seal, Wave
from vouchers.queries.order import COMMITTED
from vouchers.states import TO_PRODUCE, TitleStatus

# A replacement counts with the booklet it replaces: its order, its funding, its hand-over.
_FAMILY: Final = """
WITH RECURSIVE family AS (
    SELECT id, id AS root_id, order_id, coalesce(funded_at <= %(at)s, false) AS is_funded
    FROM vouchers_booklet WHERE wave_id = %(wave)s AND replaces_id IS NULL
    UNION ALL
    SELECT b.id, f.root_id, f.order_id, f.is_funded FROM vouchers_booklet b JOIN family f ON b.replaces_id = f.id),
known AS (
    SELECT f.root_id, f.order_id, f.is_funded, l.tickets_count AS n, m.act, m.from_state, m.to_state
    FROM family f JOIN vouchers_movementline l ON l.booklet_id = f.id
    JOIN vouchers_movement m ON m.id = l.movement_id
    JOIN vouchers_sealentry e ON e.movement_id = m.id JOIN vouchers_seal s ON s.id = e.seal_id
    WHERE s.number <= %(seal)s)"""

_NOTICE: Final = Template("""$family,
told AS (
    SELECT order_id, coalesce(sum(n) FILTER (WHERE act = 'PRODUCE'), 0) AS issued,
        coalesce(sum(n) FILTER (WHERE act IN ('HAND_OVER', 'HAND_OVER_AT_USE')), 0)
            - coalesce(sum(n) FILTER (WHERE act = 'UNDO_HANDOVER'), 0) AS injected,
        coalesce(sum(n) FILTER (WHERE act = 'REDEEM'), 0)
            - coalesce(sum(n) FILTER (WHERE act = 'UNDO_REDEMPTION'), 0) AS used
    FROM known GROUP BY order_id, root_id)
SELECT order_id, sum(issued), sum(injected), coalesce(sum(injected) FILTER (WHERE used > 0), 0)
FROM told GROUP BY order_id ORDER BY order_id""").substitute(family=_FAMILY)

_STATES: Final = Template("""$family,
flow AS (
    SELECT order_id, is_funded, to_state AS state, n FROM known
    UNION ALL SELECT order_id, is_funded, from_state, -n FROM known)
SELECT order_id, is_funded, state, sum(n) FROM flow GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3""").substitute(
    family=_FAMILY
)


@dataclass(frozen=True, slots=True)
class EndSums:
    """The four sums of a notice, in tickets; the fourth is the difference of the first two."""

    issued: int
    injected: int
    started: int


@dataclass(frozen=True, slots=True)
class OrderStates:
    """Tickets of one order by state, at a seal; `unused_funded` and `unused_unfunded` were produced and never used."""

    order_id: int
    ordered: int
    states: Counter[str] = field(default_factory=Counter)
    funded: int = 0
    unused_funded: int = 0
    unused_unfunded: int = 0

    @property
    def produced_in_all(self) -> int:
        """Tickets that came into being."""
        return sum(self.states.values())

    @property
    def to_produce(self) -> int:
        """Tickets ordered that do not exist."""
        return self.ordered - self.produced_in_all


def last_seal() -> Seal | None:
    """Return the last seal, None before the first."""
    return Seal.objects.order_by("-number").first()


def _rows(sql: str, wave: Wave, seal_number: int, at: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"wave": wave.pk, "seal": seal_number, "at": at})
        return list(cursor.fetchall())


def notice_sums(*, wave: Wave, seal_number: int, at: datetime) -> dict[int, EndSums]:
    """Return the sums of a wave's notice by order (primary keys), for the orders of which the seals know a ticket."""
    return {row[0]: EndSums(*(int(n) for n in row[1:])) for row in _rows(_NOTICE, wave, seal_number, at)}


def order_states(*, wave: Wave, seal_number: int, at: datetime) -> dict[int, OrderStates]:
    """Return what became of the tickets of each approved order of a wave (primary keys), known at a seal.

    An order counts for what it asked. A booklet is funded when its proof was verified by `at`. Where a seal ends within
    a reissue, the old tickets still wait, blocked.
    """
    # what has booklets counts, whatever came after
    counts = Q(order__status__in=COMMITTED) | Q(order__started_at__isnull=False)
    lines = OrderLine.objects.filter(counts, order__wave=wave).values("order_id").order_by()
    asked = {row["order_id"]: int(row["n"]) for row in lines.annotate(n=Sum(F("size") * F("quantity")))}
    found: dict[int, dict[str, Any]] = {
        pk: {"states": Counter(), "funded": 0, "unused_funded": 0, "unused_unfunded": 0} for pk in asked
    }
    for order_id, is_funded, state, count in _rows(_STATES, wave, seal_number, at):
        if state == TO_PRODUCE:
            continue
        one, n = found[order_id], int(count)
        one["states"][TitleStatus.BLOCKED if state == TitleStatus.REPLACED else state] += n
        one["funded"] += n if is_funded else 0
        if state != TitleStatus.REDEEMED:
            one["unused_funded" if is_funded else "unused_unfunded"] += n
    return {pk: OrderStates(order_id=pk, ordered=asked[pk], **one) for pk, one in sorted(found.items())}
