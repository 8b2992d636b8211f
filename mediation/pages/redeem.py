"""At the counter: check tickets (consumes nothing), then use them for one act. Codes travel in POST bodies only.

Nothing of a code is kept between two steps: the page that answers carries back what its own person typed, in a field.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediation.actions.check import TicketCheck, check_tickets
from mediation.actions.redemption import attempt_redemption
from mediation.forms.redeem import ActForm, CodesForm, blank_act_form, remembered
from mediation.models import Site
from mediation.pages.present_place import choose_place, places_of, present_place
from mediation.queries.acts import find_act
from mediation.queries.places import label_on, service_named, services_bought, services_on
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import hour_count, number, ticket_count

SESSION_LAST: Final = "mediation.last_act"
MINUTES_PER_TICKET: Final = 60


def _place_context(place: Site, places: Sequence[Site]) -> dict[str, Any]:
    label = label_on(site=place, day=paris_date(now()))
    return {"place": place, "has_other_places": len(places) > 1, "label": label}


def verdict(checks: Sequence[TicketCheck]) -> tuple[str, str]:
    """Return the tone and the one big sentence of a check: what was asked, what is possible."""
    good = sum(check.is_accepted for check in checks)
    if good == len(checks):
        return "ok", f"{ticket_count(good)} {'valable' if good == 1 else 'valables'}"
    if good:
        possible = "possible" if good == 1 else "possibles"
        return "warn", f"{hour_count(len(checks))} demandées, {number(good)}\u00a0{possible}"
    if len(checks) == 1 and checks[0].refusal is not None:
        return "bad", checks[0].refusal.sentence
    return "bad", f"Aucun de ces {len(checks)} tickets ne peut être utilisé"


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def redeem_page(request: HttpRequest) -> HttpResponse:
    """Ask for codes; check them; use them. One address, so that no step can be bookmarked with what it carries."""
    places = places_of(request)
    place = present_place(request, places)
    if place is None:
        return render(request, "mediation/choose_place.html", {"places": places, "place": None, "fault": ""})
    context = _place_context(place, places)
    if request.method != "POST":
        return render(request, "mediation/redeem.html", {**context, "form": CodesForm()})
    if request.POST.get("step") == "redeem":
        return _redeem(request, place, context)
    return _check(request, place, context)


def _check(request: HttpRequest, place: Site, context: dict[str, Any]) -> HttpResponse:
    form = CodesForm(request.POST)
    if not form.is_valid():
        return render(request, "mediation/redeem.html", {**context, "form": form}, status=422)
    codes: list[str] = form.cleaned_data["codes"]
    at = now()
    try:
        checks = check_tickets(codes=codes, site=place, service=None, by=post_of(request).actor(), at=at)
    except DomainError as refusal:
        return render(
            request, "mediation/redeem.html", {**context, "form": form, "refusal": refusal}, status=refusal.status
        )
    tone, sentence = verdict(checks)
    good = [codes[check.rank] for check in checks if check.is_accepted]
    waves = {check.wave for check in checks if check.is_accepted and check.wave is not None}
    act_form = None
    if good:
        services = services_bought(waves=waves, day=paris_date(at))
        last = request.session.get(SESSION_LAST, {})
        act_form = blank_act_form(codes=good, minutes=MINUTES_PER_TICKET * len(good), services=services, last=last)
    shown = {
        "form": form,
        "checks": checks,
        "tone": tone,
        "sentence": sentence,
        "act_form": act_form,
        "count": len(good),
    }
    return render(request, "mediation/redeem.html", {**context, **shown})


def _redeem(request: HttpRequest, place: Site, context: dict[str, Any]) -> HttpResponse:
    at = now()
    act_form = ActForm(request.POST, services=services_on(day=paris_date(at)))
    shown: dict[str, Any] = {"act_form": act_form, "count": len(act_form.codes_typed())}
    if not act_form.is_valid():
        return render(request, "mediation/redeem.html", {**context, **shown}, status=422)
    details = act_form.details()
    try:
        service = service_named(code=act_form.cleaned_data["service"])
        redemption = attempt_redemption(
            codes=act_form.cleaned_data["codes"],
            site=place,
            service=service,
            details=details,
            by=post_of(request).actor(),
            at=at,
            key=act_form.idempotency_key(),
        )
    except DomainError as refusal:
        return render(request, "mediation/redeem.html", {**context, **shown, "refusal": refusal}, status=refusal.status)
    request.session[SESSION_LAST] = remembered(details, service)
    return redirect("mediation:redeemed", uid=redemption.uid)


@never_cache
@require_safe
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def redeemed_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what was used, in one big sentence."""
    by = post_of(request).actor()
    act = find_act(uid=uid, by=by)
    return render(request, "mediation/redeemed.html", {"act": act, "can_undo": act.may_be_undone(by=by, at=now())})


@require_http_methods(["GET", "POST"])
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def choose_place_page(request: HttpRequest) -> HttpResponse:
    """Choose where one works now, among the places of the organisation."""
    places = places_of(request)
    fault = ""
    if request.method == "POST":
        if choose_place(request, request.POST.get("place", ""), places):
            return redirect("mediation:redeem")
        fault = "Choisissez l’un de vos lieux."
    context = {"places": places, "place": present_place(request, places), "fault": fault}
    return render(request, "mediation/choose_place.html", context, status=422 if fault else 200)
