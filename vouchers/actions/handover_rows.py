"""The rows of a hand-over sheet filled with a pen: each one is a hand-over, and a bad row never stops the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError
from vouchers.actions.handover import Profile, hand_over
from vouchers.models import Carrier, Handover
from vouchers.queries.booklet import find_booklet


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """What one row of a sheet declares, and its request number."""

    key: UUID
    booklet: str
    happened_at: datetime | None
    profile: Profile
    carrier: Carrier
    had_one_already: bool


@dataclass(frozen=True, slots=True)
class HandoverOutcome:
    """The hand-over that a row became, or why it did not: exactly one of the two."""

    handover: Handover | None
    refusal: DomainError | None


def enter_handover_rows(
    *, rows: Sequence[tuple[int, HandoverRow]], distributor: Organisation, by: Actor, at: datetime
) -> dict[int, HandoverOutcome]:
    """Record each row (rank, declaration) by itself, in order; return what became of each rank.

    Not one transaction: what is recorded stays so. Sent again under the same request numbers, nothing is recorded
    twice.
    """
    return {rank: _enter(row, distributor=distributor, by=by, at=at) for rank, row in rows}


def _enter(row: HandoverRow, *, distributor: Organisation, by: Actor, at: datetime) -> HandoverOutcome:
    try:
        handover = hand_over(
            booklet=find_booklet(text=row.booklet),
            distributor=distributor,
            profile=row.profile,
            by=by,
            at=at,
            key=row.key,
            happened_at=row.happened_at,
            carrier=row.carrier,
            had_one_already=row.had_one_already,
        )
    except DomainError as refusal:
        return HandoverOutcome(None, refusal)
    return HandoverOutcome(handover, None)
