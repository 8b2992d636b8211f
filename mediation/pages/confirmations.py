"""Hand-overs noticed at use: the distributor answers in one tap; silence counts as a yes."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mediation.actions.confirmation import confirm_handover
from mediation.queries.confirmations import handover_to_answer, handovers_to_confirm
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import ConfirmationOutcome

SAID = {
    ConfirmationOutcome.CONFIRMED: "Merci. La remise du carnet {booklet} est confirmée.",
    ConfirmationOutcome.DENIED: "C’est noté. Les heures du carnet {booklet} sont contestées : la Métropole regardera.",
}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(sentence="Cette réponse est incomplète : rechargez la page et recommencez.") from None


@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def confirmations_page(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, the most urgent first; take one answer."""
    by, at = post_of(request).actor(), now()
    refusal = None
    if request.method == "POST":
        try:
            outcome = _answer(request)
            handover = handover_to_answer(uid=_uuid(request.POST.get("handover", "")), by=by)
            confirm_handover(handover=handover, outcome=outcome, by=by, at=at, key=_uuid(request.POST.get("key", "")))
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, SAID[outcome].format(booklet=handover.booklet.label))
            return redirect("mediation:confirmations")
    waiting = [(one, uuid4()) for one in handovers_to_confirm(by=by, at=at)]
    context: dict[str, Any] = {"waiting": waiting, "refusal": refusal}
    return render(request, "mediation/confirmations.html", context, status=refusal.status if refusal else 200)


def _answer(request: HttpRequest) -> ConfirmationOutcome:
    answer = request.POST.get("answer", "")
    if answer not in SAID:
        raise InvalidInput(sentence="Répondez par oui ou par non.")
    return ConfirmationOutcome(answer)
