"""Write a movement, its lines, and the projection they explain, in the caller's transaction.

The projection moves by a conditional UPDATE whose count must be exact: whatever a caller forgot to lock, two acts
cannot take one ticket from the same state twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from psycopg2.extras import Json

from passnum.kit.actor import Actor
from passnum.kit.canonical import canonical
from passnum.kit.errors import DomainError
from passnum.kit.together import Part
from vouchers.models import Booklet, Movement, MovementLine
from vouchers.states import Act, HolderKind, TitleStatus


class RegisterConflict(DomainError):
    """Titles were no longer where the act took them from: another act came first."""

    code = "REGISTER_CONFLICT"
    message = "Une autre opération vient de porter sur ces titres. Vérifiez leur état puis recommencez."
    status = 409


@dataclass(frozen=True, slots=True)
class Place:
    """A state and who holds titles in it; `organisation_id` is the primary key, for ORGANISATION only."""

    state: str
    kind: HolderKind
    organisation_id: int | None = None


# Where a title is between its hand-over and its use, and after it.
WITH_PERSON = Place(TitleStatus.HANDED_OVER, HolderKind.PERSON)
CONSUMED = Place(TitleStatus.REDEEMED, HolderKind.CONSUMED)


@dataclass(frozen=True, slots=True)
class Line:
    """Tickets of one booklet: a mask of positions (ticket 1 is bit 0)."""

    booklet_id: int
    mask: int

    @property
    def tickets_count(self) -> int:
        """Number of tickets in the mask."""
        return self.mask.bit_count()


@dataclass(frozen=True, slots=True)
class Context:
    """What every movement of one act shares."""

    happened_at: datetime
    at: datetime
    by: Actor
    key: UUID | None = None
    subject: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def full_mask(size: int) -> int:
    """Return the mask of a whole booklet of `size` tickets."""
    return (1 << size) - 1


def positions_of(mask: int) -> list[int]:
    """Return the positions (from 1) in a mask."""
    return [i + 1 for i in range(mask.bit_length()) if mask >> i & 1]


def mask_of(positions: Sequence[int]) -> int:
    """Return the mask of positions counted from 1."""
    return sum({1 << (p - 1) for p in positions})


def insert_movement(
    act: Act,
    *,
    source: Place,
    target: Place,
    count: int,
    context: Context,
    reverses: Movement | None = None,
    commitment: bytes | None = None,
) -> Movement:
    """Insert a movement without its lines (bulk producers and declarations); `record_movement` is the usual door.

    Raises TypeError for details that have no canonical form (a float): better now than at each run of the sealer.
    """
    canonical(context.details)
    return Movement.objects.create(
        act=act,
        from_kind=source.kind,
        from_organisation_id=source.organisation_id,
        from_state=source.state,
        to_kind=target.kind,
        to_organisation_id=target.organisation_id,
        to_state=target.state,
        tickets_count=count,
        happened_at=context.happened_at,
        recorded_at=context.at,
        key=context.key,
        subject=context.subject,
        details=dict(context.details),
        reverses=reverses,
        commitment=commitment,
        **context.by.columns(),
    )


def insert_lines(movement: Movement, lines: Sequence[Line]) -> None:
    """Insert the lines of a movement."""
    MovementLine.objects.bulk_create(
        [
            MovementLine(
                movement=movement, booklet_id=line.booklet_id, mask=line.mask, tickets_count=line.tickets_count
            )
            for line in lines
        ]
    )


def record_movement(
    act: Act,
    *,
    source: Place,
    target: Place,
    lines: Sequence[Line],
    context: Context,
    reverses: Movement | None = None,
    commitment: bytes | None = None,
) -> Movement:
    """Move tickets: movement, lines and ticket statuses.

    Raises RegisterConflict when a ticket is not in the source state any more; the transaction must then roll back.
    """
    count = sum(line.tickets_count for line in lines)
    movement = insert_movement(
        act, source=source, target=target, count=count, context=context, reverses=reverses, commitment=commitment
    )
    insert_lines(movement, lines)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vouchers_ticket t SET status = %s, movement_id = l.movement_id FROM vouchers_movementline l"
            " WHERE l.movement_id = %s AND t.booklet_id = l.booklet_id AND t.status = %s"
            " AND (l.mask::int >> (t.position - 1)) & 1 = 1",
            [target.state, movement.pk, source.state],
        )
        if cursor.rowcount != count:
            raise RegisterConflict
    return movement


def project_booklets(movement: Movement, booklet_ids: Sequence[int], *, source: Place, target: Place) -> None:
    """Give booklets that moved whole the state and holder of their tickets.

    Raises RegisterConflict when one was no longer in the source state.
    """
    moved = Booklet.objects.filter(pk__in=booklet_ids, status=source.state).update(
        status=target.state, holder_kind=target.kind, holder_id=target.organisation_id, movement=movement
    )
    if moved != len(booklet_ids):
        raise RegisterConflict


def declare(act: Act, *, place: Place, context: Context) -> Movement:
    """Write a declaration about an act already made: it moves no title, but is sealed like the rest."""
    return insert_movement(act, source=place, target=place, count=0, context=context)


@dataclass(frozen=True, slots=True)
class Move:
    """One movement to write together with others; without lines it declares something and moves nothing.

    `ticket_ids`: primary keys of the tickets of its lines, which whoever locked them knows.
    """

    act: Act
    source: Place
    target: Place
    lines: tuple[Line, ...] = ()
    ticket_ids: tuple[int, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    uid: UUID = field(default_factory=uuid4)

    @property
    def tickets_count(self) -> int:
        """Number of tickets in all its lines."""
        return sum(line.tickets_count for line in self.lines)


# A ticket moves from where the act says it was, or not at all: what `record_movement` asks too.
STILL_THERE = "AND t.status = moved.from_state"

_MOVED = """
INSERT INTO vouchers_movement (uid, act, from_kind, from_state, to_kind, to_state, tickets_count, details, happened_at,
    recorded_at, key, subject, by_kind, by_id, by_organisation, by_role)
