"""The sheet of the nearest places, printed at the desk for the person who leaves with a booklet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediation.documents.opening_hours import plain_hours
from mediation.documents.places_sheet import MOST_PLACES, PlacesSheet, SheetPlace, places_sheet_pdf
from mediation.forms.places_sheet import PlacesSheetForm
from mediation.queries.places import Found, nearest_places, waves_in_use, where_is
from mediation.sheet_words import SheetWords, languages
from mediation.templatetags.places import phone_fr
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.territory.queries.communes import communes_on
from vouchers.queries.desk import desk_commune

DESK = (Role.DISTRIBUTOR, Role.PILOT)


@never_cache
@require_safe
@post_required(*DESK)
def places_sheet_page(request: HttpRequest) -> HttpResponse:
    """Choose the language and the need; with all four answers, give the PDF."""
    at = now()
    day = paris_date(at)
    waves = waves_in_use(at=at)
    initial: dict[str, Any] = {
        "langue": "fr",
        "commune": desk_commune(organisation=post_of(request).organisation, day=day),
        **{name: request.GET[name] for name in ("commune", "vague", "langue", "besoin") if request.GET.get(name)},
    }
    is_asked = "imprimer" in request.GET
    form = PlacesSheetForm(
        request.GET if is_asked else None, communes=communes_on(day=day), waves=waves, initial=initial
    )
    if is_asked and form.is_valid():
        asked = form.cleaned_data
        names = dict(form.fields["commune"].choices)  # type: ignore[attr-defined]
        words = languages()[asked["langue"]]
        found = nearest_places(
            wave=asked["vague"], commune_code=asked["commune"], day=day, limit=MOST_PLACES, theme=asked["besoin"]
        )
        sheet = PlacesSheet(
            words=words,
            commune=names[asked["commune"]],
            commune_code=asked["commune"],
            until=asked["vague"].valid_until,
            need=asked["besoin"],
            on=day,
            places=tuple(_told(one, words) for one in found),
        )
        return HttpResponse(
            places_sheet_pdf(sheet),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="lieux-proches-{words.code}.pdf"'},
        )
    status = 422 if form.errors else 200
    return render(request, "mediation/places_sheet.html", {"form": form, "waves": waves}, status=status)


def _told(one: Found, words: SheetWords) -> SheetPlace:
    site = one.site
    street = f"{site.address}, {site.address_complement}" if site.address_complement else site.address
    return SheetPlace(
        name=site.name,
        address=f"{street}, {site.postal_code} {one.commune}",
        distance=words.distance(one.km) if one.km is not None else "",
        phone=phone_fr(site.phone),
        hours=tuple(plain_hours(site.opening_hours, words.hours)),
        services=tuple(words.need_named(service) for service in site.services),
        is_step_free=one.is_step_free,
        at=where_is(site, day=paris_date(now())),
    )
