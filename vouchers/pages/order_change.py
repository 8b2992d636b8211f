"""An order that changes: amended before its production, its words alone, or a line taken back from the printer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from passnum.kit.image import ImageRefused
from passnum.kit.templatetags.french import counted
from vouchers.actions.logo import record_logo
from vouchers.actions.order import OrderNotReady
from vouchers.actions.order_change import amend_order, revise_texts
from vouchers.actions.order_line import cancel_line
from vouchers.forms.order import CancelLineForm, OrderLogoForm, OrderTextsForm, read_picture
from vouchers.models import Order
from vouchers.pages.order_form import Asked, order_form_page, said_by
from vouchers.pages.order_sheet import ACTORS, LINES_CANCELLED, refused, visible_order
from vouchers.queries.line import line_of, line_stock
from vouchers.states import ORDER_MOVES, OrderAct, OrderStatus


def _changeable(order: Order) -> Order:
    """Return an order that may still change. Raises OrderNotReady."""
    if order.status not in ORDER_MOVES[OrderAct.AMEND].sources:
        raise OrderNotReady(reference=order.reference, status=order.get_status_display())
    return order


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*ACTORS[OrderAct.AMEND])
def order_amend_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write other lines, fees or references: the order is a draft again."""
    order = visible_order(request, uid)
    try:
        _changeable(order)
    except DomainError as refusal:
        return refused(request, uid, refusal)

    def amend(asked: Asked) -> UUID:
        amend_order(order=order, lines=asked.lines, by=post_of(request).actor(), at=now(), key=asked.key, **asked.terms)
        messages.success(request, f"La commande {order.reference} est modifiée\u00a0: c’est de nouveau un brouillon.")
        return order.uid

    was_approved = order.status == OrderStatus.APPROVED
    return order_form_page(
        request, [order.wave], lambda: said_by(order), amend, amended=order, was_approved=was_approved
    )


def _texts_said(request: HttpRequest, order: Order, form: OrderLogoForm) -> dict[str, Any]:
    """Return what the form says, a logo that was sent kept first. Raises NotAllowed, ImageRefused."""
    said = dict(form.cleaned_data)
    sent = said.pop("logo")
    if not sent:
        return said
    logo = record_logo(organisation=order.funder, data=read_picture(sent), by=post_of(request).actor(), at=now())
    return said | {"logo": logo}


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*ACTORS[OrderAct.AMEND])
def order_texts_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change what an order prints and tells, its amount untouched: only its proof is to approve again."""
    order = visible_order(request, uid)
    try:
        _changeable(order)
    except DomainError as refusal:
        return refused(request, uid, refusal)
    initial = {name: getattr(order, name) for name in OrderTextsForm.base_fields}
    form = OrderLogoForm(
        request.POST or None, request.FILES or None, initial=initial, has_logo=order.logo_id is not None
    )
    context: dict[str, Any] = {"order": order, "form": form, "refusal": None}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "vouchers/order_texts.html", context, status=status)
    try:
        revise_texts(order=order, by=post_of(request).actor(), at=now(), **_texts_said(request, order, form))
    except ImageRefused as refusal:
        form.add_error("logo", refusal.sentence)
        return render(request, "vouchers/order_texts.html", context, status=refusal.status)
    except DomainError as refusal:
        return refused(request, uid, refusal)
    messages.success(request, f"Les textes de la commande {order.reference} sont modifiés.")
    return redirect("vouchers:order", uid=uid)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*ACTORS[OrderAct.CANCEL])
def cancel_line_page(request: HttpRequest, uid: UUID, position: int) -> HttpResponse:
    """Say what can be taken back of a line, by number, then take it back."""
    order = visible_order(request, uid)
    line = line_of(order_uid=order.uid, position=position)
    if line is None or order.status not in LINES_CANCELLED:
        raise NotFound
    form = CancelLineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = cancel_line(line=line, by=post_of(request).actor(), at=now(), expected=form.cleaned_data["expected"])
        except DomainError as refusal:
            return refused(request, uid, refusal)
        taken = counted(len(done.free), "carnet est annulé,carnets sont annulés")
        messages.success(request, f"{taken}\u00a0: {done.free_text}.")
        return redirect("vouchers:order", uid=uid)
    context = {"order": order, "line": line, "stock": line_stock(line=line)}
    return render(request, "vouchers/line_cancel.html", context, status=422 if request.method == "POST" else 200)
