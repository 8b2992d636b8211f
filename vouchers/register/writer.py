"""Write a movement, its lines, and the projection they explain, in the caller's transaction.

The projection moves by a conditional UPDATE whose count must be exact: whatever a caller forgot to lock, two acts
cannot take one ticket from the same state twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from passnum.kit.actor import Actor
from passnum.kit.canonical import canonical
from passnum.kit.errors import DomainError
from vouchers.models import Booklet, Movement, MovementLine
from vouchers.states import Act, HolderKind


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
