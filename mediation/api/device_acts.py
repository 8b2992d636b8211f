"""A device sends what it noted without network, and reads the day of its place."""

from dataclasses import replace

from django.http import HttpRequest
from ninja import Router

from mediation.actions.quarantine import put_aside
from mediation.actions.upload import QueuedAct, UploadResult, upload_acts
from mediation.api.redemptions import told_of
from mediation.api.schemas import UploadIn, UploadOut, UploadResultOut
from passnum.accounts.api import actor_of, device_of, guarded_for_devices, refusals
from passnum.accounts.models import Device
from passnum.accounts.queries.devices import DeviceRevoked, held_by
from passnum.kit.actor import Actor
from passnum.kit.clock import now

router = Router(tags=["Appareils"])


class QueueKept(DeviceRevoked):
    """The token is refused, and what it sent is kept aside."""

    message = (
        "Cet appareil a été révoqué. Ses actes en attente ({count}) sont gardés de côté : la personne responsable du "
        "lieu peut les récupérer. Prévenez-la."
    )


def _result(result: UploadResult, by: Actor) -> UploadResultOut:
    refusal = result.refusal
    return UploadResultOut(
        key=result.key,
        outcome=result.outcome,
        code=refusal.code if refusal else None,
        message=refusal.sentence if refusal else None,
        act=told_of(result.redeemed, by=by) if result.redeemed else None,
    )


def _truly_held(queue: list[QueuedAct], device: Device) -> list[QueuedAct]:
    """Leave out a holder that the service did not know at that time: the act is the device's, nobody's in particular."""
    told = {act.mediator_id for act in queue if act.mediator_id}
    spans = held_by(device=device, user_uids=told) if told else []

    def is_held(act: QueuedAct) -> bool:
        return any(uid == act.mediator_id and start <= act.happened_at < end for uid, start, end in spans)

    return [act if act.mediator_id is None or is_held(act) else replace(act, mediator_id=None) for act in queue]


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
    queue = _truly_held([one.queued() for one in body.acts], device)
    if device.revoked_at is not None:
        kept = put_aside(device=device, acts=queue, by=by, at=at, sent_at=body.sent_at)
        raise QueueKept(count=len(kept))
    results = upload_acts(queue=queue, device_id=device.uid, by=by, at=at, sent_at=body.sent_at)
    return UploadOut(server_time=at, results=[_result(one, by) for one in results])
