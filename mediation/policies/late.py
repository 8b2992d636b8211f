"""What is owed for an act recorded after it happened (offline upload, paper day): register.md, *Happened and owed*.

The act is always recorded. What its tickets were *at that time* decides what is owed, and whether a ticket is consumed.
A contested hour takes no ticket: it is settled later, against a free hour of the same booklet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mediation.coop import ActType
from mediation.models import CounterRules
from mediation.policies.redemption import Answers, Place, check_answers, check_place, check_wave, tickets_allowed
from mediation.states import Owed
from passnum.kit.clock import end_of_day
from passnum.kit.errors import DomainError
from vouchers.models import Ticket
from vouchers.states import TitleStatus


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do with one ticket: what is owed, why, and the row to consume (None: nothing is consumed)."""

    owed: Owed
    reason: str
    consumes: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a ticket at the time of the act.

    `refusal`: a rule that a device should have held (length, number of tickets). `contest`: a doubt about the device
    or its clock, which a person will settle.
    """

    blocked_at: datetime | None = None
    successor: Ticket | None = None
    is_pending: bool = False
    is_denied: bool = False
    refusal: str = ""
    contest: str = ""


def _never_valid(ticket: Ticket, past: Past, place: Place, happened_at: datetime) -> str:
    """Return why the ticket could not be used at that time, in the order of the counter; '' when it could."""
    if past.blocked_at is not None and happened_at >= past.blocked_at:
        return "TICKET_BLOCKED"
    if not ticket.booklet.wave.is_redeemable_at(happened_at):
        return "TICKET_EXPIRED"
    try:
        check_wave(ticket, happened_at=happened_at)
        check_place(place, ticket.booklet.wave)
    except DomainError as refusal:
        return refusal.code
    return past.refusal


def rule_late_ticket(ticket: Ticket, *, past: Past, place: Place, happened_at: datetime, at: datetime) -> Ruling:
    """Decide one ticket of a late act, on locked rows."""
    fault = _never_valid(ticket, past, place, happened_at)
    if fault:
        return Ruling(Owed.REFUSED, fault)
    if at >= end_of_day(ticket.booklet.wave.uploads_until):
        return Ruling(Owed.CONTESTED, "UPLOADED_TOO_LATE")
    if ticket.status == TitleStatus.REDEEMED:
        return Ruling(Owed.CONTESTED, "TICKET_ALREADY_REDEEMED")
    if past.contest:
        return Ruling(Owed.CONTESTED, past.contest)
    if ticket.status in {TitleStatus.HANDED_OVER, TitleStatus.BLOCKED, TitleStatus.EXPIRED}:
        if past.is_denied:
            return Ruling(Owed.CONTESTED, "HANDOVER_DENIED", consumes=ticket)
        alive = Owed.PENDING_CONFIRMATION if past.is_pending else Owed.PAYABLE
        return Ruling(alive, "LATE_ENTRY", consumes=ticket)
    if ticket.status == TitleStatus.REPLACED:
        return _rule_reissued(past)
    return Ruling(Owed.REFUSED, "TICKET_NOT_RECEIVED")


def _rule_reissued(past: Past) -> Ruling:
    """Used before the opposition, then reissued: the new generation's hour pays for it if it is still unused."""
    if past.successor is not None and past.successor.status in {TitleStatus.HANDED_OVER, TitleStatus.EXPIRED}:
        return Ruling(Owed.PAYABLE, "REISSUED_UNUSED", consumes=past.successor)
    return Ruling(Owed.CONTESTED, "REISSUED_AND_USED")


def length_faults(tickets: Mapping[int, Ticket], *, minutes: int, act_type: str) -> dict[int, str]:
    """Return by rank why a ticket is too much for the length of an act that cannot be refused any more."""
    faults: dict[int, str] = {}
    per_person: dict[int, list[int]] = {}
    for rank, ticket in sorted(tickets.items()):
        if minutes < ticket.booklet.wave.shortest_act_minutes:
            faults[rank] = "ACT_TOO_SHORT"
            continue
        per_person.setdefault(ticket.booklet_id if act_type == ActType.COLLECTIF else 0, []).append(rank)
    for ranks in per_person.values():
        lengths = [tickets[rank].booklet.wave.ticket_minutes for rank in ranks]
        faults |= dict.fromkeys(ranks[tickets_allowed(lengths, minutes) :], "TOO_MANY_TICKETS")
    return faults


def missing_answers(tickets: Mapping[int, Ticket], answers: Answers, rules: Mapping[int, CounterRules]) -> set[int]:
    """Return the ranks of the tickets whose wave requires an answer that was not given."""
    missing = set()
    for rank, ticket in tickets.items():
        wave = ticket.booklet.wave
        try:
            check_answers(answers, answers.person(rank), rules[wave.pk], wave)
        except DomainError:
            missing.add(rank)
    return missing
