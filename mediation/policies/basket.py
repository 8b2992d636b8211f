"""A basket is judged ticket by ticket, each by the rules of its own wave; then one sentence is told for the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mediation.coop import ActType
from mediation.models import CounterRules
from mediation.policies.redemption import (
    AnswerMissing,
    Answers,
    Person,
    Place,
    PlaceNotBought,
    ServiceNotBought,
    SiteNotLabelled,
    TicketAlreadyRedeemed,
    TicketBlocked,
    TicketExpired,
    TicketNotFunded,
    TicketNotReceived,
    TicketReplaced,
    TicketUnknown,
    TicketVoid,
    WaveNotOpenYet,
    check_answers,
    check_place,
    check_ticket_alive,
    check_wave,
    tickets_allowed,
)
from passnum.kit.errors import DomainError
from vouchers.models import Ticket

# The list at the top of `mediation.policies.redemption`: of a basket, the reason that comes first is told.
REASONS: tuple[type[DomainError], ...] = (
    TicketUnknown,
    TicketReplaced,
    TicketAlreadyRedeemed,
    TicketBlocked,
    TicketVoid,
    TicketExpired,
    TicketNotReceived,
    WaveNotOpenYet,
    TicketNotFunded,
    SiteNotLabelled,
    ServiceNotBought,
    PlaceNotBought,
    AnswerMissing,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one ticket of a basket, by its rank; no ticket: the code is unknown."""

    rank: int
    ticket: Ticket | None
    refusal: DomainError | None = None

    @property
    def is_accepted(self) -> bool:
        """Tell whether this ticket, alone, would be taken."""
        return self.refusal is None


def _refusal_of(
    ticket: Ticket,
    *,
    used: tuple[datetime, bool] | None,
    place: Place,
    answers: Answers,
    person: Person,
    rules: CounterRules,
    happened_at: datetime,
) -> DomainError | None:
    wave = ticket.booklet.wave
    try:
        check_ticket_alive(ticket, used=used, happened_at=happened_at)
        check_wave(ticket, happened_at=happened_at)
        check_place(place, wave)
        check_answers(answers, person, rules, wave)
    except DomainError as refusal:
        return refusal
    return None


def judge_basket(
    count: int,
    tickets: Mapping[int, Ticket],
    *,
    used: Mapping[int, tuple[datetime, bool]],
    place: Place,
    answers: Answers,
    rules: Mapping[int, CounterRules],
    happened_at: datetime,
) -> list[Verdict]:
    """Say for each ticket of a basket, on locked rows, the first reason that forbids it, length apart."""
    verdicts = []
    for rank in range(count):
        ticket = tickets.get(rank)
        if ticket is None:
            verdicts.append(Verdict(rank, None, TicketUnknown()))
            continue
        refusal = _refusal_of(
            ticket,
            used=used.get(ticket.pk),
            place=place,
            answers=answers,
            person=answers.person(rank),
            rules=rules[ticket.booklet.wave_id],
            happened_at=happened_at,
        )
        verdicts.append(Verdict(rank, ticket, refusal))
    return verdicts


def first_refusal(verdicts: Sequence[Verdict]) -> DomainError | None:
    """Return the refusal to tell of a basket, None when every ticket would be taken."""
    refusals = [v.refusal for v in verdicts if v.refusal is not None]
    return min(refusals, key=lambda refusal: REASONS.index(type(refusal)), default=None)


def tickets_offered(verdicts: Sequence[Verdict], *, minutes: int, act_type: str) -> list[int]:
    """Return the ranks that would be taken if they were asked alone: good tickets, as many as the length allows."""
    per_person: dict[int, list[tuple[int, int]]] = {}
    for verdict in verdicts:
        if verdict.ticket is None or not verdict.is_accepted:
            continue
        wave = verdict.ticket.booklet.wave
        if minutes >= wave.shortest_act_minutes:
            person = verdict.ticket.booklet_id if act_type == ActType.COLLECTIF else 0
            per_person.setdefault(person, []).append((verdict.rank, wave.ticket_minutes))
    offered = []
    for tickets in per_person.values():
        allowed = tickets_allowed([length for _, length in tickets], minutes)
        offered += [rank for rank, _ in tickets[:allowed]]
    return sorted(offered)
