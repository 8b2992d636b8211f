"""Record an act that a device noted without network: it happened, always; a doubt is contested, never lost.

register.md, *Happened and owed*: a clock out of step, hours beyond the caps, a revoked device are settled by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from mediation.actions.act_details import ActDetails, check_details
from mediation.actions.attempt import attempt_part, check_guesses, keeping_refusals
from mediation.actions.basket import check_each_once
from mediation.actions.late_act import LateAct, close_late_act, open_late_act
from mediation.actions.redemption import Redeemed, check_counter, redeem_request
from mediation.actions.replay import replay_act
from mediation.models import AttemptKind, Service, Site
from mediation.policies.late import length_faults, missing_answers
from mediation.policies.redemption import TicketUnknown
from mediation.queries.counter import Counter
from mediation.queries.offline_hours import device_hours, lock_caps, site_hours, typed_hours
from mediation.queries.ticket import ReadCode
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.together import run_together

SKEW, DEVICE_CAP, SITE_CAP, TYPED_CAP = "CLOCK_SKEW", "OFFLINE_DEVICE_CAP", "OFFLINE_SITE_CAP", "OFFLINE_TYPED_CAP"
ANSWER_MISSING: Final = "ANSWER_MISSING"
# What a signed integer of four bytes holds: a clock of 1970 is as wrong as one of 1958.
SKEW_MAX_SECONDS: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DeviceAct:
    """One item of a device's queue; `happened_at` is what its clock said."""

    key: UUID
    site: Site
    service: Service
    codes: Sequence[ReadCode]
    details: ActDetails
    happened_at: datetime
    mediator_id: UUID | None = None


def record_device_act(
    *, act: DeviceAct, device_id: UUID, by: Actor, at: datetime, sent_at: datetime | None, contest: str = ""
) -> Redeemed:
    """Record one item of a queue and keep the attempt. The same act told online has the same key and counts once.

    `sent_at`: the device's clock when it sent its queue, None when nobody knows. `contest`: a reason that makes
    contested what would be owed (a revoked device's queue, recovered by a person).

    Raises NotAllowed, SiteUnknown, TicketUnknown (not one ticket is known), TicketTwice, InvalidInput, KeyReused,
    TooManyAttempts.
    """
    digests = [code.digests[0] for code in act.codes]
    with keeping_refusals(
        kind=AttemptKind.REDEEM, site_uid=act.site.uid, by=by, at=at, key=act.key, device_at=act.happened_at
    ) as kept:
        kept.digests = digests
        check_role(by, Role.MEDIATOR, Role.SITE_MANAGER, *([Role.PILOT] if contest else []))
        check_each_once(act.codes)
        check_details(act.details, tickets_count=len(act.codes))
        return _record(act, device_id=device_id, by=by, at=at, sent_at=sent_at, contest=contest)


@transaction.atomic
def _record(
    act: DeviceAct, *, device_id: UUID, by: Actor, at: datetime, sent_at: datetime | None, contest: str
) -> Redeemed:
    late = LateAct(
        codes=act.codes,
        site_uid=act.site.uid,
        service_code=act.service.code,
        details=act.details,
        # nothing happens after it was recorded: what the device said is kept beside (`device_at`)
        happened_at=min(act.happened_at, at),
        request=redeem_request(
            key=act.key,
            site_uid=act.site.uid,
            service_code=act.service.code,
            codes=act.codes,
            details=act.details,
        ),
    )
    # before any ticket: whoever waits for a cap holds nothing that its holder may want
    lock_caps(device_id=device_id, site=act.site)
    counter = open_late_act(late, by=by, at=at)
    if by.role != Role.PILOT:  # who recovers a queue for a place that cannot do it
        check_counter(counter, by)
    if counter.served is not None:
        told = replay_act(
            late.request,
            counter.served,
            site=act.site,
            service=act.service,
            digests=late.digests,
            by=by,
            at=at,
            device_at=act.happened_at,
        )
        return Redeemed(told.redemption, told=told)
    check_guesses(counter.guesses_count)
    skew = None if sent_at is None else int((at - sent_at).total_seconds())
    contests = _contests(late, counter, device_id=device_id, skew=skew, is_ahead=act.happened_at > at, contest=contest)
    facts: dict[str, Any] = {
        "device_at": act.happened_at,
        "device_id": device_id,
        "mediator_id": act.mediator_id,
        "skew_seconds": None if skew is None else max(-SKEW_MAX_SECONDS, min(SKEW_MAX_SECONDS, skew)),
        "is_offline": True,
        "typed_count": late.typed_count,
    }
    refusals = length_faults(counter.tickets, minutes=act.details.minutes, act_type=act.details.type)
    redeemed = close_late_act(late, counter, facts, by=by, at=at, refusals=refusals, contests=contests)
    _keep_unknown(act, counter, redeemed, by=by, at=at)
    return redeemed


def _keep_unknown(act: DeviceAct, counter: Counter, redeemed: Redeemed, *, by: Actor, at: datetime) -> None:
    """Tickets of the act that nobody issued: the others are recorded, each of these is an attempt of its own."""
    for rank, code in enumerate(act.codes):
        if rank not in counter.tickets:
            guess = attempt_part(
                kind=AttemptKind.REDEEM,
                site_uid=act.site.uid,
                digests=[code.digests[0]],
                by=by,
                at=at,
                key=act.key,
                reason=TicketUnknown.code,
                redemption=redeemed.redemption.uid,
                device_at=act.happened_at,
            )
            run_together([guess])


def _contests(
    late: LateAct, counter: Counter, *, device_id: UUID, skew: int | None, is_ahead: bool, contest: str
) -> dict[int, str]:
    """Return by rank why a ticket is contested: the reason given, the clock, a cap, a missing answer, in this order."""
    assert counter.site is not None
    day = paris_date(late.happened_at)
    taken = {
        DEVICE_CAP: device_hours(device_id=device_id, day=day),
        SITE_CAP: site_hours(site=counter.site, day=day),
        TYPED_CAP: typed_hours(device_id=device_id, day=day),
    }
    missing = missing_answers(counter.tickets, late.details, counter.rules)
    contests: dict[int, str] = {}
    for rank, ticket in sorted(counter.tickets.items()):
        rules = counter.rules[ticket.booklet.wave_id]
        limit = timedelta(minutes=rules.skew_minutes).total_seconds()
        caps = {DEVICE_CAP: rules.offline_device_hours, SITE_CAP: rules.offline_site_hours}
        if not late.codes[rank].is_signed:
            caps[TYPED_CAP] = rules.typed_device_hours
        full = next((cap for cap, most in caps.items() if taken[cap] >= most), "")
        is_skewed = is_ahead or (skew is not None and abs(skew) > limit)
        reason = contest or (SKEW if is_skewed else "") or full or (ANSWER_MISSING if rank in missing else "")
        if reason:
            contests[rank] = reason
        else:
            for cap in caps:
                taken[cap] += 1
    return contests
