from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Status

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import InvalidInput, NotAllowed, NotFound
from vouchers.actions.dispute import block_booklet
from vouchers.actions.once import do_once
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.api.orders import LIMIT, OFFSET
from vouchers.api.schemas import BlockIn, BlockOut, HoldingOut, Label, ReceptionIn, ShipmentIn, ShipmentOut
from vouchers.models import DisputeReason, Shipment
from vouchers.queries.organisations import acted_for, distributors, recipients
from vouchers.queries.stock import awaited_count, booklets_visible_to, holdings, shipments_visible_to
from vouchers.queries.waves import waves_for_shipment
from vouchers.states import ShipmentStatus

router = Router(tags=["Stock et envois"])
WATCHERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR)
SENDERS = guarded(Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)


@router.get(
    "/stock",
    summary="Où sont les carnets",
    operation_id="read_stock",
    **guarded(*WATCHERS, Role.EVALUATOR),
    response={200: list[HoldingOut], **refusals(401, 403)},
)
def stock(request: HttpRequest) -> list[HoldingOut]:
    """Par détenteur et par vague : les siens et ceux de ses relais pour un distributeur, tous pour la Métropole."""
    return [
        HoldingOut(
            holder=row.holder.uid if row.holder else None,
            holder_name=row.name,
            wave=row.wave.number,
            in_stock=row.in_stock,
            dormant=row.dormant,
            incoming=row.incoming,
            outgoing=row.outgoing,
            missing=row.missing,
        )
        for row in holdings(by=actor_of(request), at=now())
    ]


def _out(shipment: Shipment) -> ShipmentOut:
    return ShipmentOut(
        uid=shipment.uid,
        wave=shipment.wave.number,
        sender=shipment.from_organisation.uid if shipment.from_organisation else None,
        recipient=shipment.to_organisation.uid,
        status=ShipmentStatus(shipment.status),
        sent_count=shipment.sent_count,
        received_count=shipment.received_count,
        sent_at=shipment.sent_at,
        received_at=shipment.received_at,
    )


def _visible(request: HttpRequest, uid: UUID) -> Shipment:
    shipment = shipments_visible_to(by=actor_of(request)).filter(uid=uid).first()
    if shipment is None:
        raise NotFound
    return shipment


@router.get(
    "/shipments",
    summary="Lister les envois",
    operation_id="list_shipments",
    **guarded(*WATCHERS),
    response={200: list[ShipmentOut], **refusals(401, 403, 422)},
)
def shipments(request: HttpRequest, limit: int = LIMIT, offset: int = OFFSET) -> list[ShipmentOut]:
    """Ceux que l'on a envoyés, que l'on attend ou que l'on suit ; d'abord ceux qui ne sont pas reçus."""
    return [_out(s) for s in shipments_visible_to(by=actor_of(request))[offset : offset + limit]]


@router.post(
    "/shipments",
    summary="Envoyer des carnets",
    operation_id="send_booklets",
    **SENDERS,
    response={201: ShipmentOut, 200: ShipmentOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def send(request: HttpRequest, body: ShipmentIn, key: UUID = REQUEST_KEY) -> Status[ShipmentOut]:
    """Depuis son stock pour un distributeur, de chez l'imprimeur sinon. 201 la première fois, 200 si répétée."""
    by, at = actor_of(request), now()
    wave = next((w for w in waves_for_shipment(by=by) if w.number == body.wave), None)
    mine = acted_for(by)
    # a stranger, or oneself: the action has a sentence for it
    known = (*distributors(), *recipients(by=by))
    recipient = next((o for o in known if o.uid == body.recipient), None)
    if wave is None or recipient is None:
        raise NotFound
    shipment = send_booklets(
        wave=wave,
        sender=mine if by.role == Role.DISTRIBUTOR else None,
        recipient=recipient,
        ranges=[(one.first, one.last) for one in body.ranges],
        by=by,
        at=at,
        key=key,
    )
    return Status(201 if shipment.sent_at == at else 200, _out(_visible(request, shipment.uid)))


@router.post(
    "/shipments/{uuid:uid}/reception",
    summary="Recevoir un envoi",
    operation_id="receive_shipment",
    **guarded(Role.DISTRIBUTOR),
    response={200: ShipmentOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def receive(request: HttpRequest, uid: UUID, body: ReceptionIn, key: UUID = REQUEST_KEY) -> ShipmentOut:
    """Compte ce qui est arrivé et nomme ce qui manque : l'écart est noté, jamais corrigé en silence."""
    by, at = actor_of(request), now()
    shipment = _visible(request, uid)
    if shipment.to_organisation.uid != by.organisation_id:
        raise NotAllowed
    missing = sorted(set(body.missing))
    awaited = awaited_count(shipment=shipment)
    if body.counted + len(missing) != awaited:
        raise InvalidInput(
            sentence=f"{awaited} carnets ont été envoyés : les carnets comptés ({body.counted}) et les "
            f"numéros manquants ({len(missing)}) doivent faire ce nombre. Recomptez."
        )
    do_once(
        key=key,
        act="RECEIVE_SHIPMENT",
        subject=uid,
        content={"missing": missing},
        do=lambda: receive_shipment(shipment=shipment, missing=missing, by=by, at=at),
        by=by,
        at=at,
    )
    return _out(_visible(request, uid))


@router.post(
    "/booklets/{number}/block",
    summary="Faire opposition",
    operation_id="block_booklet",
    **SENDERS,
    response={201: BlockOut, 200: BlockOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def block(request: HttpRequest, number: Path[Label], body: BlockIn, key: UUID = REQUEST_KEY) -> Status[BlockOut]:
    """Bloque aussitôt les tickets qui restent sur un carnet, ou ceux que l'on nomme. 201, puis 200 si répétée."""
    by, at = actor_of(request), now()
    wave, rank = (int(part) for part in number.split("-"))
    booklet = booklets_visible_to(by=by).filter(wave__number=wave, number=rank).first()
    if booklet is None:
        raise NotFound
    dispute = block_booklet(booklet=booklet, reason=body.reason, by=by, at=at, key=key, positions=body.positions)
    out = BlockOut(
        uid=dispute.uid,
        booklet=booklet.label,
        reason=DisputeReason(dispute.reason),
        tickets_count=dispute.mask.bit_count(),
        blocked_at=dispute.happened_at,
    )
    return Status(201 if dispute.recorded_at == at else 200, out)
