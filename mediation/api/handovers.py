from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from mediation.actions.confirmation import confirm_handover
from mediation.api.schemas import AnswerIn, AnswerOut, HandoverOut
from mediation.queries.confirmations import handover_to_answer, handovers_to_confirm
from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from vouchers.models import ConfirmationOutcome

router = Router(tags=["Remises à confirmer"])
DISTRIBUTOR = guarded(Role.DISTRIBUTOR)


@router.get(
    "/handovers/to-confirm",
    summary="Lister les remises à confirmer",
    operation_id="list_handovers_to_confirm",
    **DISTRIBUTOR,
    response={200: list[HandoverOut], **refusals(401, 403)},
)
def to_confirm(request: HttpRequest) -> list[HandoverOut]:
    """Les carnets utilisés avant d'avoir été notés remis, les plus pressés d'abord."""
    return [
        HandoverOut(
            uid=one.handover.uid,
            booklet=one.booklet,
            noticed_at=one.handover.recorded_at,
            hours_used=one.hours_used,
            silence_at=one.silence_at,
        )
        for one in handovers_to_confirm(by=actor_of(request), at=now())
    ]


@router.post(
    "/handovers/{uuid:uid}/confirmation",
    summary="Répondre pour une remise",
    operation_id="confirm_handover",
    **DISTRIBUTOR,
    response={200: AnswerOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def confirm(request: HttpRequest, uid: UUID, body: AnswerIn, key: UUID = REQUEST_KEY) -> AnswerOut:
    """Confirme ou dément la remise. Confirmée, les heures sont dues au lieu ; démentie, elles sont contestées."""
    by = actor_of(request)
    handover = handover_to_answer(uid=uid, by=by)
    answer = confirm_handover(handover=handover, outcome=ConfirmationOutcome(body.answer), by=by, at=now(), key=key)
    return AnswerOut(handover=uid, answer=ConfirmationOutcome(answer.outcome), answered_at=answer.recorded_at)
