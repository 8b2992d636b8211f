"""What became of booklets and tickets at a pair (cut-off day, seal), counted from the lines of the register.

The state of a ticket is where its last line led. Lines are masks of positions, so no ticket is unfolded: reading a
booklet's lines from the last one backwards, a line still holds the positions that no later line took (`bit_or` over
the lines after it). A booklet has the state of its last move that was not a use; a booklet that was reissued lives on
in its replacement, and both are one: the first one's order, funder and hand-over, the last one's state.
"""

from dataclasses import dataclass
from string import Template
from typing import Final

from reporting.queries.as_of import COUNTS, SEALED, AsOf, parameters, rows_of
from vouchers.models import Wave
from vouchers.states import TO_PRODUCE, TitleStatus

# What was replaced is not in the sum: its identity lives in the replacement (register.md, *Movements*).
TICKET_STATES: Final = (
    TitleStatus.PRODUCED,
    TitleStatus.IN_TRANSIT,
    TitleStatus.IN_STOCK,
    TitleStatus.MISSING,
    TitleStatus.HANDED_OVER,
    TitleStatus.REDEEMED,
    TitleStatus.EXPIRED,
    TitleStatus.BLOCKED,
    TitleStatus.CANCELLED,
    TitleStatus.DESTROYED,
)


@dataclass(frozen=True, slots=True)
class TitleGroup:
    """Booklets that share an order, a distributor, a month of hand-over and a state, and what their tickets became.

    `distributor_id` is who handed them over; failing that, who keeps them; failing that, who was planned
    (`planned_id`). `handed_month` is « 2026-03 » in Paris, empty while they are not handed over. `by_state` counts
    tickets in the order of TICKET_STATES.
    """

    order_id: int
    funder_id: int
    planned_id: int
    distributor_id: int
    handed_month: str
    state: str
    is_received: bool
    booklets: int
    tickets: int
    redeemed: int
    started: int
    completed: int
    by_state: tuple[int, ...]

    @property
    def is_handed(self) -> bool:
        """Tell whether these booklets were handed over, and the hand-over not undone."""
        return self.handed_month != ""


_SQL: Final = """
WITH RECURSIVE facts AS MATERIALIZED (
    SELECT l.booklet_id, l.mask::int AS mask, m.act, m.to_state, m.happened_at, m.from_organisation_id AS giver_id,
        m.to_organisation_id AS keeper_id, (s.number::bigint << 32) + e.position AS place
    FROM vouchers_booklet b
    JOIN vouchers_movementline l ON l.booklet_id = b.id
    JOIN vouchers_movement m ON m.id = l.movement_id $sealed
    WHERE b.wave_id = %(wave)s AND (%(funder)s::bigint IS NULL OR b.funder_id = %(funder)s) AND $counts),
present AS (
    SELECT booklet_id, to_state, act, place, mask & ~coalesce(bit_or(mask) OVER (
        PARTITION BY booklet_id ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS mask
    FROM facts),
held AS (
    SELECT booklet_id,
        $sums,
        sum(bit_count(mask::bit(10))::int) FILTER (WHERE to_state = 'REPLACED')::int AS replaced,
        max(place) FILTER (WHERE act NOT IN ('REDEEM', 'UNDO_REDEMPTION')) AS moved_at
    FROM present GROUP BY booklet_id),
whole AS (SELECT f.booklet_id, f.to_state AS state FROM facts f
    JOIN held h ON h.booklet_id = f.booklet_id AND h.moved_at = f.place),
given AS (
    SELECT DISTINCT ON (booklet_id) booklet_id, act, giver_id, happened_at FROM facts
    WHERE act IN ('HAND_OVER', 'HAND_OVER_AT_USE', 'UNDO_HANDOVER') ORDER BY booklet_id, place DESC),
kept AS (
    SELECT DISTINCT ON (booklet_id) booklet_id, keeper_id FROM facts
    WHERE act IN ('RECEIVE', 'FIND') ORDER BY booklet_id, place DESC),
heir AS (
    SELECT n.id, n.replaces_id AS root_id FROM vouchers_booklet n JOIN vouchers_booklet o ON o.id = n.replaces_id
    WHERE n.wave_id = %(wave)s AND o.replaces_id IS NULL
    UNION ALL
    SELECT n.id, h.root_id FROM heir h JOIN vouchers_booklet n ON n.replaces_id = h.id),
family AS (
    SELECT coalesce(r.root_id, h.booklet_id) AS root_id,
        $family_sums,
        -- two movements make a reissue: where a seal ends between them, the old tickets still wait, blocked
        sum(h.blocked + CASE WHEN n.id IS NULL THEN coalesce(h.replaced, 0) ELSE 0 END) AS blocked,
        max(CASE WHEN w.state = 'REPLACED' THEN 'BLOCKED' ELSE w.state END) FILTER (WHERE n.id IS NULL) AS state
    FROM held h JOIN whole w ON w.booklet_id = h.booklet_id
    LEFT JOIN heir r ON r.id = h.booklet_id
    LEFT JOIN (SELECT b.id, b.replaces_id FROM vouchers_booklet b JOIN held x ON x.booklet_id = b.id) n
        ON n.replaces_id = h.booklet_id
    GROUP BY 1),
one AS (
    SELECT b.order_id, b.funder_id, b.distributor_id AS planned_id, b.size, f.*,
        k.booklet_id IS NOT NULL OR coalesce(g.act, 'UNDO_HANDOVER') <> 'UNDO_HANDOVER' AS is_received,
        CASE WHEN g.act <> 'UNDO_HANDOVER' THEN g.giver_id END AS giver_id, k.keeper_id,
        CASE WHEN g.act <> 'UNDO_HANDOVER'
            THEN to_char(g.happened_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM') ELSE '' END AS handed_month
    FROM family f JOIN vouchers_booklet b ON b.id = f.root_id
    LEFT JOIN given g ON g.booklet_id = f.root_id LEFT JOIN kept k ON k.booklet_id = f.root_id)
SELECT order_id, funder_id, planned_id, coalesce(giver_id, keeper_id, planned_id), coalesce(handed_month, ''),
    CASE WHEN redeemed = size THEN 'REDEEMED' ELSE state END, is_received,
    count(*), sum(size), sum(redeemed), count(*) FILTER (WHERE redeemed > 0), count(*) FILTER (WHERE redeemed = size),
    $totals
FROM one GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7"""


