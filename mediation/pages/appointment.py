"""First appointments: the desk agrees on one, the place marks it from the number of the receipt."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediation.actions.appointment import mark_appointment, move_appointment, set_first_appointment
from mediation.forms.appointment import FirstAppointmentForm, MarkForm, ReceiptForm
from mediation.models import Appointment, Site
from mediation.queries.appointments import (
    appointment_at,
    appointments_of_receipt,
    appointments_to_mark,
    last_appointments,
)
from mediation.queries.places import nearest_places
from mediation.states import AppointmentStatus
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, InvalidInput, NotFound
from vouchers.models import Handover
from vouchers.queries.desk import desk_commune, handover_at_desk

PLACES_OFFERED = 40
AT_THE_PLACE = (Role.MEDIATOR, Role.SITE_MANAGER)


class ReceiptUnknown(NotFound):
    message = "Aucun rendez-vous de ce reçu dans vos lieux. Vérifiez le numéro, lettre par lettre."


def _handover(request: HttpRequest, uid: UUID) -> Handover:
    handover = handover_at_desk(uid=uid, by=post_of(request).actor(), day=paris_date(now()))
    if handover is None:
        raise NotFound
    return handover


def _places(handover: Handover) -> list[Site]:
    """Return the labelled places that take the booklet, the nearest to the desk first."""
    day = paris_date(now())
    commune = desk_commune(organisation=handover.distributor, day=day)
    found = nearest_places(wave=handover.booklet.wave, commune_code=commune, day=day, limit=PLACES_OFFERED)
    return [one.site for one in found]


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def first_appointment_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note what the person wants: an appointment, to go alone, or nothing."""
    handover = _handover(request, uid)
    form = FirstAppointmentForm(request.POST or None, places=_places(handover))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            set_first_appointment(
                handover=handover, **form.terms(), by=post_of(request).actor(), at=now(), key=form.cleaned_data["key"]
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, "C’est noté.")
            return redirect("vouchers:handover_done", uid=handover.uid)
    context = {
        "form": form,
        "refusal": refusal,
        "handover": handover,
        "appointments": last_appointments(handover=handover),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "mediation/first_appointment.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*AT_THE_PLACE)
def appointments_page(request: HttpRequest) -> HttpResponse:
    """List what is planned at the person's places; find one by its receipt, which comes by POST."""
    form = ReceiptForm(request.POST or None)
    by, found, refusal = post_of(request).actor(), None, None
    if request.method == "POST" and form.is_valid():
        found = appointments_of_receipt(text=form.cleaned_data["receipt"], by=by)
        refusal = None if found else ReceiptUnknown()
    return _list(request, form, found=found, refusal=refusal)


def _list(
    request: HttpRequest,
    form: ReceiptForm | None = None,
    *,
    found: list[Appointment] | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    form = form or ReceiptForm()
    planned = found or appointments_to_mark(by=post_of(request).actor(), day=paris_date(now()))
    context: dict[str, Any] = {"form": form, "planned": planned, "refusal": refusal, "is_found": bool(found)}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "mediation/appointments.html", context, status=status)


@require_POST
@post_required(*AT_THE_PLACE)
def mark_appointment_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what became of an appointment."""
    by, at = post_of(request).actor(), now()
    appointment = appointment_at(uid=uid, by=by)
    if appointment is None:
        raise NotFound
    form = MarkForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidInput(sentence=next(iter(form.errors.values()))[0])
        outcome, planned_at = AppointmentStatus(form.cleaned_data["outcome"]), form.planned_at()
        if outcome == AppointmentStatus.MOVED:
            assert planned_at is not None
            move_appointment(appointment=appointment, planned_at=planned_at, by=by, at=at)
        else:
            mark_appointment(appointment=appointment, outcome=outcome, by=by, at=at)
    except DomainError as refusal:
        return _list(request, refusal=refusal)
    messages.success(request, f"Reçu {appointment.handover.receipt}\u00a0: c’est noté.")
    return redirect("mediation:appointments")
