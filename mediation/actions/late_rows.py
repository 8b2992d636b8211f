"""The rows of a paper sheet: each one is an act of its own, and a bad row never stops the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mediation.actions.act_details import ActDetails
from mediation.actions.late_entry import attempt_late_entry
from mediation.models import Redemption, RedemptionLine, Service, Site
from mediation.queries.ticket import read_code
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError
from vouchers.models import Ticket
from vouchers.register.writer import positions_of


class TicketInAnotherRow(DomainError):
    code = "TICKET_IN_ANOTHER_ROW"
    message = (
        "Ce ticket est déjà enregistré à la ligne {rank} de cette feuille. Vérifiez le code, ou effacez cette ligne."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class LateRow:
    """What one row of a sheet declares, and its request number."""

    key: UUID
    codes: tuple[str, ...]
    service: Service
    happened_at: datetime
    details: ActDetails


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The act that a row became, or why it did not: exactly one of the two."""

    redemption: Redemption | None
    refusal: DomainError | None


def enter_rows(
    *, rows: Sequence[tuple[int, LateRow]], done: Sequence[tuple[int, Redemption]], site: Site, by: Actor, at: datetime
) -> dict[int, RowOutcome]:
    """Record each row (rank, act) by itself, in order; return what became of each rank.

    Not one transaction: what is recorded stays so. `done` are the acts that earlier sendings of this sheet recorded.
    A ticket written on two rows is a slip of the pen, not a second use: the second row is refused, where a second
    act would have been contested for ever.
    """
    taken: dict[UUID, int] = {}
    for rank, redemption in done:
        taken |= dict.fromkeys(_tickets_in(redemption), rank)
    outcomes: dict[int, RowOutcome] = {}
    for rank, row in rows:
        tickets = _tickets_of(row.codes)
        other = next((taken[uid] for uid in tickets if uid in taken), None)
        if other is not None:
            outcomes[rank] = RowOutcome(None, TicketInAnotherRow(rank=other))
            continue
        outcomes[rank] = _enter(row, site=site, by=by, at=at)
        if outcomes[rank].redemption is not None:
            taken |= dict.fromkeys(tickets, rank)
    return outcomes


def _enter(row: LateRow, *, site: Site, by: Actor, at: datetime) -> RowOutcome:
    try:
        redemption = attempt_late_entry(
            codes=row.codes,
            site=site,
            service=row.service,
            details=row.details,
            happened_at=row.happened_at,
            by=by,
            at=at,
            key=row.key,
        )
    except DomainError as refusal:
        return RowOutcome(None, refusal)
    return RowOutcome(redemption, None)


def _tickets_of(codes: Sequence[str]) -> set[UUID]:
    """Return the tickets that the codes of a row stand for, those that can be read."""
    digests: list[bytes] = []
    for text in codes:
        try:
            digests += read_code(text).digests
        except DomainError:  # the act itself will say so
            continue
    return set(Ticket.objects.filter(digest__in=digests).values_list("uid", flat=True)) if digests else set()


def _tickets_in(redemption: Redemption) -> set[UUID]:
    """Return the tickets of an act, whatever generation was printed."""
    found: set[UUID] = set()
    for line in RedemptionLine.objects.filter(redemption=redemption):
        tickets = Ticket.objects.filter(booklet=line.booklet_id, position__in=positions_of(line.mask))
        found |= set(tickets.values_list("uid", flat=True))
    return found
