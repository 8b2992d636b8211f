"""Whether tickets used are owed to the place: the first decision comes with the act, later ones are sealed facts."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from mediation.models import OwedDecision, RedemptionLine
from mediation.states import OWED_MOVES, Owed, OwedAct
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError
from vouchers.actions.handover_confirmation import AlreadyConfirmed, answer_handover
from vouchers.models import ConfirmationOutcome, Handover, HandoverChannel, HandoverConfirmation, Movement, Ticket
from vouchers.register.writer import CONSUMED, Context, declare
from vouchers.states import Act

_OUTCOMES: dict[str, tuple[OwedAct, Owed]] = {
    ConfirmationOutcome.CONFIRMED: (OwedAct.CONFIRM, Owed.PAYABLE),
    ConfirmationOutcome.BY_SILENCE: (OwedAct.SILENCE, Owed.PAYABLE),
    ConfirmationOutcome.DENIED: (OwedAct.DENY, Owed.CONTESTED),
}


class OwedAlreadySettled(DomainError):
    code = "OWED_ALREADY_SETTLED"
    message = "Une décision a déjà été prise sur cet acte : rien n’a été changé."
    status = 409


def record_first_decision(line: RedemptionLine, *, owed: Owed, reason: str, movement: Movement) -> OwedDecision:
    """Write what is owed when the act is recorded."""
    return OwedDecision.objects.create(
        line=line,
        rank=1,
        act=OwedAct.RECORD,
        owed=owed,
        reason=reason,
        movement=movement,
        happened_at=movement.happened_at,
        recorded_at=movement.recorded_at,
        **movement.actor().columns(),
    )


def decide(
    line: RedemptionLine,
    act: OwedAct,
    owed: Owed,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    movement: Movement | None = None,
) -> OwedDecision:
    """Append a decision, with its sealed declaration unless a movement already tells it.

    Raises OwedAlreadySettled when the last decision does not allow this one.
    """
    last = OwedDecision.objects.filter(line=line).order_by("-rank").first()
    if last is None or (last.owed, owed) not in OWED_MOVES[act].pairs():
        raise OwedAlreadySettled
    if movement is None:
        details = {
            "redemption": str(line.redemption.uid),
            "booklet": [line.wave.number, line.booklet.number],
            "mask": line.mask,
            "owed": owed.value,
            "reason": reason,
        }
        context = Context(happened_at=at, at=at, by=by, subject=line.redemption.uid, details=details)
        movement = declare(Act.SETTLE_OWED, place=CONSUMED, context=context)
    try:
        with transaction.atomic():
            return OwedDecision.objects.create(
                line=line,
                rank=last.rank + 1,
                act=act,
                owed=owed,
                reason=reason,
                movement=movement,
                happened_at=at,
                recorded_at=at,
                **by.columns(),
            )
    except IntegrityError as error:
        if violated(error) == "owed_decision_rank_is_unique":  # somebody decided at the same moment
            raise OwedAlreadySettled from None
        raise


def _pending_lines(handover: Handover) -> Iterable[RedemptionLine]:
    last = OwedDecision.objects.filter(line=OuterRef("pk")).order_by("-rank").values("owed")[:1]
    return (
        RedemptionLine.objects.filter(booklet=handover.booklet)
        .annotate(owed=Subquery(last))
        .filter(owed=Owed.PENDING_CONFIRMATION)
        .select_related("redemption", "wave", "booklet")
        .order_by("pk")
    )


@transaction.atomic
def answer_handover_at_use(
    *, handover: Handover, outcome: ConfirmationOutcome, by: Actor, at: datetime
) -> HandoverConfirmation:
    """Record the distributor's word on a hand-over noticed at use, and settle the hours that waited for it.

    Raises NotAllowed, NothingToConfirm, AlreadyConfirmed.
    """
    # an hour being used just now reads whether the hand-over waits: it comes before this answer, or after it
    list(Ticket.objects.select_for_update(no_key=True).filter(booklet_id=handover.booklet_id).order_by("pk"))
    confirmation = answer_handover(handover=handover, outcome=outcome, by=by, at=at)
    act, owed = _OUTCOMES[outcome]
    for line in _pending_lines(handover):
        decide(line, act, owed, reason=f"HANDOVER_{outcome}", by=by, at=at)
    return confirmation


def settle_by_silence(*, at: datetime) -> int:
    """Take the silence of distributors as a yes after the wave's delay (15 days by default); return how many."""
    waiting = Handover.objects.filter(
        channel=HandoverChannel.AT_USE, undone_at__isnull=True, confirmation__isnull=True
    ).select_related("booklet__wave", "distributor")
    settled = 0
    for handover in waiting.order_by("recorded_at", "pk"):
        if handover.recorded_at + timedelta(days=handover.booklet.wave.silence_days) <= at:
            with suppress(AlreadyConfirmed):  # the distributor spoke at the last moment
                answer_handover_at_use(handover=handover, outcome=ConfirmationOutcome.BY_SILENCE, by=SYSTEM, at=at)
                settled += 1
    return settled
