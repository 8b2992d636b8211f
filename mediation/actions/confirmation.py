"""The distributor answers for a hand-over noticed at use, from a screen or a program that may repeat itself."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediation.actions.owed import answer_handover_at_use
from passnum.kit.actor import Actor
from passnum.kit.errors import InvalidInput
from passnum.kit.idempotency import claim
from vouchers.models import ConfirmationOutcome, Handover, HandoverConfirmation

ANSWERS = (ConfirmationOutcome.CONFIRMED, ConfirmationOutcome.DENIED)


@transaction.atomic
def confirm_handover(
    *, handover: Handover, outcome: ConfirmationOutcome, by: Actor, at: datetime, key: UUID
) -> HandoverConfirmation:
    """Record the distributor's answer once; the same request again returns the first answer.

    Raises NotAllowed, InvalidInput, KeyReused, NothingToConfirm, AlreadyConfirmed.
    """
    if outcome not in ANSWERS:
        raise InvalidInput(sentence="Répondez par oui ou par non.")
    claimed = claim(
        key=key,
        act="CONFIRM_HANDOVER",
        scope=f"organisation:{handover.distributor.uid}",
        content={"handover": handover.uid, "outcome": str(outcome)},
        result=handover.uid,
        at=at,
    )
    if claimed.result:
        return HandoverConfirmation.objects.get(handover__uid=claimed.result)
    return answer_handover_at_use(handover=handover, outcome=outcome, by=by, at=at)
