"""Every transfer is sent by one side and received by the other: who counts signs, and a gap is said, never mended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from passnum.accounts.post import Post, post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotAllowed, NotFound
from vouchers.actions.discrepancy import side_of
from vouchers.actions.refusal import keep_refusal
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.forms.discrepancy import DiscrepancyForm
from vouchers.forms.shipment import RangeForm, RangeFormSet, ReceptionForm, ShipmentForm
from vouchers.models import Shipment, Wave
from vouchers.pages.ranges import proposed_ranges, ranges_typed, typed_rows
from vouchers.queries.custody import role_label
from vouchers.queries.discrepancies import gaps_of, open_numbers, shipments_to_settle
from vouchers.queries.organisations import recipients
from vouchers.queries.stock import (
    awaited_count,
    ready_at_printer,
    shipment_ranges,
    shipments_visible_to,
    stock_ranges,
)
from vouchers.queries.waves import waves_for_shipment
from vouchers.states import ShipmentStatus

SENDERS = (Role.PILOT, Role.ISSUER, Role.DISTRIBUTOR)
READERS = (*SENDERS, Role.AUDITOR)
PAGE_SIZE = 25


@require_safe
@post_required(*READERS)
def shipments_page(request: HttpRequest) -> HttpResponse:
    """List the shipments that this post sent, awaits or follows; those not received come first."""
    post = post_of(request)
    page = Paginator(shipments_visible_to(by=post.actor()), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "ready": ready_at_printer(by=post.actor()),
        "to_settle": list(shipments_to_settle(by=post.actor())),
        "may_send": post.role in SENDERS,
        "own": post.organisation.pk if post.role == Role.DISTRIBUTOR else None,
    }
    return render(request, "vouchers/shipments.html", context)


def _proposed(request: HttpRequest) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return what the link that leads here proposes: `vague`, `vers`, and `plage` as many times as needed."""
    return {"wave": request.GET.get("vague", ""), "recipient": request.GET.get("vers", "")}, proposed_ranges(request)


def _typed(request: HttpRequest) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return what was typed so far, right or wrong."""
    return {n: request.POST[n] for n in ShipmentForm.base_fields if n in request.POST}, typed_rows(request)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*SENDERS)
def shipment_new_page(request: HttpRequest) -> HttpResponse:
    """Send ranges of booklets: from the printer (pilot, issuer) or from one's own stock (distributor)."""
    post = post_of(request)
    waves = waves_for_shipment(by=post.actor())
    lists: dict[str, Any] = {"waves": waves, "recipients": recipients(by=post.actor())}
    if post.role != Role.DISTRIBUTOR and stock_ranges(organisation=post.organisation):
        lists["own_stock"] = post.organisation
    if request.method != "POST" or "more" in request.POST:
        initial, rows = _typed(request) if request.method == "POST" else _proposed(request)
        return _form_page(request, ShipmentForm(initial=initial, **lists), RangeFormSet(initial=rows))
    form, ranges = ShipmentForm(request.POST, **lists), RangeFormSet(request.POST)
    if not (form.is_valid() and ranges.is_valid()):
        return _form_page(request, form, ranges, status=422)
    wave: Wave = form.cleaned_data["wave"]
    found = ranges_typed(ranges, wave)
    if found is None:
        return _form_page(request, form, ranges, status=422)
    sender = post.organisation if post.role == Role.DISTRIBUTOR else form.cleaned_data.get("source")
    try:
        shipment = send_booklets(
            wave=wave,
            sender=sender,
            recipient=form.cleaned_data["recipient"],
            ranges=found,
            by=post.actor(),
            at=now(),
            key=form.cleaned_data["key"],
        )
    except DomainError as refusal:
        keep_refusal(refusal, act="SEND", subject_type="wave", subject=wave.uid, by=post.actor(), at=now())
        return _form_page(request, form, ranges, refusal=refusal)
    messages.success(request, "L’envoi est noté. Le destinataire doit maintenant en confirmer la réception.")
    return redirect("vouchers:shipment", uid=shipment.uid)


