"""A device sends what it noted without network, and reads the day of its place."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import ValidationError

from mediation.actions.quarantine import put_aside
from mediation.actions.upload import QueuedAct, UnreadableAct, UploadResult, upload_acts
from mediation.api.redemptions import told_of
from mediation.api.schemas import QueuedIn, QueuedItem, UploadIn, UploadOut, UploadResultOut
from passnum.accounts.api import actor_of, device_of, guarded_for_devices, refusals
from passnum.accounts.models import Device
from passnum.accounts.queries.devices import DeviceRevoked, held_by
from passnum.kit.actor import Actor
from passnum.kit.clock import now

router = Router(tags=["Appareils"])
# Enough to tell what an application sends wrong.
FIELDS_TOLD = 5
Span = tuple[UUID, datetime, datetime]


class QueueKept(DeviceRevoked):
    """The token is refused, and what it sent is kept aside."""

    message = (
        "Cet appareil a été révoqué. Ses actes en attente ({count}) sont gardés de côté : la personne responsable du "
        "lieu peut les récupérer. Prévenez-la."
    )


def _result(result: UploadResult, by: Actor) -> UploadResultOut:
    refusal = result.refusal
    return UploadResultOut(
        key=result.key,
        outcome=result.outcome,
        code=refusal.code if refusal else None,
        message=refusal.sentence if refusal else None,
        act=told_of(result.redeemed) if result.redeemed else None,
    )


def _item(told: QueuedItem) -> QueuedAct | UnreadableAct:
    """Read one item by itself."""
    try:
        return QueuedIn.model_validate(told.model_dump()).queued()
    except ValidationError as error:
        fields = dict.fromkeys(".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False))
        return UnreadableAct(told.key, list(fields)[:FIELDS_TOLD])


def _holders(acts: list[QueuedAct], device: Device) -> list[Span]:
    """Return when those who are said to have held the device did hold it."""
    told = {act.mediator_id for act in acts if act.mediator_id}
    return held_by(device=device, user_uids=told) if told else []


def _truly_held(act: QueuedAct, spans: list[Span]) -> QueuedAct:
    """Leave out a holder that the service did not know at that time: the act is the device's, nobody's in particular."""
    is_held = any(uid == act.mediator_id and start <= act.happened_at < end for uid, start, end in spans)
    return act if act.mediator_id is None or is_held else replace(act, mediator_id=None)


@router.post(
    "/device/acts",
    summary="Envoyer la file d'un appareil",
    operation_id="upload_acts",
    **guarded_for_devices(revoked=True),
    response={200: UploadOut, **refusals(400, 401, 403, 413, 422)},
)
def upload(request: HttpRequest, body: UploadIn) -> UploadOut:
    """Enregistre chaque acte à part, dans n'importe quel ordre. Un acte refusé n'arrête pas les autres.

    D'un appareil révoqué : 401, mais ses actes sont gardés de côté.
    """
    device, by, at = device_of(request), actor_of(request), now()
    items = [_item(one) for one in body.acts]
    held = _holders([one for one in items if isinstance(one, QueuedAct)], device)
    queue = [_truly_held(one, held) if isinstance(one, QueuedAct) else one for one in items]
    if device.revoked_at is not None:
        acts = [one for one in queue if isinstance(one, QueuedAct)]
        kept = put_aside(device=device, acts=acts, by=by, at=at, sent_at=body.sent_at)
        raise QueueKept(count=len(kept))
    results = upload_acts(queue=queue, device_id=device.uid, by=by, at=at, sent_at=body.sent_at)
    return UploadOut(server_time=at, results=[_result(one, by) for one in results])
