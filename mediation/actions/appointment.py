"""The first appointment: agreed at the desk, marked by the place from the number of the receipt. No person anywhere."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from mediation.models import Appointment, AppointmentStep, Site
from mediation.queries.places import label_on
from mediation.states import APPOINTMENT_MOVES, LIVE_APPOINTMENTS, AppointmentAct, AppointmentStatus
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.idempotency import claim
from vouchers.models import Handover, Wave
from vouchers.policies.referent import check_hands_over_for

CHOICES = {
    AppointmentStatus.PLANNED: AppointmentAct.PLAN,
    AppointmentStatus.GOES_ALONE: AppointmentAct.GO_ALONE,
    AppointmentStatus.DECLINED: AppointmentAct.DECLINE,
}
MARKS = {
    AppointmentStatus.HELD: AppointmentAct.HOLD,
    AppointmentStatus.MISSED: AppointmentAct.MISS,
    AppointmentStatus.CANCELLED: AppointmentAct.CANCEL,
}


class AppointmentOutOfReach(DomainError):
    code = "APPOINTMENT_OUT_OF_REACH"
    message = "Choisissez une date à venir, et avant la fin du carnet ({until})."
    status = 422


class PlaceNotLabelledThen(DomainError):
    code = "PLACE_NOT_LABELLED_THEN"
    message = "Ce lieu n’est pas labellisé ce jour-là : choisissez un autre lieu, ou une autre date."
    status = 409


class AppointmentClosed(DomainError):
    code = "APPOINTMENT_CLOSED"
    message = "Ce rendez-vous est déjà noté « {status} » : rien n’a été changé."
    status = 409


class AppointmentTooEarly(DomainError):
    code = "APPOINTMENT_TOO_EARLY"
    message = "Ce rendez-vous est à venir : notez-le le jour venu."
    status = 409


class HandoverUndone(DomainError):
    code = "HANDOVER_UNDONE"
    message = "Cette remise est annulée : elle ne prend plus de rendez-vous."
    status = 409


@transaction.atomic
def set_first_appointment(
    *,
    handover: Handover,
    choice: AppointmentStatus,
    site: Site | None = None,
    planned_at: datetime | None = None,
    by: Actor,
    at: datetime,
    key: UUID,
) -> Appointment:
    """Note what the person wants: an appointment, to go alone, or nothing; it takes the place of what was noted before.

    Raises NotAllowed, InvalidInput, KeyReused, HandoverUndone, AppointmentOutOfReach, PlaceNotLabelledThen.
    """
    check_hands_over_for(by, handover.distributor, paris_date(at))
    is_planned = choice == AppointmentStatus.PLANNED
    if choice not in CHOICES or is_planned != (site is not None and planned_at is not None):
        raise InvalidInput(sentence="Choisissez un lieu, une date et une heure, ou une autre réponse.")
    uid = uuid4()
    content = {"handover": handover.uid, "choice": choice, "site": site.uid if site else None, "planned": planned_at}
    scope = f"organisation:{handover.distributor.uid}"
    claimed = claim(key=key, act="SET_APPOINTMENT", scope=scope, content=content, result=uid, at=at)
    if claimed.result:
        return Appointment.objects.get(uid=claimed.result)
    locked = Handover.objects.select_for_update(no_key=True, of=("self",)).select_related("booklet__wave")
    handover = locked.get(pk=handover.pk)
    if handover.undone_at:
        raise HandoverUndone
    if site is not None and planned_at is not None:
        _check_slot(site, planned_at, handover.booklet.wave, at)
    known = Appointment.objects.filter(handover=handover, status__in=LIVE_APPOINTMENTS).first()
    if known:
        is_moved = is_planned and known.status == AppointmentStatus.PLANNED
        _move(known, AppointmentAct.MOVE if is_moved else AppointmentAct.CANCEL, by=by, at=at)
    return _create(
        CHOICES[choice],
        by=by,
        at=at,
        uid=uid,
        handover=handover,
        site=site,
        planned_at=planned_at,
        status=choice,
        moved_from=known,
    )


@transaction.atomic
def mark_appointment(*, appointment: Appointment, outcome: AppointmentStatus, by: Actor, at: datetime) -> Appointment:
    """Say that an appointment was held, missed or called off; said again, nothing changes.

    Raises NotAllowed, InvalidInput, AppointmentTooEarly, AppointmentClosed.
    """
    appointment = _locked(appointment, by)
    if outcome not in MARKS:
        raise InvalidInput(sentence="Choisissez tenu, manqué ou annulé.")
    if appointment.status == outcome:
        return appointment
    _check_planned(appointment)
    assert appointment.planned_at is not None
    if outcome != AppointmentStatus.CANCELLED and paris_date(appointment.planned_at) > paris_date(at):
        raise AppointmentTooEarly
    return _move(appointment, MARKS[outcome], by=by, at=at)


@transaction.atomic
def move_appointment(*, appointment: Appointment, planned_at: datetime, by: Actor, at: datetime) -> Appointment:
    """Give another time at the same place; said again, return what it was moved to.

    Raises NotAllowed, AppointmentClosed, AppointmentOutOfReach, PlaceNotLabelledThen.
    """
    appointment = _locked(appointment, by)
    known = Appointment.objects.filter(moved_from=appointment, planned_at=planned_at).first()
    if known:
        return known
    _check_planned(appointment)
    assert appointment.site is not None
    _check_slot(appointment.site, planned_at, appointment.handover.booklet.wave, at)
    _move(appointment, AppointmentAct.MOVE, by=by, at=at)
    return _create(
        AppointmentAct.PLAN,
        by=by,
        at=at,
        handover=appointment.handover,
        site=appointment.site,
        planned_at=planned_at,
        status=AppointmentStatus.PLANNED,
        moved_from=appointment,
    )


def _locked(appointment: Appointment, by: Actor) -> Appointment:
    """Return an appointment of the actor's place, its hand-over locked first, as the desk does. Raises NotAllowed."""
    check_acts_for(by, appointment.site.operator if appointment.site else None, Role.MEDIATOR, Role.SITE_MANAGER)
    Handover.objects.select_for_update(no_key=True).get(pk=appointment.handover_id)
    found = Appointment.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("site__operator", "handover__booklet__wave").get(pk=appointment.pk)


