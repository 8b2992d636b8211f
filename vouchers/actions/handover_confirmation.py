"""The distributor's word on a hand-over noticed at use. What it changes to what is owed is mediation's business."""

from datetime import datetime

from django.db import transaction

from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError
from vouchers.models import ConfirmationOutcome, Handover, HandoverChannel, HandoverConfirmation


class AlreadyConfirmed(DomainError):
    code = "HANDOVER_ALREADY_CONFIRMED"
    message = "Cette remise a déjà reçu une réponse : rien n’a été changé."
    status = 409


class NothingToConfirm(DomainError):
    code = "HANDOVER_NEEDS_NO_CONFIRMATION"
    message = "Cette remise a été enregistrée au guichet : elle n’attend pas de confirmation."
    status = 409


@transaction.atomic
def answer_handover(
    *, handover: Handover, outcome: ConfirmationOutcome, by: Actor, at: datetime
) -> HandoverConfirmation:
    """Record one answer for ever. Raises NotAllowed, NothingToConfirm, AlreadyConfirmed."""
    check_acts_for(by, handover.distributor, Role.DISTRIBUTOR)
    if handover.channel != HandoverChannel.AT_USE:
        raise NothingToConfirm
    confirmation, is_new = HandoverConfirmation.objects.get_or_create(
        handover=handover, defaults={"outcome": outcome, "recorded_at": at, **by.columns()}
    )
    if not is_new:
        raise AlreadyConfirmed
    record_audit(act="ANSWER_HANDOVER", subject_type="handover", subject=handover.uid, by=by, at=at, outcome=outcome)
    return confirmation
