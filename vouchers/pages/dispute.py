"""Opposition at the desk: find what was lost by its number or its receipt, block it, replace it, in one go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.dispute import block_booklet
from vouchers.actions.reissue_job import block_and_replace
from vouchers.forms.dispute import DisputeForm, LostForm
from vouchers.models import Booklet, DisputeReason
from vouchers.pages.booklet import DISPUTERS, may_dispute_it, visible_booklet
from vouchers.queries.custody import blockable_tickets, current_handover, ticket_states
from vouchers.queries.stock import find_visible_booklet, rank_of
from vouchers.states import TitleStatus


class LostNotFound(NotFound):
    message = "Aucun carnet de ce numéro ni de ce reçu n’a été remis ici. Vérifiez-le, lettre par lettre."


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*DISPUTERS)
def opposition_page(request: HttpRequest) -> HttpResponse:
    """First step: what was lost. It comes by POST, since a scanned ticket is worth an hour."""
    form, refusal = LostForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        text, by = form.cleaned_data["carnet"], post_of(request).actor()
        try:
            booklet = find_visible_booklet(text=text, by=by, day=paris_date(now()))
            if booklet is None:
                raise LostNotFound
            rank = rank_of(text=text, booklet=booklet)
            address = reverse("vouchers:booklet_block", args=[booklet.wave.number, booklet.number])
            return redirect(f"{address}?ticket={rank}" if rank else address)
        except DomainError as error:
            refusal = error
            form = form.kept()
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "vouchers/opposition.html", {"form": form, "refusal": refusal}, status=status)


def _form(request: HttpRequest, booklet: Booklet) -> DisputeForm:
    tickets = blockable_tickets(booklet=booklet)
    if request.method == "POST":
        return DisputeForm(request.POST, tickets=tickets)
    return DisputeForm(tickets=tickets, initial={"tickets": [request.GET.get("ticket", "")]})


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*DISPUTERS)
def block_booklet_page(request: HttpRequest, wave: int, number: int) -> HttpResponse:
    """Second step: what is left, why, and whether it is replaced. Blocks at once."""
    booklet = visible_booklet(request, wave, number)
    form, refusal = _form(request, booklet), None
    if request.method == "POST" and form.is_valid():
        act = block_and_replace if "replace" in request.POST else block_booklet
        try:
            act(
                booklet=booklet,
                reason=DisputeReason(form.cleaned_data["reason"]),
                by=post_of(request).actor(),
                at=now(),
                key=form.cleaned_data["key"],
                positions=form.positions(),
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _told(booklet, form))
            return redirect("vouchers:booklet", wave=wave, number=number)
    context = {
        "booklet": booklet,
        "form": form,
        "refusal": refusal,
        "states": ticket_states(booklet=booklet),
        "left": len(blockable_tickets(booklet=booklet)),
        "handover": current_handover(booklet=booklet),
        "may_dispute": may_dispute_it(request, booklet),
        "is_given": booklet.status == TitleStatus.HANDED_OVER,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "vouchers/dispute.html", context, status=status)


def _told(booklet: Booklet, form: DisputeForm) -> str:
    count = len(form.positions())
    if not count:
        return f"Le carnet {booklet.label} est bloqué\u00a0: ses tickets ne valent plus rien."
    if count == 1:
        return f"Un ticket du carnet {booklet.label} est bloqué\u00a0: il ne vaut plus rien."
    return f"{count} tickets du carnet {booklet.label} sont bloqués\u00a0: ils ne valent plus rien."
