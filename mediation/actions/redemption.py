"""Consume one ticket per hour of one act, and owe the place their face value. This is where money is created.

Online, an act is two statements: one reads all that the rules need and locks the tickets (`mediation.queries.counter`),
one writes all (`mediation.actions.act_writer`). The rules between them are Python (`mediation.policies.redemption`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from mediation.actions.act_details import ActDetails, Person, canonical_details, check_details
from mediation.actions.act_writer import ActFacts, Outcome, write_act
from mediation.actions.attempt import check_guesses, keeping_refusals
from mediation.actions.basket import read_basket
from mediation.actions.replay import replay_act
from mediation.models import AttemptKind, Redemption, Service, Site
from mediation.policies.basket import Verdict, first_refusal, judge_basket, tickets_offered
from mediation.policies.redemption import Place, check_length
from mediation.queries.acts import Act as ToldAct
from mediation.queries.counter import Counter, handover_words, look_again, read_counter
from mediation.queries.places import ServiceUnknown, SiteUnknown
from mediation.queries.ticket import ReadCode, site_scope
from mediation.states import Owed
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import paris_date
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError
from passnum.kit.idempotency import InProgress, Request, request_of
from vouchers.actions.handover import hand_over_at_use
from vouchers.models import Booklet, ConfirmationOutcome, Ticket
from vouchers.register.writer import CONSUMED, WITH_PERSON, Context, Line, Move, mask_of
from vouchers.states import Act, TitleStatus

# The key was served between the beginning of the read and its turn: by an act of another kind, or by the same one from
# a device's queue when it took no ticket, so that no lock told. The next try finds its outcome.
KEY_TAKEN = ("kit_idempotencykey_pkey", "mediation_redemption_key_key")


class _HandoverToNotice(Exception):
    """A booklet of the basket is still in stock: its hand-over comes first, in a transaction that locks it first."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What somebody asks at the counter, codes read. `request` is what its key stands for."""

    codes: Sequence[ReadCode]
    site_uid: UUID
    service_code: str
    details: ActDetails
    by: Actor
    at: datetime
    request: Request
    device_at: datetime | None = None
    mediator_id: UUID | None = None

    @property
    def digests(self) -> list[bytes]:
        """One digest of each ticket presented."""
        return [code.digests[0] for code in self.codes]

    @property
    def typed_count(self) -> int:
        """How many tickets came without a signature: typed from the paper."""
        return sum(not code.is_signed for code in self.codes)


def redeem_request(
    *, key: UUID, site_uid: UUID, service_code: str, codes: Sequence[ReadCode], details: ActDetails
) -> Request:
    """Return what the key of an act stands for, the same online and from a device's queue."""
    content: dict[str, Any] = {
        "codes": sorted(code.identity.hex() for code in codes),
        "service": service_code,
        "details": canonical_details(details, [code.identity.hex() for code in codes]),
    }
    return request_of(key=key, act="REDEEM", scope=site_scope(site_uid), content=content)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """An act: what was decided of its tickets when it is new; how it is `told` now when its key had been served before."""

    redemption: Redemption
    outcomes: Sequence[Outcome] = ()
    undo_minutes: int = 0
    told: ToldAct | None = None

    @property
    def is_replay(self) -> bool:
        """Tell whether nothing was done: the first result is given again."""
        return self.told is not None


def attempt_redemption(
    *,
    codes: Sequence[str],
    site: Site,
    service: Service,
    details: ActDetails,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
) -> Redemption:
    """Redeem for a place and a service already read: `redeem_at_counter`."""
    return redeem_at_counter(
        codes=codes,
        site_uid=site.uid,
        service_code=service.code,
        details=details,
        by=by,
        at=at,
        key=key,
        device_at=device_at,
    ).redemption


