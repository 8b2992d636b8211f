from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediation.queries.site_labels import LabelState, sites_to_label, state_of
from passnum.accounts.post import post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.territory.queries.communes import territory_on

PER_PAGE = 50
SEARCH_MAX = 80
TONES = {
    LabelState.IN_FORCE: "ok",
    LabelState.ENDING: "warn",
    LabelState.TO_COME: "info",
    LabelState.ENDED: "bad",
    LabelState.NONE: "idle",
}


@require_safe
@post_required(Role.LABEL_OFFICER, Role.PILOT)
def sites_page(request: HttpRequest) -> HttpResponse:
    """List the places with the state of their label, and those whose operator is not known yet."""
    day = paris_date(now())
    text = request.GET.get("q", "").replace("\x00", "")[:SEARCH_MAX]
    page = Paginator(sites_to_label(text=text), PER_PAGE).get_page(request.GET.get("page"))
    communes = territory_on(day=day).places
    rows = []
    for site in page.object_list:
        commune = communes.get(site.commune_code)
        found = state_of(site, day)
        rows.append((found, TONES[found.state], commune.name if commune else site.commune_code))
    return render(request, "mediation/sites.html", {"rows": rows, "page": page, "text": text})
