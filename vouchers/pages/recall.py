"""A stock that sleeps is called back, or sent on to another distributor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.recall import recall_stock, withdraw_recall
from vouchers.forms.custody import RecallForm
from vouchers.queries.organisations import recipients
from vouchers.queries.recalls import recalls_visible_to
from vouchers.queries.stock import visible_holders
from vouchers.queries.waves import waves_for_shipment

READERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR)
PAGE_SIZE = 25


@never_cache
@require_safe
@post_required(*READERS)
def recalls_page(request: HttpRequest) -> HttpResponse:
    """List what was asked of holders, and how far it went."""
    post = post_of(request)
    page = Paginator(recalls_visible_to(by=post.actor()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "vouchers/recalls.html", {"page": page, "may_recall": post.role == Role.PILOT})


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.PILOT)
def recall_new_page(request: HttpRequest) -> HttpResponse:
    """Ask a holder to send booklets back, or on to another."""
    by = post_of(request).actor()
    lists: dict[str, Any] = {
        "waves": waves_for_shipment(by=by),
        "holders": sorted(visible_holders(by=by), key=lambda o: (o.name, o.pk)),
        "recipients": recipients(by=by),
    }
    initial = {
        "holder": request.GET.get("detenteur", ""),
        "wave": request.GET.get("vague", ""),
        "count": request.GET.get("carnets", ""),
    }
    form = RecallForm(request.POST if request.method == "POST" else None, initial=initial, **lists)
    refusal = None
    if form.is_valid():
        try:
            recall = recall_stock(**form.cleaned_data, by=by, at=now())
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, f"Le rappel est noté\u00a0: {recall.holder.name} le lit sur sa page de stock.")
            return redirect("vouchers:recalls")
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "vouchers/recall_new.html", {"form": form, "refusal": refusal}, status=status)


@require_POST
@post_required(Role.PILOT)
def recall_withdraw_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a recall back."""
    by = post_of(request).actor()
    recall = recalls_visible_to(by=by).filter(uid=uid).first()
    if recall is None:
        raise NotFound
    withdraw_recall(recall=recall, by=by, at=now())
    messages.success(request, "Le rappel est retiré.")
    return redirect("vouchers:recalls")