def redeem_at_counter(
    *,
    codes: Sequence[str],
    site_uid: UUID,
    service_code: str,
    details: ActDetails,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
    mediator_id: UUID | None = None,
) -> Redeemed:
    """Redeem and keep the attempt, whatever its outcome. The door for pages and API.

    Raises NotAllowed, SiteUnknown, ServiceUnknown, InvalidInput, KeyReused, InProgress, TooManyAttempts, the sentences
    of `passnum.kit.codes` and the refusals of `mediation.policies.redemption`, whose details tell each ticket.
    """
    with keeping_refusals(
        kind=AttemptKind.REDEEM, site_uid=site_uid, by=by, at=at, key=key, device_at=device_at
    ) as kept:
        check_role(by, Role.MEDIATOR, Role.SITE_MANAGER)
        read = read_basket(codes)
        check_details(details, tickets_count=len(read))
        kept.digests = [code.digests[0] for code in read]
        request = redeem_request(key=key, site_uid=site_uid, service_code=service_code, codes=read, details=details)
        demand = Demand(read, site_uid, service_code, details, by, at, request, device_at, mediator_id)
        try:
            return _redeem(demand)
        except _HandoverToNotice:
            return _redeem(demand, notices=True)
        except IntegrityError as error:
            if violated(error) in KEY_TAKEN:
                raise InProgress from None
            raise


@transaction.atomic
def _redeem(demand: Demand, *, notices: bool = False) -> Redeemed:
    if notices:
        notice_handovers(demand.codes, happened_at=demand.at, by=demand.by, at=demand.at)
    counter = read_counter(
        codes=demand.codes,
        site_uid=demand.site_uid,
        service_code=demand.service_code,
        happened_at=demand.at,
        by=demand.by,
        at=demand.at,
        key=demand.request.key,
        is_locked=True,
    )
    site, service = check_counter(counter, demand.by)
    if not counter.is_turn:
        raise InProgress
    if counter.served is not None:
        return _replay(demand, counter.served, site, service)
    check_guesses(counter.guesses_count)
    if not notices and any(_is_to_notice(t, demand.at) for t in counter.tickets.values()):
        raise _HandoverToNotice
    try:
        check_basket(counter, len(demand.codes), demand.details, happened_at=demand.at)
    except DomainError:
        # The same request may have ended between the beginning of the read and the lock that it waited for.
        again = look_again(key=demand.request.key, tickets=counter.tickets.values(), site_id=site.pk)
        if again.served is not None:
            return _replay(demand, again.served, site, service)
        check_basket(counter, len(demand.codes), demand.details, happened_at=demand.at, used=again.used)
        raise
    outcomes = outcomes_of(counter)
    redemption = _write(demand, site, service, counter, outcomes)
    return Redeemed(redemption, outcomes, min(o.booklet.wave.undo_minutes for o in outcomes))


def check_counter(counter: Counter, by: Actor) -> tuple[Site, Service]:
    """Return the place and the service. Raises SiteUnknown (another's place as well) and ServiceUnknown."""
    site, service = counter.site, counter.service
    if site is None:
        raise SiteUnknown
    if by.kind != ActorKind.SYSTEM and (site.operator is None or site.operator.uid != by.organisation_id):
        raise SiteUnknown
    if service is None:
        raise ServiceUnknown
    return site, service


def _replay(demand: Demand, served: tuple[str, str, bytes, UUID], site: Site, service: Service) -> Redeemed:
    told = replay_act(
        demand.request,
        served,
        site=site,
        service=service,
        digests=demand.digests,
        by=demand.by,
        at=demand.at,
        device_at=demand.device_at,
    )
    return Redeemed(told.redemption, told=told)


def _is_to_notice(ticket: Ticket, happened_at: datetime) -> bool:
    """*Remise constatée à l'usage*: funded, received, in validity, but nobody recorded the hand-over."""
    booklet = ticket.booklet
    is_funded = booklet.funded_at is not None and booklet.funded_at <= happened_at
    return ticket.status == TitleStatus.IN_STOCK and is_funded and booklet.wave.is_redeemable_at(happened_at)


def notice_handovers(codes: Sequence[ReadCode], *, happened_at: datetime, by: Actor, at: datetime) -> None:
    """Record the hand-overs that nobody recorded of a basket's booklets, in primary-key order."""
    digests = [digest for code in codes for digest in code.digests]
    booklets = Booklet.objects.filter(tickets__digest__in=digests, status=TitleStatus.IN_STOCK).distinct()
    for booklet in booklets.select_related("wave").order_by("pk"):
        is_funded = booklet.funded_at is not None and booklet.funded_at <= happened_at
        if is_funded and booklet.wave.is_redeemable_at(happened_at):
            hand_over_at_use(booklet=booklet, happened_at=happened_at, by=by, at=at)


