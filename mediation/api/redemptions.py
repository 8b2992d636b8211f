from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from mediation.actions.redemption import Redeemed, redeem_at_counter
from mediation.actions.undo import undo_redemption
from mediation.api.schemas import ActOut, Day, DayActOut, DayOut, LineOut, RedeemIn, SiteRef, UndoIn
from mediation.coop import ActType
from mediation.models import Redemption
from mediation.queries.acts import Act, acts_of_day, find_act
from mediation.queries.places import site_of
from passnum.accounts.api import REQUEST_KEY, actor_of, device_or_none, guarded, refusals
from passnum.accounts.models import User
from passnum.accounts.queries.devices import holder_on
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date

router = Router(tags=["Utilisations"])
SITE: Any = Query(..., description="Un de ses lieux (GET /sites).")
DAY: Any = Query(None, alias="day", description="Le jour (Paris) ; aujourd'hui s'il n'est pas dit.")
PLACES = guarded(Role.MEDIATOR, Role.SITE_MANAGER, devices=True)


def out_of(act: Act) -> ActOut:
    return ActOut(
        **_told(act.redemption),
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


def _told(redemption: Redemption) -> dict[str, Any]:
    return {
        "uid": redemption.uid,
        "site": SiteRef(uid=redemption.site.uid, name=redemption.site.name),
        "service": redemption.service.code,
        "happened_at": redemption.happened_at,
        "recorded_at": redemption.recorded_at,
        "type": ActType(redemption.type),
        "minutes": redemption.minutes,
    }


def told_of(redeemed: Redeemed) -> ActOut:
    """Return an act as its place sees it: what was just written is not read again."""
    if redeemed.told is not None:
        return out_of(redeemed.told)
    lines = [
        LineOut(
            booklet=outcome.booklet.label,
            tickets_count=outcome.mask.bit_count(),
            amount_cents=outcome.mask.bit_count() * outcome.booklet.wave.face_value_cents,
            owed=outcome.owed,
            reason=outcome.reason,
        )
        for outcome in redeemed.outcomes
    ]
    return ActOut(
        **_told(redeemed.redemption),
        tickets_count=sum(line.tickets_count for line in lines),
        amount_cents=sum(line.amount_cents for line in lines),
        lines=lines,
        undo_until=redeemed.redemption.recorded_at + timedelta(minutes=redeemed.undo_minutes),
        undone_at=None,
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
    device = device_or_none(request)
    redeemed = redeem_at_counter(
        codes=body.codes,
        site_uid=body.site,
        service_code=body.service,
        details=body.details(),
        by=by,
        at=at,
        key=key,
        device_at=body.device_at,
        mediator_id=holder_on(device=device, at=at) if device else None,
    )
    return Status(200 if redeemed.is_replay else 201, told_of(redeemed))


@router.get(
    "/redemptions",
    summary="Relire la journée d'un lieu",
    operation_id="read_day",
    **PLACES,
    response={200: DayOut, **refusals(401, 403, 404, 422)},
)
def day(request: HttpRequest, site: UUID = SITE, on: Day | None = DAY) -> DayOut:
    """Les actes du jour, le plus récent d'abord ; ceux qui ont été annulés restent, avec leur motif."""
    by = actor_of(request)
    acts = acts_of_day(site=site_of(uid=site, by=by), day=on or paris_date(now()))
    people = {act.redemption.mediator_id for act in acts if act.redemption.mediator_id}
    names = dict(User.objects.filter(uid__in=people).values_list("uid", "full_name"))
    return DayOut(
        acts=[
            DayActOut(
                **dict(out_of(act)),
                undo_reason=act.undo_reason,
                is_offline=act.redemption.is_offline,
                is_late_entry=act.redemption.is_late_entry,
                mediator=names.get(act.redemption.mediator_id, "") if act.redemption.mediator_id else "",
            )
            for act in acts
        ]
    )


@router.get(
    "/redemptions/{uuid:uid}",
    summary="Relire une utilisation",
    operation_id="read_redemption",
    **PLACES,
    response={200: ActOut, **refusals(401, 403, 404)},
)
def read(request: HttpRequest, uid: UUID) -> ActOut:
    """L'acte d'un de ses lieux, et ce qui en est dû aujourd'hui."""
    return out_of(find_act(uid=uid, by=actor_of(request)))


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
    return out_of(find_act(uid=uid, by=by))
