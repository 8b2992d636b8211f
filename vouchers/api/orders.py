from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import InvalidInput, NotFound
from vouchers.actions.once import do_once
from vouchers.actions.order import LineInput, create_order, submit_order
from vouchers.api.schemas import (
    DistributorOut,
    LineOfOrderIn,
    LineOfOrderOut,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    WaveOfOrders,
)
from vouchers.models import Order
from vouchers.queries.orders import orders_visible_to, with_amounts
from vouchers.queries.organisations import acted_for, distributors
from vouchers.queries.waves import WaveMoney, open_waves, waves_visible_to, waves_with_money
from vouchers.states import OrderStatus, WaveStatus

router = Router(tags=["Commandes"])
WATCHERS = (Role.PILOT, Role.ISSUER, Role.EVALUATOR, Role.AUDITOR, Role.FINANCE)
READERS = guarded(Role.FUNDER, *WATCHERS)
FUNDER = guarded(Role.FUNDER)
LIMIT: int = Query(50, ge=1, le=200, description="Combien au plus.")
OFFSET: int = Query(0, ge=0, le=1_000_000, description="À partir de laquelle, 0 pour la plus récente.")


def _wave_out(row: WaveMoney, *, shows_money: bool) -> WaveOfOrders:
    wave = row.wave
    return WaveOfOrders(
        number=wave.number,
        name=wave.name,
        status=WaveStatus(wave.status),
        a_on=wave.a_on,
        evaluation_due_on=wave.evaluation_due_on,
        valid_from=wave.valid_from,
        valid_until=wave.valid_until,
        redeemable_until=wave.redeemable_until,
        face_value_cents=wave.face_value_cents,
        ceiling_cents=wave.ceiling_cents if shows_money else None,
        engaged_cents=row.engaged_cents if shows_money else None,
    )


@router.get(
    "/orders/waves",
    summary="Lister les vagues où l'on commande",
    operation_id="list_order_waves",
    **READERS,
    response={200: list[WaveOfOrders], **refusals(401, 403)},
)
def waves(request: HttpRequest) -> list[WaveOfOrders]:
    """Pour un financeur, celles qui prennent des commandes ; pour un fournisseur, les siennes ; sinon toutes."""
    by = actor_of(request)
    is_funder = by.role == Role.FUNDER
    rows = waves_with_money(waves=open_waves() if is_funder else waves_visible_to(by=by))
    return [_wave_out(row, shows_money=not is_funder) for row in rows]


@router.get(
    "/distributors",
    summary="Lister les distributeurs",
    operation_id="list_distributors",
    **guarded(Role.FUNDER, Role.PILOT, Role.ISSUER, Role.DISTRIBUTOR),
    response={200: list[DistributorOut], **refusals(401, 403)},
)
def list_distributors(request: HttpRequest) -> list[DistributorOut]:
    """À qui des carnets peuvent être destinés ou envoyés, par ordre alphabétique."""
    return [DistributorOut(uid=o.uid, name=o.name, commune_code=o.commune_code) for o in distributors()]


def _columns(order: Any) -> dict[str, object]:
    """Return what is told of an order that carries the columns of `with_amounts`."""
    return {
        "uid": order.uid,
        "reference": order.reference,
        "wave": order.wave.number,
        "status": OrderStatus(order.status),
        "siret": order.siret,
        "service_code": order.service_code,
        "commitment_number": order.commitment_number,
        "booklets_count": order.booklets_count,
        "tickets_count": order.tickets_count,
        "fees_cents": order.fees_cents,
        "total_cents": order.total_cents,
        "created_at": order.created_at,
        "submitted_at": order.submitted_at,
        "approved_at": order.approved_at,
        "delivered_at": order.delivered_at,
    }