def _check_planned(appointment: Appointment) -> None:
    if appointment.status != AppointmentStatus.PLANNED:
        raise AppointmentClosed(status=appointment.get_status_display())


def _check_slot(site: Site, planned_at: datetime, wave: Wave, at: datetime) -> None:
    day = paris_date(planned_at)
    if planned_at <= at or day > wave.redeemable_until:
        raise AppointmentOutOfReach(until=wave.redeemable_until.strftime("%d/%m/%Y"))
    if label_on(site=site, day=day) is None:
        raise PlaceNotLabelledThen


def _create(act: AppointmentAct, *, by: Actor, at: datetime, **columns: object) -> Appointment:
    appointment = Appointment.objects.create(recorded_at=at, **by.columns(), **columns)
    _step(appointment, act, by=by, at=at)
    return appointment


def _move(appointment: Appointment, act: AppointmentAct, *, by: Actor, at: datetime) -> Appointment:
    """The only line that changes a status."""
    (target,) = APPOINTMENT_MOVES[act].targets
    appointment.status = target
    appointment.save(update_fields=["status"])
    _step(appointment, act, by=by, at=at)
    return appointment


def _step(appointment: Appointment, act: AppointmentAct, *, by: Actor, at: datetime) -> None:
    AppointmentStep.objects.create(
        appointment=appointment, act=act, status=appointment.status, recorded_at=at, **by.columns()
    )
    record_audit(act=f"{act}_APPOINTMENT", subject_type="appointment", subject=appointment.uid, by=by, at=at)
