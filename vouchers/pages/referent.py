"""Who serves the distributors that have no account: the pilot gives and ends mandates."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.referent import end_mandate, give_mandate
from vouchers.forms.referent import MandateForm
from vouchers.models import ReferentMandate
from vouchers.queries.organisations import distributors
from vouchers.queries.referents import all_mandates, possible_referents


def _shown(request: HttpRequest, form: MandateForm | None = None, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "form": form or _form(request),
        "refusal": refusal,
        "mandates": all_mandates(),
        "today": paris_date(now()),
    }
    status = refusal.status if refusal else 422 if form else 200
    return render(request, "vouchers/referents.html", context, status=status)


def _form(request: HttpRequest) -> MandateForm:
    data = request.POST if request.method == "POST" else None
    return MandateForm(data, served=distributors(), referents=possible_referents())


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.PILOT)
def referents_page(request: HttpRequest) -> HttpResponse:
    """List the mandates, and give one."""
    if request.method != "POST":
        return _shown(request)
    form = _form(request)
    if not form.is_valid():
        return _shown(request, form)
    try:
        mandate = give_mandate(**form.cleaned_data, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return _shown(request, form, refusal)
    messages.success(request, f"{mandate.referent.name} peut remettre des carnets pour {mandate.served.name}.")
    return redirect("vouchers:referents")


@require_POST
@post_required(Role.PILOT)
def referent_end_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a mandate today."""
    mandate = ReferentMandate.objects.filter(uid=uid).first()
    if mandate is None:
        raise NotFound
    try:
        end_mandate(mandate=mandate, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return _shown(request, MandateForm(served=distributors(), referents=possible_referents()), refusal)
    messages.success(request, "Ce mandat se termine aujourd’hui.")
    return redirect("vouchers:referents")
