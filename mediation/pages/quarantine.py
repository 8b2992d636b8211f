"""Acts that a revoked device tried to send: shown to who may recover them, one reason for those that are ticked."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediation.actions.recovery import recover, set_down
from mediation.forms.recovery import RecoveryForm
from mediation.queries.quarantine import aside_of, asides_to_show, described
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import counted

PER_PAGE = 50


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.SITE_MANAGER, Role.PILOT)
def quarantine_page(request: HttpRequest) -> HttpResponse:
    """List what revoked devices tried to send; record those that are ticked, contested."""
    by = post_of(request).actor()
    asides = asides_to_show(by=by)
    page = Paginator(asides, PER_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PER_PAGE
    rows = described(asides[start : start + PER_PAGE])
    waiting = [str(one.act.uid) for one in rows if one.act.recovered_at is None]
    form = RecoveryForm(request.POST if request.method == "POST" else None, uids=waiting)
    refusals: list[DomainError] = []
    if form.is_valid():
        refusals = _recover(request, form, by)
        if not refusals:
            return redirect("mediation:quarantine")
        rows = described(asides[start : start + PER_PAGE])
    ticked = set(request.POST.getlist("acts"))
    context = {
        "page": page,
        "rows": [(one, str(one.act.uid) in ticked) for one in rows],
        "form": form,
        "can_recover": bool(waiting),
        "refusals": refusals,
    }
    status = refusals[0].status if refusals else 422 if form.is_bound else 200
    return render(request, "mediation/quarantine.html", context, status=status)


def _recover(request: HttpRequest, form: RecoveryForm, by: Actor) -> list[DomainError]:
    """Recover each act that is ticked by itself, or close it when no code of it could be read; none holds others back."""
    refusals: list[DomainError] = []
    done = {recover: 0, set_down: 0}
    for uid in form.cleaned_data["acts"]:
        try:
            aside = aside_of(uid=UUID(uid), by=by)
            act = set_down if aside.content["fault"] else recover
            act(aside=aside, reason=form.cleaned_data["reason"], by=by, at=now())
            done[act] += 1
        except DomainError as refusal:
            refusals.append(refusal)
    if done[set_down]:
        messages.success(request, f"{counted(done[set_down], 'acte illisible classé,actes illisibles classés')}.")
    if done[recover]:
        said = counted(done[recover], "acte récupéré,actes récupérés")
        messages.success(request, f"{said}\u00a0: la Métropole décidera de ce qui est payé.")
    return refusals
