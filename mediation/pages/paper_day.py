"""A day without a phone or a network: the sheet to print beforehand."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mediation.coop import Theme
from mediation.documents.attendance import AttendanceSheet, attendance_pdf
from mediation.forms.attendance import AttendanceForm
from mediation.models import Site
from mediation.pages.present_place import places_of, present_place
from mediation.queries.paper_day import late_days
from mediation.queries.places import services_on
from passnum.accounts.post import post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.templatetags.french import date_fr

ENTERERS = (Role.MEDIATOR, Role.SITE_MANAGER)


def _form(request: HttpRequest, places: list[Site], *, is_asked: bool) -> AttendanceForm:
    today = paris_date(now())
    place = present_place(request, places)
    return AttendanceForm(
        request.GET if is_asked else None,
        places=places,
        services=services_on(day=today),
        today=today,
        initial={"place": str(place.uid) if place else ""},
    )


@never_cache
@require_safe
@post_required(*ENTERERS)
def attendance_page(request: HttpRequest) -> HttpResponse:
    """Choose what is printed on the sheets."""
    return _attendance(request, places_of(request))


def _attendance(request: HttpRequest, places: list[Site], form: AttendanceForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form or _form(request, places, is_asked=False),
        "places": places,
        "late_days": late_days(at=now()),
    }
    return render(request, "mediation/attendance.html", context, status=422 if form else 200)


@never_cache
@require_safe
@post_required(*ENTERERS)
def attendance_pdf_page(request: HttpRequest) -> HttpResponse:
    """Give the sheets as a PDF."""
    places = places_of(request)
    form = _form(request, places, is_asked=True)
    if not form.is_valid():
        return _attendance(request, places, form)
    data = attendance_pdf(_sheet(request, form))
    day = form.cleaned_data["day"]
    name = f"feuille-emargement{f'-{day}' if day else ''}.pdf"
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _sheet(request: HttpRequest, form: AttendanceForm) -> AttendanceSheet:
    asked, days = form.cleaned_data, late_days(at=now())
    place: Site = asked["place"]
    return AttendanceSheet(
        place=place.name,
        address=f"{place.address}, {place.postal_code}",
        day=date_fr(asked["day"]) if asked["day"] else "",
        service=form.service_name(),
        mediator=str(request.user) if asked["has_my_name"] else "",
        late_days=days,
        enter_by=date_fr(asked["day"] + timedelta(days=days)) if asked["day"] else "",
        themes=tuple(str(label) for label in Theme.labels),
        sheets_count=asked["sheets"],
    )
