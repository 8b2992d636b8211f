"""First appointments: those of a hand-over for its desk, those of a place for who works there, by receipt."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from mediation.models import Appointment
from mediation.queries.places import sites_visible_to
from mediation.states import LIVE_APPOINTMENTS, AppointmentStatus
from passnum.kit.actor import Actor
from passnum.kit.clock import start_of_day
from passnum.kit.codes.crockford import normalise
from vouchers.models import Handover


def live_appointment(*, handover: Handover) -> Appointment | None:
    """Return what is agreed now for a hand-over."""
    found = Appointment.objects.filter(handover=handover, status__in=LIVE_APPOINTMENTS)
    return found.select_related("site").first()


def last_appointments(*, handover: Handover) -> list[Appointment]:
    """Return everything that was agreed for a hand-over, oldest first."""
    return list(Appointment.objects.filter(handover=handover).select_related("site").order_by("pk"))


def appointments_at(*, by: Actor) -> QuerySet[Appointment]:
    """Return the appointments at the caller's places. Nothing of the booklet, nor of the person."""
    sites = sites_visible_to(by).values("pk")
    return Appointment.objects.filter(site__in=sites).select_related("site__operator", "handover")


def appointments_to_mark(*, by: Actor, day: date) -> list[Appointment]:
    """Return what is planned at the caller's places, and what was marked that day; the earliest first."""
    marked = Q(steps__recorded_at__gte=start_of_day(day))
    here = appointments_at(by=by).filter(Q(status=AppointmentStatus.PLANNED) | marked).distinct()
    return list(here.order_by("planned_at", "pk"))


def appointments_of_receipt(*, text: str, by: Actor) -> list[Appointment]:
    """Return what a receipt has at the caller's places, the latest first; none and another's look alike."""
    here = appointments_at(by=by).filter(handover__receipt=normalise(text))
    return list(here.order_by("-planned_at", "-pk"))


def appointment_at(*, uid: UUID, by: Actor) -> Appointment | None:
    """Return one appointment at the caller's places."""
    return appointments_at(by=by).filter(uid=uid).first()
