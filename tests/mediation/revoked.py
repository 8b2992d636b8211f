"""A phone that was lost, and what it tries to send, for tests."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from mediation.actions.quarantine import put_aside
from mediation.actions.upload import QueuedAct
from passnum.accounts.models import Device
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from tests.lifecycle import AN_HOUR, Scene


def lost_phone(scene: Scene, name: str = "Téléphone de l’accueil") -> Device:
    """A device of the place, revoked."""
    return Device.objects.create(
        organisation=scene.operator,
        name=name,
        digest=hashlib.sha256(uuid4().bytes).digest(),
        paired_at=scene.now,
        revoked_at=scene.tick(),
        revoked_by_id=scene.manager.id,
        revoke_reason="Perdu",
        **scene.manager.columns(),
    )


def queued(scene: Scene, *codes: str, happened_at: datetime | None = None, **terms: Any) -> QueuedAct:
    """An act of its queue."""
    given: dict[str, Any] = {
        "key": uuid4(),
        "site_uid": scene.site.uid,
        "service_code": scene.service.code,
        "codes": codes,
        "details": AN_HOUR,
        "happened_at": happened_at or scene.now,
        "mediator_id": scene.mediator.id,
    }
    return QueuedAct(**(given | terms))


def send(scene: Scene, device: Device, *acts: QueuedAct, late: timedelta = timedelta()) -> list[UUID]:
    """The phone sends; its clock is late by so much."""
    by = Actor(ActorKind.DEVICE, device.uid, scene.operator.uid, Role.MEDIATOR.value)
    at = scene.tick()
    return put_aside(device=device, acts=acts, by=by, at=at, sent_at=at - late)