def check_basket(
    counter: Counter,
    count: int,
    details: ActDetails,
    *,
    happened_at: datetime,
    used: Mapping[int, tuple[datetime, bool]] | None = None,
) -> None:
    """Refuse a basket whole when one of its tickets is refused; the details tell each, and what would be taken.

    `used` by ticket: when, and whether it was here; without it a refusal does not say so.
    """
    assert counter.site is not None
    tickets = counter.tickets
    verdicts = judge_basket(
        count,
        tickets,
        used=used or {},
        place=place_at(counter, happened_at),
        answers=details,
        rules=counter.rules,
        happened_at=happened_at,
    )
    refusal = first_refusal(verdicts)
    if refusal is None:
        try:
            check_length(list(tickets.values()), minutes=details.minutes, act_type=details.type)
        except DomainError as too_much:
            refusal = too_much
    if refusal is not None:
        offer = tickets_offered(verdicts, minutes=details.minutes, act_type=details.type)
        refusal.details = {**refusal.details, "tickets": [_told(v) for v in verdicts], "offer": offer}
        raise refusal


def _told(verdict: Verdict) -> dict[str, Any]:
    ticket, refusal = verdict.ticket, verdict.refusal
    return {
        "rank": verdict.rank,
        "is_accepted": verdict.is_accepted,
        "code": refusal.code if refusal else None,
        "message": refusal.sentence if refusal else None,
        "booklet": ticket.booklet.label if ticket else None,
        "position": ticket.position if ticket else None,
    }


def place_at(counter: Counter, happened_at: datetime) -> Place:
    """Return where and for what the act is done, as the rules see it."""
    assert counter.site is not None
    return Place(counter.site, counter.service, paris_date(happened_at), counter.is_labelled, counter.scopes)


def owed_of(word: str | None) -> tuple[Owed, str]:
    """Return what an hour of a booklet is worth, and why; `word` as `handover_words` gives it, None without any."""
    if word == "":
        return Owed.PENDING_CONFIRMATION, "HANDOVER_AT_USE"
    if word == ConfirmationOutcome.DENIED:
        return Owed.CONTESTED, "HANDOVER_DENIED"
    return Owed.PAYABLE, "REDEEMED"


def outcomes_of(counter: Counter) -> list[Outcome]:
    """Return what each booklet of a basket gives, for locked tickets that passed the rules: one movement in all."""
    positions: dict[Booklet, list[int]] = {}
    for ticket in counter.tickets.values():
        positions.setdefault(ticket.booklet, []).append(ticket.position)
    masks = {booklet: mask_of(found) for booklet, found in positions.items()}
    lines = tuple(Line(booklet.pk, mask) for booklet, mask in masks.items())
    move = Move(Act.REDEEM, WITH_PERSON, CONSUMED, lines, tuple(t.pk for t in counter.tickets.values()))
    words = handover_words(counter.noticed_booklets)
    return [Outcome(booklet, mask, *owed_of(words.get(booklet.pk)), move) for booklet, mask in masks.items()]


def _write(demand: Demand, site: Site, service: Service, counter: Counter, outcomes: Sequence[Outcome]) -> Redemption:
    facts = ActFacts(
        site=site,
        service=service,
        details=demand.details,
        device_at=demand.device_at,
        device_id=demand.by.id if demand.by.kind == ActorKind.DEVICE else None,
        mediator_id=demand.mediator_id,
        typed_count=demand.typed_count,
        people=people_of(counter, demand.details),
    )
    context = Context(happened_at=demand.at, at=demand.at, by=demand.by, key=demand.request.key, subject=uuid4())
    return write_act(
        facts,
        outcomes,
        context=context,
        request=demand.request,
        digests=demand.digests,
    )


def people_of(counter: Counter, details: ActDetails) -> dict[int, Person]:
    """Return by booklet what differs from the answers for all: a booklet stands for a person."""
    return {
        ticket.booklet_id: details.people[rank] for rank, ticket in counter.tickets.items() if rank in details.people
    }
