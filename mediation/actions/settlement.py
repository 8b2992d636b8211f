"""A finance officer decides on contested hours, with a reason that the place and the distributor both read.

Hours that consumed their tickets are payable or refused as they stand. Hours that consumed nothing (the same ticket at
two places, an upload too late…) are paid by as many free hours of the same booklet, which a new line of the act
consumes; without any, by a goodwill line, outside the wave's face value.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mediation.actions.owed import OwedAlreadySettled, decide, record_first_decision
from mediation.models import GoodwillLine, OwedDecision, RedemptionLine
from mediation.policies.settlement import (
    HoursWereConsumed,
    NoFreeHour,
    check_may_settle,
    check_settle_reason,
    free_hours,
)
from mediation.states import GOODWILL, SETTLED, SETTLED_ON_FREE_HOUR, Owed, OwedAct, SettleReason
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import InvalidInput
from vouchers.models import Booklet, Ticket
from vouchers.register.writer import CONSUMED, Context, Line, Place, declare, mask_of, record_movement
from vouchers.states import REDEEMABLE, Act, HolderKind, TitleStatus


@transaction.atomic
def settle_contested(
    *, line: RedemptionLine, is_payable: bool, reason: SettleReason, by: Actor, at: datetime
) -> OwedDecision:
    """Decide whether contested hours are paid, and return what is owed for them from now on.

    Raises NotAllowed, OwnActNotSettled, InvalidInput, OwedAlreadySettled, NoFreeHour.
    """
    check_may_settle(line.redemption, by=by)
    check_settle_reason(reason, is_payable=is_payable)
    if is_payable and line.movement_id is None:
        decision = _settle_on_free_hours(line, reason=reason, by=by, at=at)
    else:
        owed = Owed.PAYABLE if is_payable else Owed.REFUSED
        _lock_family(line.booklet_id)
        decision = decide(line, OwedAct.SETTLE, owed, reason=reason, by=by, at=at)
    record_audit(
        act="SETTLE_CONTESTED",
        subject_type="redemption",
        subject=line.redemption.uid,
        by=by,
        at=at,
        owed=decision.owed,
        reason=str(reason),
    )
    return decision


@transaction.atomic
def grant_goodwill(
    *, line: RedemptionLine, amount_cents: int, reason: SettleReason, by: Actor, at: datetime
) -> GoodwillLine:
    """Grant a sum for contested hours that consumed no ticket; they stay out of the wave's face value.

    Raises NotAllowed, OwnActNotSettled, InvalidInput, HoursWereConsumed, OwedAlreadySettled.
    """
    redemption = line.redemption
    check_may_settle(redemption, by=by)
    check_settle_reason(reason, is_payable=True)
    if line.movement_id is not None:
        raise HoursWereConsumed
    claimed = line.tickets_count * line.price_cents
    if not 1 <= amount_cents <= claimed:
        raise InvalidInput(sentence="Le montant va de 1 centime à la valeur des heures contestées.")
    _lock_family(line.booklet_id)
    context = Context(
        happened_at=at,
        at=at,
        by=by,
        subject=redemption.uid,
        details={**_told(line, GOODWILL), "why": str(reason), "goodwill_cents": amount_cents},
    )
    told = declare(Act.SETTLE_OWED, place=CONSUMED, context=context)
    decide(line, OwedAct.SETTLE, Owed.REFUSED, reason=GOODWILL, by=by, at=at, movement=told)
    goodwill = GoodwillLine.objects.create(
        line=line,
        amount_cents=amount_cents,
        claimed_cents=claimed,
        reason=reason,
        author_id=redemption.by_id,
        mediator_id=redemption.mediator_id,
        decided_at=at,
        **by.columns(),
    )
    record_audit(
        act="GRANT_GOODWILL",
        subject_type="redemption",
        subject=redemption.uid,
        by=by,
        at=at,
        amount_cents=amount_cents,
        reason=str(reason),
    )
    return goodwill


def _told(line: RedemptionLine, reason: str) -> dict[str, object]:
    """What the seal covers of a decision that refuses the line itself."""
    return {
        "redemption": str(line.redemption.uid),
        "booklet": [line.wave.number, line.booklet.number],
        "mask": line.mask,
        "owed": Owed.REFUSED.value,
        "reason": reason,
    }


def _settle_on_free_hours(line: RedemptionLine, *, reason: SettleReason, by: Actor, at: datetime) -> OwedDecision:
    """Consume as many free hours as the line tells, in a new line of the act that is payable from the first."""
    redemption = line.redemption
    family = _lock_family(line.booklet_id)
    last = OwedDecision.objects.filter(line=line).latest("rank")
    if last.owed != Owed.CONTESTED:
        raise OwedAlreadySettled
    free = _free_hours(family, happened_at=redemption.happened_at)
    if len(free) < line.tickets_count:
        raise NoFreeHour(left=len(free), asked=line.tickets_count)
    # the facts that pay for the act stand at its own date: whatever the cut-off of a report, both count or none
    happened_at = redemption.happened_at
    paid = _consume(line, free[: line.tickets_count], Context(happened_at, at, by, subject=redemption.uid))
    told = declare(
        Act.SETTLE_OWED,
        place=CONSUMED,
        context=Context(
            happened_at,
            at,
            by,
            subject=redemption.uid,
            details={
                **_told(line, SETTLED_ON_FREE_HOUR),
                "why": str(reason),
                "paid": [[d.line.wave.number, d.line.booklet.number, d.line.mask] for d in paid],
            },
        ),
    )
    decide(line, OwedAct.SETTLE, Owed.REFUSED, reason=SETTLED_ON_FREE_HOUR, by=by, at=at, movement=told)
    return paid[0]


def _lock_family(booklet_id: int) -> list[Booklet]:
    """Lock a booklet and those that replaced it one after the other; a replacement is born after, so in order."""
    locked: list[Booklet] = []
    following: dict[str, int] | None = {"pk": booklet_id}
    while following:
        booklet = (
            Booklet.objects.select_for_update(no_key=True, of=("self",))
            .select_related("wave")
            .filter(**following)
            .first()
        )
        if booklet is not None:
            locked.append(booklet)
        following = {"replaces_id": booklet.pk} if booklet is not None else None
    return locked


def _free_hours(family: Sequence[Booklet], *, happened_at: datetime) -> list[Ticket]:
    """Lock what nobody used in these booklets; return what could pay for an act of that time."""
    tickets = (
        Ticket.objects.select_for_update(no_key=True, of=("self",))
        .select_related("booklet__wave")
        .filter(booklet__in=family, status__in=REDEEMABLE)
        .order_by("pk")
    )
    return free_hours(tickets, happened_at=happened_at)


def _consume(line: RedemptionLine, tickets: Sequence[Ticket], context: Context) -> list[OwedDecision]:
    """Consume tickets for an act already made: one movement and one line for each booklet and state they leave."""
    groups: dict[tuple[Booklet, str], list[int]] = defaultdict(list)
    for t in tickets:
        groups[t.booklet, t.status].append(t.position)
    return [_pay(line, booklet, state, mask_of(found), context) for (booklet, state), found in groups.items()]


def _pay(line: RedemptionLine, booklet: Booklet, state: str, mask: int, context: Context) -> OwedDecision:
    redemption = line.redemption
    movement = record_movement(
        Act.REDEEM,
        source=Place(state, HolderKind.PERSON if state == TitleStatus.HANDED_OVER else HolderKind.VOID),
        target=CONSUMED,
        lines=[Line(booklet.pk, mask)],
        context=Context(
            context.happened_at,
            context.at,
            context.by,
            subject=context.subject,
            details={
                "site": str(redemption.site.uid),
                "commune": redemption.commune_code,
                "service": redemption.service.code,
                "minutes": redemption.minutes,
                "type": redemption.type,
                "late": True,
                "settles": [line.wave.number, line.booklet.number, line.mask],
            },
        ),
    )
    paid = RedemptionLine.objects.create(
        redemption=redemption,
        booklet=booklet,
        mask=mask,
        tickets_count=mask.bit_count(),
        price_cents=booklet.wave.face_value_cents,
        wave_id=booklet.wave_id,
        order_id=booklet.order_id,
        funder_id=booklet.funder_id,
        distributor_id=booklet.distributor_id,
        movement=movement,
    )
    return record_first_decision(paid, owed=Owed.PAYABLE, reason=SETTLED, movement=movement)
