"""Tell what tickets are worth here and now, and consume nothing. Each try is kept, for guessing is a try too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q

from mediation.actions.attempt import attempt_part, check_guesses, keeping_refusals
from mediation.actions.basket import MOST_TICKETS, TicketTwice
from mediation.actions.redemption import place_at
from mediation.models import AttemptKind, Service, Site
from mediation.policies.redemption import TicketUnknown, check_place, check_ticket_alive, check_wave
from mediation.queries.counter import Counter, handover_words, look_again, read_counter
from mediation.queries.ticket import ReadCode, read_code
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.together import run_together
from vouchers.actions.handover_activation import activate_at_check
from vouchers.models import Ticket, Wave
from vouchers.states import TitleStatus, WaveStatus

USABLE = (TitleStatus.HANDED_OVER, TitleStatus.IN_STOCK)


@dataclass(frozen=True, slots=True)
class TicketCheck:
    """What one code of the list stands for. `ticket` is None for a code that was not read or is unknown.

    `hours_left` counts the tickets of its booklet that could still be used today, this one included.
    `awaits_confirmation`: good, but its hand-over was never recorded; the distributor will be asked.
    """

    rank: int
    refusal: DomainError | None
    ticket: Ticket | None = None
    hours_left: int | None = None
    awaits_confirmation: bool = False

    @property
    def is_accepted(self) -> bool:
        """Tell whether this ticket would be taken now."""
        return self.refusal is None

    @property
    def wave(self) -> Wave | None:
        """The wave of the ticket."""
        return self.ticket.booklet.wave if self.ticket else None

    @property
    def booklet(self) -> str:
        """The number printed on the booklet; '' when the ticket is unknown."""
        return self.ticket.booklet.label if self.ticket else ""

    @property
    def valid_until(self) -> date | None:
        """The date that is printed."""
        return self.wave.valid_until if self.wave else None

    @property
    def redeemable_until(self) -> date | None:
        """The last day of the grace period."""
        return self.wave.redeemable_until if self.wave else None


def check_tickets(
    *, codes: Sequence[str], site: Site, service: Service | None, by: Actor, at: datetime
) -> list[TicketCheck]:
    """Check the tickets of a basket, in the order they were given; a refusal is a result, not an error.

    Raises NotAllowed, InvalidInput, TooManyAttempts.
    """
    with keeping_refusals(kind=AttemptKind.CHECK, site_uid=site.uid, by=by, at=at):
        check_acts_for(by, site.operator, Role.MEDIATOR, Role.SITE_MANAGER)
        if not codes:
            raise InvalidInput(sentence="Scannez ou tapez au moins un ticket.")
        if len(codes) > MOST_TICKETS:
            raise InvalidInput(sentence=f"On contrôle au plus {MOST_TICKETS} tickets à la fois.")
        read = [_read(text) for text in codes]
        readable = {rank: code for rank, code in enumerate(read) if isinstance(code, ReadCode)}
        counter = read_counter(
            codes=list(readable.values()),
            site_uid=site.uid,
            service_code=service.code if service else None,
            happened_at=at,
            by=by,
            at=at,
        )
        check_guesses(counter.guesses_count)
    checks = _judge(read, _known(readable, counter), counter, at=at)
    _keep(checks, read, site=site, by=by, at=at)
    return checks


def _read(text: str) -> ReadCode | DomainError:
    try:
        return read_code(text)
    except DomainError as refusal:
        return refusal


def _known(readable: dict[int, ReadCode], counter: Counter) -> dict[int, Ticket]:
    """Return the tickets of readable codes by their rank in the basket; the same ticket may stand at two ranks."""
    found = {bytes(ticket.digest): ticket for ticket in counter.tickets.values()}
    known = {}
    for rank, code in readable.items():
        ticket = next((found[digest] for digest in code.digests if digest in found), None)
        if ticket is not None:
            known[rank] = ticket
    return known


def _judge(
    read: Sequence[ReadCode | DomainError], known: dict[int, Ticket], counter: Counter, *, at: datetime
) -> list[TicketCheck]:
    assert counter.site is not None
    used = look_again(key=None, tickets=known.values(), site_id=counter.site.pk).used
    left = _hours_left({t.booklet_id for t in known.values()})
    words = handover_words(counter.noticed_booklets)
    seen: set[int] = set()
    checks = []
    for rank, code in enumerate(read):
        ticket = known.get(rank)
        if isinstance(code, DomainError):
            checks.append(TicketCheck(rank, code))
            continue
        if ticket is None:
            checks.append(TicketCheck(rank, TicketUnknown()))
            continue
        if ticket.pk in seen:
            checks.append(TicketCheck(rank, TicketTwice(), ticket))
            continue
        seen.add(ticket.pk)
        wave = ticket.booklet.wave
        refusal = _refusal_of(ticket, counter, used.get(ticket.pk), at)
        is_open = wave.status == WaveStatus.OPEN and wave.is_redeemable_at(at)
        is_asked = ticket.status == TitleStatus.IN_STOCK or words.get(ticket.booklet_id) == ""
        hours = left.get(ticket.booklet_id, 0) if is_open else 0
        checks.append(TicketCheck(rank, refusal, ticket, hours, refusal is None and is_asked))
    return checks


def _refusal_of(
    ticket: Ticket, counter: Counter, used: tuple[datetime, bool] | None, at: datetime
) -> DomainError | None:
    try:
        check_ticket_alive(ticket, used=used, happened_at=at)
        check_wave(ticket, happened_at=at)
        check_place(place_at(counter, at), ticket.booklet.wave)
    except DomainError as refusal:
        return refusal
    return None


def _hours_left(booklets: set[int]) -> dict[int, int]:
    usable = Count("pk", filter=Q(status__in=USABLE))
    rows = Ticket.objects.filter(booklet__in=booklets).values("booklet").annotate(n=usable).order_by("booklet")
    return {row["booklet"]: row["n"] for row in rows}


@transaction.atomic
def _keep(
    checks: Sequence[TicketCheck], read: Sequence[ReadCode | DomainError], *, site: Site, by: Actor, at: datetime
) -> None:
    """Append one attempt for what is good together, and one for each refusal: each guess counts.

    A booklet sent by post and shown here has arrived.
    """

    def digests(check: TicketCheck) -> list[bytes]:
        code = read[check.rank]
        return [code.digests[0]] if isinstance(code, ReadCode) else []

    good = [d for check in checks if check.is_accepted for d in digests(check)]
    tries = [(good, "")] if good else []
    tries += [(digests(check), check.refusal.code) for check in checks if check.refusal is not None]
    for tried, reason in tries:
        part = attempt_part(kind=AttemptKind.CHECK, site_uid=site.uid, digests=tried, by=by, at=at, reason=reason)
        run_together([part])
    shown = {check.ticket.booklet_id for check in checks if check.is_accepted and check.ticket}
    if shown:
        activate_at_check(booklet_ids=shown, by=by, at=at)
