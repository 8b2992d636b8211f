"""A gap at reception is settled by the word of both sides, or by the pilot."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import counted
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.once import do_once
from vouchers.actions.refusal import keep_refusal
from vouchers.forms.discrepancy import DiscrepancyForm
from vouchers.pages.shipment import SENDERS, shipment_answer, visible_shipment
from vouchers.queries.discrepancies import gaps_of, open_numbers
from vouchers.states import DiscrepancyStatus


@require_POST
@post_required(*SENDERS)
def discrepancy_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say, for one side, what became of missing booklets."""
    shipment, by, at = visible_shipment(request, uid), post_of(request).actor(), now()
    form = DiscrepancyForm(request.POST, shipment=shipment)
    if not form.is_valid():
        return shipment_answer(request, shipment, status=422, gap_form=form)
    word = DiscrepancyStatus(form.cleaned_data["word"])
    numbers, complaint = form.cleaned_data["numbers"], form.cleaned_data["complaint_reference"]
    before = _open_count(shipment_uid=uid, request=request)
    try:
        do_once(
            key=form.cleaned_data["key"],
            act="SAY_OF_MISSING",
            subject=uid,
            content={"numbers": numbers, "word": word, "complaint": complaint},
            do=lambda: say_of_missing(
                shipment=shipment, numbers=numbers, word=word, complaint_reference=complaint, by=by, at=at
            ),
            by=by,
            at=at,
        )
    except DomainError as refusal:
        keep_refusal(refusal, act="SAY_OF_MISSING", subject_type="shipment", subject=uid, by=by, at=at)
        return shipment_answer(request, visible_shipment(request, uid), refusal=refusal, gap_form=form)
    settled = before - _open_count(shipment_uid=uid, request=request)
    if settled:
        messages.success(request, f"{counted(settled, 'écart est réglé,écarts sont réglés')}.")
    else:
        messages.success(request, "Votre réponse est notée. L’autre côté doit maintenant dire la même chose.")
    return redirect("vouchers:shipment", uid=uid)


def _open_count(*, shipment_uid: UUID, request: HttpRequest) -> int:
    gaps = gaps_of(shipment=visible_shipment(request, shipment_uid))
    return sum(last - first + 1 for first, last in open_numbers(gaps))
