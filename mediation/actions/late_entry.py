"""Record an act after it happened, from the paper: somebody entitled types in a day without network or computer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediation.actions.act_details import ActDetails, canonical_details, check_details
from mediation.actions.attempt import check_guesses, keeping_refusals
from mediation.actions.basket import read_basket
from mediation.actions.late_act import LateAct, close_late_act, open_late_act
from mediation.actions.redemption import Redeemed, check_counter
from mediation.actions.replay import replay_act
from mediation.models import AttemptKind, Redemption, Service, Site
from mediation.policies.redemption import TicketUnknown, check_answers, check_length
from mediation.queries.counter import Counter
from mediation.queries.ticket import site_scope
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from passnum.kit.idempotency import request_of


class DateOutOfReach(DomainError):
    code = "DATE_OUT_OF_REACH"
    message = "La saisie différée est possible pendant {days} jours, jamais pour un acte à venir. Vérifiez la date."
    status = 422


def attempt_late_entry(
    *,
    codes: Sequence[str],
    site: Site,
    service: Service,
    details: ActDetails,
    happened_at: datetime,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
    is_offline: bool = False,
) -> Redemption:
    """Record a late act and keep the attempt. `is_offline`: noted without network at that time, whatever its age.

    Raises NotAllowed, DateOutOfReach, KeyReused, TicketUnknown, InvalidInput, TooManyAttempts, AnswerMissing and the
    sentences of the codes; a ticket that was not good at that time is no error: it is recorded, not owed.
    """
    with keeping_refusals(
        kind=AttemptKind.REDEEM, site_uid=site.uid, by=by, at=at, key=key, device_at=device_at
    ) as kept:
        check_acts_for(by, site.operator, Role.MEDIATOR, Role.SITE_MANAGER)
        read = read_basket(codes)
        kept.digests = [code.digests[0] for code in read]
        check_details(details, tickets_count=len(read))
        identities = [code.identity.hex() for code in read]
        content = {
            "codes": sorted(identities),
            "service": service.code,
            "details": canonical_details(details, identities),
            "happened_at": happened_at,
        }
        request = request_of(key=key, act="LATE_ENTRY", scope=site_scope(site.uid), content=content)
        act = LateAct(read, site.uid, service.code, details, happened_at, request)
        return _record(act, by=by, at=at, device_at=device_at, is_offline=is_offline).redemption


@transaction.atomic
def _record(act: LateAct, *, by: Actor, at: datetime, device_at: datetime | None, is_offline: bool) -> Redeemed:
    counter = open_late_act(act, by=by, at=at)
    site, service = check_counter(counter, by)
    if counter.served is not None:
        told = replay_act(
            act.request,
            counter.served,
            site=site,
            service=service,
            digests=act.digests,
            by=by,
            at=at,
            device_at=device_at,
        )
        return Redeemed(told.redemption, told=told)
    check_guesses(counter.guesses_count)
    _check(act, counter, at=at, is_offline=is_offline)
    facts = {
        "device_at": device_at,
        "is_offline": is_offline,
        "is_late_entry": not is_offline,
        "typed_count": act.typed_count,
    }
    return close_late_act(act, counter, facts, by=by, at=at)


def _check(act: LateAct, counter: Counter, *, at: datetime, is_offline: bool) -> None:
    """What somebody who types can still put right: an unknown code, the date, a missing answer, the length."""
    if len(counter.tickets) != len(act.codes):
        raise TicketUnknown
    waves = [ticket.booklet.wave for ticket in counter.tickets.values()]
    days = min(wave.late_entry_days for wave in waves)
    age = (paris_date(at) - paris_date(act.happened_at)).days  # days of Paris: one in the year has 25 hours
    if act.happened_at > at or (not is_offline and age > days):
        raise DateOutOfReach(days=days)
    for rank, ticket in counter.tickets.items():
        wave = ticket.booklet.wave
        check_answers(act.details, act.details.person(rank), counter.rules[wave.pk], wave)
    check_length(list(counter.tickets.values()), minutes=act.details.minutes, act_type=act.details.type)
