"""What did not arrive, what is lost, what is called back."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now
from passnum.kit.errors import NotFound
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.loss import report_loss
from vouchers.actions.once import do_once
from vouchers.actions.recall import recall_stock, withdraw_recall
from vouchers.api.custody_schemas import GapOut, LossIn, LossOut, MissingWordIn, RangeOut, RecallIn, RecallOut
from vouchers.api.orders import LIMIT, OFFSET
from vouchers.models import DisputeReason, LossReport, Recall, Shipment, Wave
from vouchers.queries.discrepancies import gaps_of
from vouchers.queries.losses import loss_ranges, losses_visible_to
from vouchers.queries.organisations import acted_for, recipients
from vouchers.queries.recalls import recalls_visible_to
from vouchers.queries.stock import shipments_visible_to, visible_holders
from vouchers.queries.waves import waves_for_shipment

router = Router(tags=["Stock et envois"])
KEEPERS = guarded(Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
READERS = guarded(Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR)
PILOT = guarded(Role.PILOT)


def ranges_out(ranges: Sequence[Sequence[int]]) -> list[RangeOut]:
    """Return ranges of numbers as they are told."""
    return [RangeOut(first=first, last=last) for first, last in ranges]


def _wave(by: Actor, number: int) -> Wave:
    wave = next((wave for wave in waves_for_shipment(by=by) if wave.number == number), None)
    if wave is None:
        raise NotFound
    return wave


def _shipment(by: Actor, uid: UUID) -> Shipment:
    shipment = shipments_visible_to(by=by).filter(uid=uid).first()
    if shipment is None:
        raise NotFound
    return shipment


def _gaps(shipment: Shipment) -> list[GapOut]:
    return [
        GapOut(
            status=gap.status,
            sender_word=gap.sender_word,
            recipient_word=gap.recipient_word,
            is_settled_by_pilot=gap.is_settled_by_pilot,
            ranges=ranges_out(gap.ranges),
        )
        for gap in gaps_of(shipment=shipment)
    ]


@router.get(
    "/shipments/{uuid:uid}/discrepancies",
    summary="Lire les écarts d'un envoi",
    operation_id="list_discrepancies",
    **READERS,
    response={200: list[GapOut], **refusals(401, 403, 404)},
)
def discrepancies(request: HttpRequest, uid: UUID) -> list[GapOut]:
    """Les carnets qui manquaient à l'arrivée, et ce que chaque côté en a dit ; d'abord ceux à régler."""
    return _gaps(_shipment(actor_of(request), uid))


@router.post(
    "/shipments/{uuid:uid}/discrepancies",
    summary="Régler des écarts",
    operation_id="say_of_missing",
    **KEEPERS,
    response={200: list[GapOut], **refusals(400, 401, 403, 404, 409, 422)},
)
def say(request: HttpRequest, uid: UUID, body: MissingWordIn, key: UUID = REQUEST_KEY) -> list[GapOut]:
    """Dit, pour son côté, ce que sont devenus des carnets manquants. Les deux côtés d'accord, ou la Métropole, règlent."""
    by, at = actor_of(request), now()
    shipment, numbers = _shipment(by, uid), sorted(set(body.numbers))
    do_once(
        key=key,
        act="SAY_OF_MISSING",
        subject=uid,
        content={"numbers": numbers, "word": body.word, "complaint": body.complaint_reference},
        do=lambda: say_of_missing(
            shipment=shipment,
            numbers=numbers,
            word=body.word,
            complaint_reference=body.complaint_reference,
            by=by,
            at=at,
        ),
        by=by,
        at=at,
    )
    return _gaps(shipment)


def _losses(losses: Sequence[LossReport]) -> list[LossOut]:
    spans = loss_ranges(losses=losses)
    return [
        LossOut(
            uid=loss.uid,
            wave=loss.wave.number,
            holder=loss.holder.uid if loss.holder else None,
            reason=DisputeReason(loss.reason),
            complaint_reference=loss.complaint_reference,
            booklets_count=loss.booklets_count,
            tickets_count=loss.tickets_count,
            ranges=ranges_out(spans.get(loss.pk, [])),
            recorded_at=loss.recorded_at,
        )
        for loss in losses
    ]


