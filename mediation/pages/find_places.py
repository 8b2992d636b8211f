from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediation.forms.places import FindPlacesForm
from mediation.queries.places import Found, find_places, waves_in_use
from passnum.kit.clock import now


@login_not_required
@require_safe
def find_places_page(request: HttpRequest) -> HttpResponse:
    """List the places where a Pass may be used today, for the public: on a screen, on paper."""
    at = now()
    form = FindPlacesForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = find_places(
        at=at,
        commune=asked.get("commune", ""),
        theme=asked.get("service", ""),
        step_free=asked.get("accessible", False),
    )
    waves = waves_in_use(at=at)
    groups = [(name, list(places)) for name, places in groupby(found, key=lambda one: one.commune)]
    context = {"form": form, "groups": groups, "count": len(found), "is_filtered": any(asked.values())}
    return render(request, "mediation/find_places.html", {**context, "partial": _partial(found, len(waves))})


def _partial(found: list[Found], waves_count: int) -> set[int]:
    """Return the places (primary keys) that do not take the tickets of every wave in use."""
    return {one.site.pk for one in found if len(one.waves) < waves_count}
