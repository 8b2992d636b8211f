"""An order that changes: other lines or other words before its production, a line taken back from the printer after."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now
from passnum.kit.errors import NotFound
from vouchers.actions.once import do_once
from vouchers.actions.order_change import amend_order, revise_texts
from vouchers.actions.order_line import cancel_line
from vouchers.api.orders import detail_of, lines_asked
from vouchers.api.schemas import CancelLineIn, OrderChangeIn, OrderDetailOut, OrderTextsIn
from vouchers.models import Order
from vouchers.queries.line import line_of
from vouchers.queries.orders import orders_visible_to

router = Router(tags=["Commandes"])
CHANGERS = guarded(Role.FUNDER, Role.PILOT)
POSITION: int = Path(..., ge=1, le=1_000, description="Rang de la ligne.")


def _order(by: Actor, uid: UUID) -> Order:
    visible = orders_visible_to(by=by).filter(uid=uid).values("pk")
    order = Order.objects.select_related("wave__issuer", "funder").filter(pk__in=visible).first()
    if order is None:
        raise NotFound
    return order


@router.post(
    "/orders/{uuid:uid}/amend",
    summary="Modifier une commande",
    operation_id="amend_order",
    **CHANGERS,
    response={200: OrderDetailOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def amend(request: HttpRequest, uid: UUID, body: OrderChangeIn, key: UUID = REQUEST_KEY) -> OrderDetailOut:
    """Remplace lignes, frais, références et textes avant la production : c'est de nouveau un brouillon, à soumettre."""
    by, at = actor_of(request), now()
    terms = body.dict(exclude={"lines"})
    amend_order(order=_order(by, uid), lines=lines_asked(body.lines), by=by, at=at, key=key, **terms)
    return detail_of(request, uid)


@router.post(
    "/orders/{uuid:uid}/texts",
    summary="Changer les textes d'une commande",
    operation_id="revise_order_texts",
    **CHANGERS,
    response={200: OrderDetailOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def texts(request: HttpRequest, uid: UUID, body: OrderTextsIn, key: UUID = REQUEST_KEY) -> OrderDetailOut:
    """Ce qui s'imprime et se lit à la remise, sans toucher au montant.

    Une commande approuvée reçoit un nouveau bon à tirer si l'imprimé change.
    """
    by, at = actor_of(request), now()
    order, words = _order(by, uid), body.dict(exclude_unset=True)
    kept = {name: getattr(order, name) for name in ("perimeter", "handed_over_from", "handed_over_until")}
    do_once(
        key=key,
        act="REVISE_ORDER_TEXTS",
        subject=uid,
        content=words,
        do=lambda: revise_texts(order=order, by=by, at=at, **(kept | words)),
        by=by,
        at=at,
    )
    return detail_of(request, uid)


@router.post(
    "/orders/{uuid:uid}/lines/{int:position}/cancel",
    summary="Annuler une ligne",
    operation_id="cancel_line",
    **CHANGERS,
    response={200: OrderDetailOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def cancel(
    request: HttpRequest, uid: UUID, body: CancelLineIn, position: int = POSITION, key: UUID = REQUEST_KEY
) -> OrderDetailOut:
    """Annule les carnets d'une ligne restés chez l'imprimeur ; ce que quelqu'un tient reste."""
    by, at = actor_of(request), now()
    line = line_of(order_uid=_order(by, uid).uid, position=position)
    if line is None:
        raise NotFound
    do_once(
        key=key,
        act="CANCEL_LINE",
        subject=uid,
        content={"line": position, "expected": body.expected},
        do=lambda: cancel_line(line=line, by=by, at=at, expected=body.expected),
        by=by,
        at=at,
    )
    return detail_of(request, uid)