@router.get(
    "/losses",
    summary="Lister les lots perdus",
    operation_id="list_losses",
    **READERS,
    response={200: list[LossOut], **refusals(401, 403, 422)},
)
def losses(request: HttpRequest, limit: int = LIMIT, offset: int = OFFSET) -> list[LossOut]:
    """Les siens et ceux de ses relais pour un distributeur, ceux de ses vagues pour un fournisseur ; le dernier d'abord."""
    return _losses(list(losses_visible_to(by=actor_of(request))[offset : offset + limit]))


def _loser(by: Actor, uid: UUID | None) -> Organisation | None:
    """Return whose lot is lost; None is the printer. Raises NotFound."""
    if by.role == Role.DISTRIBUTOR and uid in {None, by.organisation_id}:
        return acted_for(by)
    if uid is None:
        return None
    holder = None if by.role == Role.DISTRIBUTOR else visible_holders(by=by).filter(uid=uid).first()
    if holder is None:
        raise NotFound
    return holder


@router.post(
    "/losses",
    summary="Déclarer un lot perdu",
    operation_id="report_loss",
    **KEEPERS,
    response={201: LossOut, 200: LossOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def lose(request: HttpRequest, body: LossIn, key: UUID = REQUEST_KEY) -> Status[LossOut]:
    """Bloque aussitôt des carnets entiers, par plages de numéros. 201 la première fois, 200 si répétée."""
    by, at = actor_of(request), now()
    loss = report_loss(
        wave=_wave(by, body.wave),
        holder=_loser(by, body.holder),
        ranges=[(one.first, one.last) for one in body.ranges],
        reason=body.reason,
        complaint_reference=body.complaint_reference,
        by=by,
        at=at,
        key=key,
    )
    return Status(201 if loss.recorded_at == at else 200, _losses([loss])[0])


def _recall(recall: Recall) -> RecallOut:
    return RecallOut(
        uid=recall.uid,
        wave=recall.wave.number,
        holder=recall.holder.uid,
        recipient=recall.recipient.uid,
        booklets_count=recall.booklets_count,
        sent_count=recall.sent_count,
        reason=recall.reason,
        recorded_at=recall.recorded_at,
        done_at=recall.done_at,
        withdrawn_at=recall.withdrawn_at,
    )


@router.get(
    "/recalls",
    summary="Lister les rappels",
    operation_id="list_recalls",
    **READERS,
    response={200: list[RecallOut], **refusals(401, 403, 422)},
)
def recalls(request: HttpRequest, limit: int = LIMIT, offset: int = OFFSET) -> list[RecallOut]:
    """Ce que la Métropole demande de renvoyer ou d'envoyer à un autre ; le dernier d'abord."""
    return [_recall(recall) for recall in recalls_visible_to(by=actor_of(request))[offset : offset + limit]]


@router.post(
    "/recalls",
    summary="Rappeler un stock",
    operation_id="recall_stock",
    **PILOT,
    response={201: RecallOut, 200: RecallOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def recall(request: HttpRequest, body: RecallIn, key: UUID = REQUEST_KEY) -> Status[RecallOut]:
    """Demande à un détenteur d'envoyer des carnets de son stock. 201 la première fois, 200 si répétée."""
    by, at = actor_of(request), now()
    holder = visible_holders(by=by).filter(uid=body.holder).first()
    recipient = next((one for one in recipients(by=by) if one.uid == body.recipient), None)
    if holder is None or recipient is None:
        raise NotFound
    asked = recall_stock(
        wave=_wave(by, body.wave),
        holder=holder,
        recipient=recipient,
        count=body.count,
        reason=body.reason,
        by=by,
        at=at,
        key=key,
    )
    return Status(201 if asked.recorded_at == at else 200, _recall(asked))


@router.post(
    "/recalls/{uuid:uid}/withdraw",
    summary="Retirer un rappel",
    operation_id="withdraw_recall",
    **PILOT,
    response={200: RecallOut, **refusals(401, 403, 404, 409, 422)},
)
def withdraw(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> RecallOut:
    """Ne demande plus rien ; ce qui est déjà envoyé le reste."""
    by, at = actor_of(request), now()
    asked = recalls_visible_to(by=by).filter(uid=uid).first()
    if asked is None:
        raise NotFound
    do_once(
        key=key,
        act="WITHDRAW_RECALL",
        subject=uid,
        do=lambda: withdraw_recall(recall=asked, by=by, at=at),
        by=by,
        at=at,
    )
    asked.refresh_from_db()
    return _recall(asked)