def _form_page(
    request: HttpRequest,
    form: ShipmentForm,
    ranges: "BaseFormSet[RangeForm]",
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    post = post_of(request)
    is_own = post.role == Role.DISTRIBUTOR
    context = {
        "form": form,
        "ranges": ranges,
        "refusal": refusal,
        "is_own": is_own,
        "ready": [] if is_own else ready_at_printer(by=post.actor()),
        "stock": stock_ranges(organisation=post.organisation),
    }
    return render(request, "vouchers/shipment_new.html", context, status=refusal.status if refusal else status)


def visible_shipment(request: HttpRequest, uid: UUID) -> Shipment:
    """Return a shipment that this post follows. Raises NotFound: unknown and another's look alike."""
    shipment = shipments_visible_to(by=post_of(request).actor()).filter(uid=uid).first()
    if shipment is None:
        raise NotFound
    return shipment


def _is_recipient(post: Post, shipment: Shipment) -> bool:
    return post.role in SENDERS and shipment.to_organisation.uid == post.organisation.uid


def shipment_answer(
    request: HttpRequest, shipment: Shipment, *, status: int = 200, refusal: DomainError | None = None, **shown: Any
) -> HttpResponse:
    """Show a shipment, its counts on both sides, and what is to settle; a refusal gives its status."""
    is_sent = shipment.status == ShipmentStatus.SENT
    gaps = gaps_of(shipment=shipment)
    still_open, awaited = open_numbers(gaps), awaited_count(shipment=shipment)
    context = {
        "shipment": shipment,
        "ranges": shipment_ranges(shipment=shipment),
        "sent_role": role_label(shipment.by_role),
        "gaps": gaps,
        "is_gap_open": bool(still_open),
        "gap_form": _gap_form(request, shipment, still_open),
        "may_receive": is_sent and _is_recipient(post_of(request), shipment),
        "form": ReceptionForm(shipment=shipment, awaited=awaited),
        "awaited": awaited,
        "dead_count": shipment.sent_count - awaited if is_sent else 0,
        "refusal": refusal,
        **shown,
    }
    return render(request, "vouchers/shipment.html", context, status=refusal.status if refusal else status)


def _gap_form(request: HttpRequest, shipment: Shipment, still_open: list[tuple[int, int]]) -> DiscrepancyForm | None:
    """The answer that this post may give about what is missing."""
    try:
        side_of(shipment, post_of(request).actor())
    except NotAllowed:
        return None
    numbers = ", ".join(f"{first} à {last}" if last > first else f"{first}" for first, last in still_open)
    return DiscrepancyForm(initial={"numbers": numbers}, shipment=shipment) if still_open else None


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*READERS)
def shipment_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a shipment; its recipient counts what came and names what is missing."""
    shipment, post = visible_shipment(request, uid), post_of(request)
    if request.method != "POST":
        return shipment_answer(request, shipment)
    if not _is_recipient(post, shipment):
        raise NotAllowed
    form = ReceptionForm(request.POST, shipment=shipment, awaited=awaited_count(shipment=shipment))
    if not form.is_valid():
        return shipment_answer(request, shipment, status=422, form=form)
    try:
        receive_shipment(shipment=shipment, missing=form.cleaned_data["missing"], by=post.actor(), at=now())
    except DomainError as refusal:
        keep_refusal(refusal, act="RECEIVE", subject_type="shipment", subject=uid, by=post.actor(), at=now())
        return shipment_answer(request, visible_shipment(request, uid), refusal=refusal, form=form)
    in_stock = " Ces carnets sont dans votre stock." if form.cleaned_data["counted"] else ""
    messages.success(request, f"La réception est notée.{in_stock}")
    return redirect("vouchers:shipment", uid=uid)
