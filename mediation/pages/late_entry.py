"""Late entry of one act, with all its answers. Codes travel in POST bodies only; nothing of one is kept."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediation.actions.late_entry import attempt_late_entry
from mediation.forms.late_entry import LateActForm
from mediation.models import Redemption, Site
from mediation.pages.paper_day import ENTERERS
from mediation.pages.present_place import places_of, present_place
from mediation.queries.acts import Act, acts_named
from mediation.queries.paper_day import late_days, services_lately
from mediation.queries.places import service_named
from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import PARIS, now, paris_date
from passnum.kit.errors import DomainError

DONE = "fait"


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*ENTERERS)
def late_entry_page(request: HttpRequest) -> HttpResponse:
    """Ask for an act made earlier, record it, say what is owed and ask for the next one of the same day."""
    places = places_of(request)
    place = present_place(request, places)
    if place is None:
        return redirect("mediation:choose_place")
    context: dict[str, Any] = {"place": place, "has_other_places": len(places) > 1, "late_days": late_days(at=now())}
    done = _done(request)
    form = _form(request, done)
    refusal, status = None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                redemption = _record(request, place, form)
            except DomainError as error:
                refusal, status = error, error.status
            else:
                return redirect(f"{reverse('mediation:late_entry')}?{urlencode({DONE: str(redemption.uid)})}")
    return render(
        request, "mediation/late_entry.html", {**context, "form": form, "refusal": refusal, "done": done}, status=status
    )


def _done(request: HttpRequest) -> Act | None:
    """Return the act that was just recorded, when the address names one of theirs."""
    try:
        uid = UUID(request.GET.get(DONE, ""))
    except ValueError:
        return None
    return acts_named(uids=[uid], by=post_of(request).actor()).get(uid)


def _form(request: HttpRequest, done: Act | None) -> LateActForm:
    today = paris_date(now())
    services = services_lately(day=today)
    if request.method == "POST":
        return LateActForm(request.POST, services=services, today=today)
    initial: dict[str, Any] = {"key": uuid4(), "minutes": 60}
    if done is not None:
        initial["day"] = done.redemption.happened_at.astimezone(PARIS).date()
        initial["service"] = done.redemption.service.code
    return LateActForm(initial=initial, services=services, today=today)


def _record(request: HttpRequest, place: Site, form: LateActForm) -> Redemption:
    return attempt_late_entry(
        codes=form.cleaned_data["codes"],
        site=place,
        service=service_named(code=form.cleaned_data["service"]),
        details=form.details(),
        happened_at=form.happened_at(),
        by=post_of(request).actor(),
        at=now(),
        key=form.idempotency_key(),
    )
