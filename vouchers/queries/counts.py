"""How far the booklets of a wave or an order went, counted from the movements, never from a status.

A replacement counts with the booklet it replaces: the person still has one booklet, started once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

_SQL = """
WITH RECURSIVE scope AS (
    SELECT id, replaces_id, distributor_id, size FROM vouchers_booklet WHERE {scope} = %s),
root AS (
    SELECT id, id AS root_id FROM scope WHERE replaces_id IS NULL
    UNION ALL SELECT s.id, r.root_id FROM scope s JOIN root r ON s.replaces_id = r.id),
told AS (
    SELECT r.root_id,
        bool_or(m.act = 'RECEIVE' AND m.from_kind = 'PRINTER') AS delivered,
        count(*) FILTER (WHERE m.act IN ('HAND_OVER', 'HAND_OVER_AT_USE'))
            - count(*) FILTER (WHERE m.act = 'UNDO_HANDOVER') AS given,
        coalesce(sum(l.tickets_count) FILTER (WHERE m.act = 'REDEEM'), 0)
            - coalesce(sum(l.tickets_count) FILTER (WHERE m.act = 'UNDO_REDEMPTION'), 0) AS used
    FROM root r JOIN vouchers_movementline l ON l.booklet_id = r.id
    JOIN vouchers_movement m ON m.id = l.movement_id GROUP BY r.root_id)
SELECT s.distributor_id, count(*), sum(s.size),
    count(*) FILTER (WHERE t.delivered), count(*) FILTER (WHERE t.given > 0),
    count(*) FILTER (WHERE t.used > 0), count(*) FILTER (WHERE t.used >= s.size), sum(t.used)
FROM scope s JOIN told t ON t.root_id = s.id GROUP BY s.distributor_id ORDER BY s.distributor_id
"""


@dataclass(frozen=True, slots=True)
class BookletCounts:
    """Booklets at each stage, and tickets made and used (one ticket is one hour)."""

    produced: int = 0
    tickets: int = 0
    delivered: int = 0
    handed_over: int = 0
    started: int = 0
    completed: int = 0
    used_tickets: int = 0

    def __add__(self, other: "BookletCounts") -> "BookletCounts":
        return BookletCounts(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, ...]:
        return (
            self.produced,
            self.tickets,
            self.delivered,
            self.handed_over,
            self.started,
            self.completed,
            self.used_tickets,
        )


def _counted(scope: str, primary_key: int) -> dict[int, BookletCounts]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(scope=scope), [primary_key])
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return {row[0]: BookletCounts(*(int(n) for n in row[1:])) for row in rows}


def wave_counts(*, wave_id: int) -> dict[int, BookletCounts]:
    """Return the counts of a wave by planned distributor (primary keys)."""
    return _counted("wave_id", wave_id)


def order_counts(*, order_id: int) -> dict[int, BookletCounts]:
    """Return the counts of an order by planned distributor (primary keys)."""
    return _counted("order_id", order_id)


def total_of(counts: dict[int, BookletCounts]) -> BookletCounts:
    """Return the sum over the distributors."""
    return sum(counts.values(), start=BookletCounts())