def _question() -> str:
    names = [state.value.lower() for state in TICKET_STATES]
    counted = "coalesce(sum(bit_count(mask::bit(10))::int) FILTER (WHERE to_state = '{}'), 0)::int AS {}"
    return Template(_SQL).substitute(
        sealed=SEALED,
        counts=COUNTS,
        sums=",\n        ".join(counted.format(name.upper(), name) for name in names),
        family_sums=", ".join(f"sum(h.{name}) AS {name}" for name in names if name != "blocked"),
        totals=", ".join(f"sum({name})" for name in names),
    )


_QUESTION: Final = _question()


def title_groups(*, wave: Wave, known: AsOf, funder_id: int | None = None) -> list[TitleGroup]:
    """Return every booklet that the register knows at the pair, in groups; those of one funder if asked."""
    rows = rows_of(_QUESTION, parameters(known, wave=wave.pk, funder=funder_id))
    return [_group(*row) for row in rows]


def _group(
    order_id: int,
    funder_id: int,
    planned_id: int,
    distributor_id: int,
    handed_month: str,
    state: str,
    is_received: bool,
    *counts: int,
) -> TitleGroup:
    booklets, tickets, redeemed, started, completed, *by_state = (int(n) for n in counts)
    return TitleGroup(
        order_id=order_id,
        funder_id=funder_id,
        planned_id=planned_id,
        distributor_id=distributor_id,
        handed_month=handed_month,
        state=state,
        is_received=is_received,
        booklets=booklets,
        tickets=tickets,
        redeemed=redeemed,
        started=started,
        completed=completed,
        by_state=tuple(by_state),
    )


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an order line asks for: booklets of one size for the distributor that was planned."""

    order_id: int
    funder_id: int
    planned_id: int
    booklets: int
    tickets: int


# An order counts from its approval on; a step is dated and never changed. What the register shows produced was ordered.
# An order amended since then is read in the revision of its step: a report says again what it said.
_ORDERS: Final = """
WITH step AS (
    SELECT DISTINCT ON (order_id) order_id, status, revision FROM vouchers_orderstep
    WHERE happened_at < %(end)s AND after_mark < %(seal)s ORDER BY order_id, id DESC),
said AS (
    SELECT l.order_id, o.revision, l.distributor_id, l.size, l.quantity
    FROM vouchers_orderline l JOIN vouchers_order o ON o.id = l.order_id
    UNION ALL
    SELECT r.order_id, r.number, (x.line ->> 0)::bigint, (x.line ->> 1)::int, (x.line ->> 2)::int
    FROM vouchers_orderrevision r CROSS JOIN LATERAL jsonb_array_elements(r.lines) x(line))
SELECT o.id, o.funder_id, l.distributor_id, sum(l.quantity), sum(l.quantity * l.size)
FROM vouchers_order o LEFT JOIN step p ON p.order_id = o.id
JOIN said l ON l.order_id = o.id
    AND l.revision = CASE WHEN o.id = ANY(%(produced)s) THEN o.revision ELSE coalesce(p.revision, o.revision) END
WHERE o.wave_id = %(wave)s AND (%(funder)s::bigint IS NULL OR o.funder_id = %(funder)s)
    AND (p.status IN ('APPROVED', 'IN_PRODUCTION', 'DELIVERED', 'CLOSED') OR o.id = ANY(%(produced)s))
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


def ordered_lines(*, wave: Wave, known: AsOf, produced: list[int], funder_id: int | None = None) -> list[Ordered]:
    """Return what was ordered: orders approved by the end of the day and written before the seal was closed.

    `produced` are orders that the register shows produced.
    """
    params = parameters(known, wave=wave.pk, funder=funder_id, produced=produced)
    return [
        Ordered(order_id, funder_id, planned_id, int(booklets), int(tickets))
        for order_id, funder_id, planned_id, booklets, tickets in rows_of(_ORDERS, params)
    ]


def to_produce(*, ordered: list[Ordered], groups: list[TitleGroup]) -> list[TitleGroup]:
    """Return the groups of booklets that are ordered and not made yet, by order and planned distributor."""
    made: dict[tuple[int, int], tuple[int, int]] = {}
    for g in groups:
        booklets, tickets = made.get((g.order_id, g.planned_id), (0, 0))
        made[g.order_id, g.planned_id] = (booklets + g.booklets, tickets + g.tickets)
    nothing = (0,) * len(TICKET_STATES)
    waiting = []
    for line in ordered:
        booklets, tickets = made.get((line.order_id, line.planned_id), (0, 0))
        if line.booklets > booklets:
            waiting.append(
                TitleGroup(
                    order_id=line.order_id,
                    funder_id=line.funder_id,
                    planned_id=line.planned_id,
                    distributor_id=line.planned_id,
                    handed_month="",
                    state=TO_PRODUCE,
                    is_received=False,
                    booklets=line.booklets - booklets,
                    tickets=line.tickets - tickets,
                    redeemed=0,
                    started=0,
                    completed=0,
                    by_state=nothing,
                )
            )
    return waiting
