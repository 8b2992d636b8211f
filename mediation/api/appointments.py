"""First appointments: the desk agrees on one, the place marks it by the number of the receipt."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from mediation.actions.appointment import mark_appointment, move_appointment, set_first_appointment
from mediation.api.appointment_schemas import AppointmentMarkIn, AppointmentMoveIn, AppointmentOut, FirstAppointmentIn
from mediation.models import Appointment, Site
from mediation.queries.appointments import appointment_at, appointments_to_mark, last_appointments
from mediation.queries.places import SiteUnknown
from mediation.states import AppointmentStatus
from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import NotFound
from vouchers.actions.once import do_once
from vouchers.models import Handover
from vouchers.queries.desk import handover_of
from vouchers.queries.organisations import acted_for

router = Router(tags=["Rendez-vous"])
DESK = guarded(Role.DISTRIBUTOR)
AT_THE_PLACE = guarded(Role.MEDIATOR, Role.SITE_MANAGER)


def _out(appointment: Appointment) -> AppointmentOut:
    site = appointment.site
    return AppointmentOut(
        uid=appointment.uid,
        receipt=appointment.handover.receipt,
        status=AppointmentStatus(appointment.status),
        site=site.uid if site else None,
        site_name=site.name if site else "",
        planned_at=appointment.planned_at,
        recorded_at=appointment.recorded_at,
    )


def _handover(request: HttpRequest, uid: UUID) -> Handover:
    distributor = acted_for(actor_of(request))
    handover = handover_of(uid=uid, distributor=distributor) if distributor else None
    if handover is None:
        raise NotFound
    return handover


@router.get(
    "/handovers/{uuid:uid}/appointments",
    summary="Relire le premier rendez-vous d'une remise",
    operation_id="list_first_appointments",
    **DESK,
    response={200: list[AppointmentOut], **refusals(401, 403, 404)},
)
def of_handover(request: HttpRequest, uid: UUID) -> list[AppointmentOut]:
    """Tout ce qui a été convenu, du plus ancien au dernier."""
    return [_out(one) for one in last_appointments(handover=_handover(request, uid))]


@router.post(
    "/handovers/{uuid:uid}/appointments",
    summary="Noter un premier rendez-vous",
    operation_id="set_first_appointment",
    **DESK,
    response={200: AppointmentOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def agree(request: HttpRequest, uid: UUID, body: FirstAppointmentIn, key: UUID = REQUEST_KEY) -> AppointmentOut:
    """Ce que la personne souhaite ; prend la place de ce qui était noté."""
    site = None
    if body.site is not None:
        site = Site.objects.filter(uid=body.site).first()
        if site is None:
            raise SiteUnknown
    appointment = set_first_appointment(
        handover=_handover(request, uid),
        choice=AppointmentStatus(body.choice),
        site=site,
        planned_at=body.planned_at,
        by=actor_of(request),
        at=now(),
        key=key,
    )
    return _out(appointment)


@router.get(
    "/appointments",
    summary="Lister les rendez-vous de ses lieux",
    operation_id="list_appointments",
    **AT_THE_PLACE,
    response={200: list[AppointmentOut], **refusals(401, 403)},
)
def here(request: HttpRequest) -> list[AppointmentOut]:
    """Ceux à venir ou à noter, et ceux notés aujourd'hui ; le plus tôt d'abord."""
    return [_out(one) for one in appointments_to_mark(by=actor_of(request), day=paris_date(now()))]


def _once(
    request: HttpRequest, uid: UUID, key: UUID, act: str, do: Callable[[Appointment], object], **content: object
) -> Appointment:
    by = actor_of(request)
    appointment = appointment_at(uid=uid, by=by)
    if appointment is None:
        raise NotFound
    do_once(key=key, act=act, subject=uid, content=content, do=lambda: do(appointment), by=by, at=now())
    appointment.refresh_from_db()
    return appointment


@router.post(
    "/appointments/{uuid:uid}/mark",
    summary="Noter un rendez-vous tenu, manqué ou annulé",
    operation_id="mark_appointment",
    **AT_THE_PLACE,
    response={200: AppointmentOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def mark(request: HttpRequest, uid: UUID, body: AppointmentMarkIn, key: UUID = REQUEST_KEY) -> AppointmentOut:
    """Le jour venu, par le lieu du rendez-vous."""
    by, at, outcome = actor_of(request), now(), AppointmentStatus(body.outcome)

    def do(appointment: Appointment) -> object:
        return mark_appointment(appointment=appointment, outcome=outcome, by=by, at=at)

    return _out(_once(request, uid, key, "MARK_APPOINTMENT", do, outcome=body.outcome))


@router.post(
    "/appointments/{uuid:uid}/move",
    summary="Déplacer un rendez-vous",
    operation_id="move_appointment",
    **AT_THE_PLACE,
    response={200: AppointmentOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def move(request: HttpRequest, uid: UUID, body: AppointmentMoveIn, key: UUID = REQUEST_KEY) -> AppointmentOut:
    """Un autre moment, au même lieu : l'ancien est « déplacé », la réponse est le nouveau."""
    by, at = actor_of(request), now()

    def do(appointment: Appointment) -> object:
        return move_appointment(appointment=appointment, planned_at=body.planned_at, by=by, at=at)

    moved = _once(request, uid, key, "MOVE_APPOINTMENT", do, planned_at=body.planned_at)
    return _out(Appointment.objects.select_related("site", "handover").get(moved_from=moved))
