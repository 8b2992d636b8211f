"""A device of a place: paired once, then held by one person after another when it is shared.

What it is told of its places and of the waves is in `mediation/api/device.py`.
"""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from passnum.accounts.actions.pairing import VERSION_MAX, pair_device
from passnum.accounts.actions.pin import LONGEST as PIN_LONGEST
from passnum.accounts.actions.presence import end_presence, start_presence
from passnum.accounts.api.guard import device_of, guarded_for_devices, open_to_all, refusals
from passnum.accounts.models import Device, DevicePresence
from passnum.kit.clock import now
from passnum.kit.throttle import client_address

router = Router(tags=["Appareils"])
# The secret of the QR code has 22 letters; six figures may be typed with blanks.
CODE_MAX = 64


class PairIn(Schema):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(
        min_length=1,
        max_length=CODE_MAX,
        description="Les six chiffres montrés à la personne responsable du lieu, ou le secret de son code QR.",
        examples=["123 456"],
    )
    version: str = Field("", max_length=VERSION_MAX, description="Version de l'application de l'appareil.")


class DeviceRef(Schema):
    uid: UUID
    name: str
    is_shared: bool = Field(
        description="Partagé : la personne qui le tient choisit son nom et tape son code personnel."
    )


class OrganisationRef(Schema):
    uid: UUID
    name: str


class PairOut(Schema):
    token: str = Field(description="Le jeton de l'appareil (pd_…), donné cette seule fois.")
    device: DeviceRef
    organisation: OrganisationRef


class PresenceIn(Schema):
    model_config = ConfigDict(extra="forbid")

    mediator: UUID = Field(description="La personne, parmi « mediators » de GET /device.")
    pin: str = Field(min_length=1, max_length=PIN_LONGEST, description="Son code personnel.", examples=["4827"])


class MediatorRef(Schema):
    uid: UUID
    name: str


class PresenceOut(Schema):
    """Who holds a shared device, and until when at most."""

    uid: UUID
    mediator: MediatorRef
    expires_at: datetime


def device_ref(device: Device) -> DeviceRef:
    """Return how a device is told."""
    return DeviceRef(uid=device.uid, name=device.name, is_shared=device.is_shared)


def organisation_ref(device: Device) -> OrganisationRef:
    """Return how the organisation of a device is told."""
    return OrganisationRef(uid=device.organisation.uid, name=device.organisation.name)


def presence_out(presence: DevicePresence) -> PresenceOut:
    """Return how a presence is told."""
    user = presence.membership.user
    return PresenceOut(
        uid=presence.uid, mediator=MediatorRef(uid=user.uid, name=user.full_name), expires_at=presence.expires_at
    )


@router.post(
    "/devices/pair",
    summary="Associer un appareil",
    operation_id="pair_device",
    **open_to_all(),
    response={201: PairOut, **refusals(400, 422, 429)},
)
def pair(request: HttpRequest, body: PairIn) -> Status[PairOut]:
    """Échange une invitation (six chiffres, ou secret du code QR), qui sert une fois, contre le jeton de l'appareil."""
    paired = pair_device(code=body.code, version=body.version, address=client_address(request), at=now())
    device = paired.device
    return Status(201, PairOut(token=paired.token, device=device_ref(device), organisation=organisation_ref(device)))


@router.post(
    "/device/presence",
    summary="Prendre l'appareil partagé",
    operation_id="start_presence",
    **guarded_for_devices(),
    response={200: PresenceOut, **refusals(400, 401, 403, 404, 409, 422, 429)},
)
def take(request: HttpRequest, body: PresenceIn) -> PresenceOut:
    """Dit qui tient l'appareil partagé, pour douze heures au plus ; la personne d'avant le quitte."""
    return presence_out(start_presence(device=device_of(request), mediator=body.mediator, pin=body.pin, at=now()))


@router.delete(
    "/device/presence",
    summary="Quitter l'appareil partagé",
    operation_id="end_presence",
    **guarded_for_devices(),
    response={204: None, **refusals(401, 403)},
)
def leave(request: HttpRequest) -> Status[None]:
    """Plus personne ne tient l'appareil : il redemandera un nom et un code personnel."""
    end_presence(device=device_of(request), at=now())
    return Status(204, None)
