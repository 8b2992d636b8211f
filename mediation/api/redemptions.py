from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from mediation.actions.redemption import ActDetails, attempt_redemption
from mediation.actions.undo import undo_redemption
from mediation.api.schemas import ActOut, LineOut, RedeemIn, SiteRef, UndoIn
from mediation.coop import ActType
from mediation.queries.acts import Act, find_act
from mediation.queries.places import service_named, site_of
from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now

router = Router(tags=["Utilisations"])
PLACES = guarded(Role.MEDIATOR, Role.SITE_MANAGER, devices=True)


def _out(act: Act) -> ActOut:
    redemption = act.redemption
    return ActOut(
        uid=redemption.uid,
        site=SiteRef(uid=redemption.site.uid, name=redemption.site.name),
        service=redemption.service.code,
        happened_at=redemption.happened_at,
        recorded_at=redemption.recorded_at,
        type=ActType(redemption.type),
        minutes=redemption.minutes,
        tickets_count=act.tickets_count,
        amount_cents=act.amount_cents,
        lines=[
            LineOut(
                booklet=line.booklet,
                tickets_count=line.tickets_count,
                amount_cents=line.amount_cents,
                owed=line.owed,
                reason=line.reason,
            )
            for line in act.lines
        ],
        undo_until=act.undo_until,
        undone_at=act.undone_at,
    )


@router.post(
    "/redemptions",
    summary="Utiliser des tickets",
    operation_id="redeem_tickets",
    **PLACES,
    response={201: ActOut, 200: ActOut, **refusals(400, 401, 403, 404, 409, 422, 429)},
)
def redeem(request: HttpRequest, body: RedeemIn, key: UUID = REQUEST_KEY) -> Status[ActOut]:
    """Consomme un ticket par heure d'un même acte : tous, ou aucun. 201 la première fois, 200 si la demande est répétée."""
    by, at = actor_of(request), now()
    redemption = attempt_redemption(
        codes=body.codes,
        site=site_of(uid=body.site, by=by),
        service=service_named(code=body.service),
        details=ActDetails(
            minutes=body.minutes,
            type=body.type,
            place_type=body.place_type,
            themes=tuple(dict.fromkeys(body.themes)),
            equipment=tuple(dict.fromkeys(body.equipment)),
            autonomy=body.autonomy or "",
            is_first=body.is_first,
            extra_paid_cents=body.extra_paid_cents,
        ),
        by=by,
        at=at,
        key=key,
        device_at=body.device_at,
    )
    is_new = redemption.recorded_at == at
    return Status(201 if is_new else 200, _out(find_act(uid=redemption.uid, by=by)))


@router.get(
    "/redemptions/{uuid:uid}",
    summary="Relire une utilisation",
    operation_id="read_redemption",
    **PLACES,
    response={200: ActOut, **refusals(401, 403, 404)},
)
def read(request: HttpRequest, uid: UUID) -> ActOut:
    """L'acte d'un de ses lieux, et ce qui en est dû aujourd'hui."""
    return _out(find_act(uid=uid, by=actor_of(request)))


@router.post(
    "/redemptions/{uuid:uid}/undo",
    summary="Annuler une utilisation",
    operation_id="undo_redemption",
    **PLACES,
    response={200: ActOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def undo(request: HttpRequest, uid: UUID, body: UndoIn, key: UUID = REQUEST_KEY) -> ActOut:
    """Rend les tickets, dans le délai de la vague : par qui a fait l'acte, ou la personne responsable du lieu."""
    by = actor_of(request)
    act = find_act(uid=uid, by=by)
    undo_redemption(redemption=act.redemption, reason=body.reason, by=by, at=now(), key=key)
    return _out(find_act(uid=uid, by=by))