@router.get(
    "/orders",
    summary="Lister ses commandes",
    operation_id="list_orders",
    **READERS,
    response={200: list[OrderOut], **refusals(401, 403, 422)},
)
def orders(request: HttpRequest, limit: int = LIMIT, offset: int = OFFSET) -> list[OrderOut]:
    """Les siennes pour un financeur, celles à produire pour un fournisseur ; de la plus récente à la plus ancienne."""
    found = with_amounts(orders_visible_to(by=actor_of(request)))[offset : offset + limit]
    return [OrderOut.model_validate(_columns(order)) for order in found]


def detail_of(request: HttpRequest, uid: UUID) -> OrderDetailOut:
    order = with_amounts(orders_visible_to(by=actor_of(request))).filter(uid=uid).first()
    if order is None:
        raise NotFound
    lines = [
        LineOfOrderOut(
            position=line.position,
            cancelled_count=line.cancelled_count,
            distributor=line.distributor.uid,
            distributor_name=line.distributor.name,
            size=line.size,
            quantity=line.quantity,
        )
        for line in order.lines.select_related("distributor").order_by("position")
    ]
    return OrderDetailOut.model_validate({**_columns(order), "lines": lines})


@router.get(
    "/orders/{uuid:uid}",
    summary="Relire une commande",
    operation_id="read_order",
    **READERS,
    response={200: OrderDetailOut, **refusals(401, 403, 404)},
)
def read(request: HttpRequest, uid: UUID) -> OrderDetailOut:
    """Une commande que l'on peut voir, avec ses lignes."""
    return detail_of(request, uid)


def lines_asked(asked: Sequence[LineOfOrderIn]) -> list[LineInput]:
    """Name the distributors of lines. Raises InvalidInput for one that is none."""
    known: dict[UUID, Organisation] = {o.uid: o for o in distributors()}
    lines = []
    for rank, line in enumerate(asked, start=1):
        distributor = known.get(line.distributor)
        if distributor is None:
            raise InvalidInput(sentence=f"Ligne {rank} : ce distributeur n’existe pas (GET /distributors).")
        lines.append(LineInput(distributor, line.size, line.quantity))
    return lines


@router.post(
    "/orders",
    summary="Commander des carnets",
    operation_id="create_order",
    **FUNDER,
    response={201: OrderDetailOut, 200: OrderDetailOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def create(request: HttpRequest, body: OrderIn, key: UUID = REQUEST_KEY) -> Status[OrderDetailOut]:
    """Écrit un brouillon, à soumettre ensuite. 201 la première fois, 200 si la demande est répétée."""
    by, at = actor_of(request), now()
    wave, funder = open_waves().filter(number=body.wave).first(), acted_for(by)
    if wave is None or funder is None:
        raise NotFound
    order = create_order(
        wave=wave,
        funder=funder,
        lines=lines_asked(body.lines),
        siret=body.siret,
        service_code=body.service_code,
        commitment_number=body.commitment_number,
        fees_cents=body.fees_cents,
        eligible_publics=body.eligible_publics,
        letter=body.letter,
        perimeter=body.perimeter,
        handed_over_from=body.handed_over_from,
        handed_over_until=body.handed_over_until,
        by=by,
        at=at,
        key=key,
    )
    return Status(201 if order.created_at == at else 200, detail_of(request, order.uid))


@router.post(
    "/orders/{uuid:uid}/submit",
    summary="Soumettre une commande",
    operation_id="submit_order",
    **FUNDER,
    response={200: OrderDetailOut, **refusals(401, 403, 404, 409, 422)},
)
def submit(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> OrderDetailOut:
    """Envoie un brouillon à l'approbation de la Métropole."""
    by, at = actor_of(request), now()
    order = Order.objects.filter(pk__in=orders_visible_to(by=by).filter(uid=uid).values("pk")).first()
    if order is None:
        raise NotFound
    do_once(
        key=key,
        act="SUBMIT_ORDER",
        subject=uid,
        do=lambda: submit_order(order=order, by=by, at=at),
        by=by,
        at=at,
    )
    return detail_of(request, uid)