SELECT m.*, %(moved_happened_at)s::timestamptz, %(moved_at)s::timestamptz, %(moved_key)s::uuid,
    %(moved_subject)s::uuid, %(moved_by_kind)s::text, %(moved_by_id)s::uuid, %(moved_by_organisation)s::uuid,
    %(moved_by_role)s::text
FROM ROWS FROM (
    unnest(%(moved_uid)s::uuid[], %(moved_act)s::text[], %(moved_from_kind)s::text[], %(moved_from_state)s::text[],
        %(moved_to_kind)s::text[], %(moved_to_state)s::text[], %(moved_count)s::int[]),
    jsonb_array_elements(%(moved_details)s::jsonb)) m
RETURNING id, uid, from_state, to_state"""

_LINED = """
INSERT INTO vouchers_movementline (movement_id, booklet_id, mask, tickets_count)
SELECT moved.id, l.booklet_id, l.mask, l.n
FROM unnest(%(lined_uid)s::uuid[], %(lined_booklet)s::bigint[], %(lined_mask)s::int[], %(lined_count)s::int[])
    l(uid, booklet_id, mask, n) JOIN moved ON moved.uid = l.uid
RETURNING movement_id, booklet_id, mask"""

# By primary keys: a join on booklets alone was planned as a pass over all tickets, on PostgreSQL 15.
_PROJECTED = """
UPDATE vouchers_ticket t SET status = moved.to_state, movement_id = moved.id
FROM lined JOIN moved ON moved.id = lined.movement_id
WHERE t.id = ANY(%(projected_ids)s::bigint[]) AND t.booklet_id = lined.booklet_id
    AND (lined.mask::int >> (t.position - 1)) & 1 = 1 {still_there}
RETURNING t.id"""

# What the statement that runs `parts_of` selects to know that every ticket moved: compare with `tickets_moved`.
MOVED_COUNT = "(SELECT count(*) FROM projected)"


def parts_of(moves: Sequence[Move], *, context: Context) -> list[Part]:
    """Return the writes of movements, their lines and ticket statuses, for `run_together`; `moved` gives (id, uid).

    Whoever runs them compares MOVED_COUNT with `tickets_moved(moves)` and raises RegisterConflict when they differ.
    Raises TypeError for details that have no canonical form.
    """
    for move in moves:
        canonical(move.details)
    by = context.by.columns()
    lines = [(move.uid, line) for move in moves for line in move.lines]
    moved: dict[str, Any] = {
        "uid": [m.uid for m in moves],
        "act": [m.act.value for m in moves],
        "from_kind": [m.source.kind.value for m in moves],
        "from_state": [str(m.source.state) for m in moves],
        "to_kind": [m.target.kind.value for m in moves],
        "to_state": [str(m.target.state) for m in moves],
        "count": [m.tickets_count for m in moves],
        "details": Json([dict(m.details) for m in moves]),
        "happened_at": context.happened_at,
        "at": context.at,
        "key": context.key,
        "subject": context.subject,
        **by,
    }
    lined = {
        "lined_uid": [uid for uid, _ in lines],
        "lined_booklet": [line.booklet_id for _, line in lines],
        "lined_mask": [line.mask for _, line in lines],
        "lined_count": [line.tickets_count for _, line in lines],
    }
    return [
        Part("moved", _MOVED, {f"moved_{name}": value for name, value in moved.items()}),
        Part("lined", _LINED, lined),
        Part(
            "projected",
            _PROJECTED.format(still_there=STILL_THERE),
            {"projected_ids": [ticket_id for move in moves for ticket_id in move.ticket_ids]},
        ),
    ]


def tickets_moved(moves: Sequence[Move]) -> int:
    """Return how many tickets the moves take."""
    return sum(move.tickets_count for move in moves)
