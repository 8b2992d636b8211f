"""What a paper day and a device's queue share: an act is recorded after it happened, whatever its tickets became."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from mediation.actions.act_details import ActDetails
from mediation.actions.act_writer import ActFacts, Outcome, write_act
from mediation.actions.redemption import (
    Redeemed,
    notice_handovers,
    people_of,
    place_at,
)
from mediation.policies.late import Past, Ruling, rule_late_ticket
from mediation.policies.redemption import TicketUnknown
from mediation.queries.counter import Counter, handover_words, read_counter
from mediation.queries.ticket import ReadCode
from mediation.states import Owed
from passnum.kit.actor import Actor
from passnum.kit.idempotency import Request, take_turn
from vouchers.models import Booklet, ConfirmationOutcome, Dispute, Ticket
from vouchers.register.writer import CONSUMED, Context, Line, Move, Place, mask_of
from vouchers.states import Act, HolderKind, TitleStatus


@dataclass(frozen=True, slots=True)
class LateAct:
    """An act to record now that happened then."""

    codes: Sequence[ReadCode]
    site_uid: UUID
    service_code: str
    details: ActDetails
    happened_at: datetime
    request: Request

    @property
    def digests(self) -> list[bytes]:
        """One digest of each ticket presented."""
        return [code.digests[0] for code in self.codes]

    @property
    def typed_count(self) -> int:
        """How many tickets came without a signature."""
        return sum(not code.is_signed for code in self.codes)


def open_late_act(act: LateAct, *, by: Actor, at: datetime) -> Counter:
    """Take the turn of the act's key and return what the rules need, tickets locked, hand-overs noticed.

    Must run in a transaction. Raises SiteUnknown, ServiceUnknown; `counter.served` holds the outcome of a repeated
    request, whose tickets nobody needs.
    """
    take_turn(act.request.key)
    # booklets before tickets: what is in stock is handed over first
    notice_handovers(act.codes, happened_at=act.happened_at, by=by, at=at)
    return read_counter(
        codes=act.codes,
        site_uid=act.site_uid,
        service_code=act.service_code,
        happened_at=act.happened_at,
        by=by,
        at=at,
        key=act.request.key,
        is_locked=True,
        is_noticed=True,
    )


def close_late_act(
    act: LateAct,
    counter: Counter,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    refusals: Mapping[int, str] | None = None,
    contests: Mapping[int, str] | None = None,
) -> Redeemed:
    """Rule each known ticket on its locked row and write the act. Raises TicketUnknown when none is known."""
    if not counter.tickets:
        raise TicketUnknown
    site, service = counter.site, counter.service
    assert site is not None and service is not None  # the caller of `open_late_act` checked them
    words = handover_words(counter.noticed_booklets)
    place = place_at(counter, act.happened_at)
    rulings = []
    # both generations of one hour may be in a basket: a row stands for one of them only
    taken = {ticket.pk for ticket in counter.tickets.values()}
    for rank, ticket in sorted(counter.tickets.items()):
        past = replace(
            _past(ticket, words.get(ticket.booklet_id), taken),
            refusal=(refusals or {}).get(rank, ""),
            contest=(contests or {}).get(rank, ""),
        )
        ruling = rule_late_ticket(ticket, past=past, place=place, happened_at=act.happened_at, at=at)
        taken |= {ruling.consumes.pk} if ruling.consumes else set()
        rulings.append((ticket, ruling))
    outcomes = _outcomes(rulings)
    context = Context(happened_at=act.happened_at, at=at, by=by, key=act.request.key, subject=uuid4())
    redemption = write_act(
        ActFacts(site=site, service=service, details=act.details, people=people_of(counter, act.details), **facts),
        outcomes,
        context=context,
        request=act.request,
        digests=act.digests,
    )
    return Redeemed(redemption, outcomes, min(o.booklet.wave.undo_minutes for o in outcomes))


def _past(ticket: Ticket, word: str | None, taken: Collection[int]) -> Past:
    """Read what a late ruling needs: when it was blocked, and the locked row that replaced it unless it is `taken`."""
    disputes = Dispute.objects.filter(booklet=ticket.booklet).order_by("happened_at")
    blocked = next((d.happened_at for d in disputes if d.mask >> (ticket.position - 1) & 1), None)
    successor = None
    if ticket.status == TitleStatus.REPLACED:
        list(Booklet.objects.select_for_update(no_key=True).filter(replaces=ticket.booklet).order_by("pk"))
        identity = Ticket.objects.filter(pk=ticket.pk).values("uid")
        successor = (
            Ticket.objects.select_for_update(no_key=True, of=("self",))
            .select_related("booklet", "booklet__wave")
            .filter(uid__in=identity)
            .exclude(status=TitleStatus.REPLACED)
            .exclude(pk__in=taken)
            .first()
        )
    return Past(
        blocked_at=blocked,
        successor=successor,
        is_pending=word == "",
        is_denied=word == ConfirmationOutcome.DENIED,
    )


def _outcomes(rulings: Sequence[tuple[Ticket, Ruling]]) -> list[Outcome]:
    """One outcome per booklet and ruling: a movement for what is consumed, a declaration for the rest."""
    groups: dict[tuple[int, Owed, str, str], list[Ticket]] = {}
    booklets: dict[int, Booklet] = {}
    for ticket, ruling in rulings:
        taken = ruling.consumes or ticket
        state = str(ruling.consumes.status) if ruling.consumes else ""
        booklets[taken.booklet_id] = taken.booklet
        groups.setdefault((taken.booklet_id, ruling.owed, ruling.reason, state), []).append(taken)
    return [
        _outcome(booklets[booklet_id], tickets, owed, reason, state)
        for (booklet_id, owed, reason, state), tickets in groups.items()
    ]


def _outcome(booklet: Booklet, tickets: Sequence[Ticket], owed: Owed, reason: str, state: str) -> Outcome:
    mask = mask_of([ticket.position for ticket in tickets])
    if not state:
        told = {"booklet": [booklet.wave.number, booklet.number], "mask": mask, "owed": owed.value, "reason": reason}
        declared = Move(Act.RECORD_CONTESTED, CONSUMED, CONSUMED, details={**told, "late": True})
        return Outcome(booklet, mask, owed, reason, declared, consumes=False)
    kind = HolderKind.PERSON if state == TitleStatus.HANDED_OVER else HolderKind.VOID
    source, line = Place(state, kind), Line(booklet.pk, mask)
    move = Move(Act.REDEEM, source, CONSUMED, (line,), tuple(ticket.pk for ticket in tickets), {"late": True})
    return Outcome(booklet, mask, owed, reason, move)
