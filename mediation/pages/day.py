"""The journal of a place: the day's acts, how to take one back, and what is owed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediation.actions.undo import undo_redemption
from mediation.forms.undo import UndoForm
from mediation.pages.present_place import places_of, present_place
from mediation.queries.acts import acts_of_day, find_act, owed_to_site, total_tickets
from mediation.states import Owed, UndoReason
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError

A_DAY = timedelta(days=1)
# Nothing happened before the first wave (SMAN: autumn of 2019).
FIRST_DAY = date(2019, 1, 1)


def _asked_day(request: HttpRequest, today: date) -> date:
    """Return the day of the address, today when it says none that can be shown."""
    try:
        asked = parse_date(request.GET.get("jour", ""))
    except ValueError:
        asked = None
    return asked if asked is not None and FIRST_DAY <= asked <= today else today


@never_cache
@require_safe
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def day_page(request: HttpRequest) -> HttpResponse:
    """Show a day of the present place, and what it is owed in all."""
    places = places_of(request)
    place = present_place(request, places)
    if place is None:
        return redirect("mediation:choose_place")
    by, at = post_of(request).actor(), now()
    today = paris_date(at)
    day = _asked_day(request, today)
    acts = acts_of_day(site=place, day=day)
    owed = owed_to_site(site=place)
    context: dict[str, Any] = {
        "place": place,
        "has_other_places": len(places) > 1,
        "day": day,
        "is_today": day == today,
        "day_before": day - A_DAY,
        "day_after": day + A_DAY if day < today else None,
        "acts": [(act, act.may_be_undone(by=by, at=at)) for act in acts],
        "hours": total_tickets(acts),
        "payable": owed[Owed.PAYABLE],
        "pending": owed[Owed.PENDING_CONFIRMATION],
        "contested": owed[Owed.CONTESTED],
    }
    return render(request, "mediation/day.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def undo_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask why, then give the tickets back; the act stays visible with its reason."""
    by = post_of(request).actor()
    act = find_act(uid=uid, by=by)
    refusal = None
    form = UndoForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if form.is_valid():
        reason = UndoReason(form.cleaned_data["reason"])
        try:
            undo_redemption(redemption=act.redemption, reason=reason, by=by, at=now(), key=form.cleaned_data["key"])
        except DomainError as error:
            refusal = error
        else:
            return redirect("mediation:redeemed", uid=uid)
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "mediation/undo.html", {"act": act, "form": form, "refusal": refusal}, status=status)
