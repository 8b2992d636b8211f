"""What a paired device is told: its places, who may hold it, and what it needs to work without the network."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from ninja import Header, Router, Schema
from pydantic import Field

from mediation.api.schemas import SiteOut
from mediation.documents.wave_bundle import bundle_content, signed_bundle
from mediation.queries.bundle import bundle_at
from mediation.queries.devices import labelled_sites
from passnum.accounts.api import actor_of, device_of, guarded_for_devices, refusals
from passnum.accounts.api.device import (
    DeviceRef,
    MediatorRef,
    OrganisationRef,
    PresenceOut,
    device_ref,
    organisation_ref,
    presence_out,
)
from passnum.accounts.queries.devices import holders_of, presence_on
from passnum.kit.canonical import digest_of
from passnum.kit.clock import now, paris_date
from passnum.kit.keys import digest_keyring, public_keyring

router = Router(tags=["Appareils"])
# A bundle that did not change is still issued anew after an hour: its age is never far from that of what it says.
REISSUED_EVERY_SECONDS: Final = 3600
IF_NONE_MATCH: Any = Header(
    None, alias="If-None-Match", description="L'ETag de la liste déjà reçue : 304 si elle n'a pas changé."
)


class DeviceOut(Schema):
    device: DeviceRef
    organisation: OrganisationRef
    places: list[SiteOut] = Field(description="Les lieux de la structure, et leur label aujourd'hui.")
    mediators: list[MediatorRef] = Field(description="Qui peut tenir l'appareil, s'il est partagé.")
    presence: PresenceOut | None = Field(description="Qui le tient, s'il est partagé.")
    server_time: datetime


class SignatureOut(Schema):
    kid: int
    signature: str = Field(description="base64url")


class BundleOut(Schema):
    bundle: str = Field(
        description="base64url du JSON canonique (docs/codes.md, section 8) : dates, périmètres, blocages."
    )
    signatures: list[SignatureOut] = Field(description="Une par clé ; une seule bonne suffit.")


@router.get(
    "/device",
    summary="Lire ce que sait l'appareil",
    operation_id="read_device",
    **guarded_for_devices(),
    response={200: DeviceOut, **refusals(401, 403)},
)
def read(request: HttpRequest) -> DeviceOut:
    """L'appareil, ses lieux, qui peut le tenir et qui le tient. L'en-tête X-App-Version dit la version de l'application."""
    device, at = device_of(request), now()
    presence = presence_on(device=device, at=at) if device.is_shared else None
    return DeviceOut(
        device=device_ref(device),
        organisation=organisation_ref(device),
        places=[
            SiteOut(
                uid=one.site.uid,
                name=one.site.name,
                address=one.site.address,
                postal_code=one.site.postal_code,
                commune_code=one.site.commune_code,
                is_labelled=one.label is not None,
                label_ends_on=one.label.ends_on if one.label else None,
            )
            for one in labelled_sites(by=actor_of(request), day=paris_date(at))
        ],
        mediators=[
            MediatorRef(uid=holder.uid, name=holder.name)
            for holder in (holders_of(device.organisation) if device.is_shared else [])
        ],
        presence=presence_out(presence) if presence else None,
        server_time=at,
    )


def _etag(content: dict[str, Any], at: datetime) -> str:
    """Return what changes with the content, and each hour."""
    hour = int(at.timestamp()) // REISSUED_EVERY_SECONDS
    return f'"{digest_of(content).hex()[:32]}-{hour}"'


@router.get(
    "/device/bundle",
    summary="Télécharger la liste des vagues",
    operation_id="read_bundle",
    **guarded_for_devices(),
    response={200: BundleOut, 304: None, **refusals(401, 403)},
)
def bundle(request: HttpRequest, if_none_match: str | None = IF_NONE_MATCH) -> HttpResponse:
    """La liste signée des vagues ouvertes : ce qu'il faut pour juger un ticket sans réseau. ETag, 304 si rien n'a changé."""
    at, keys = now(), digest_keyring()
    content = bundle_content(bundle_at(at=at).as_plain(), public=public_keyring(), digest=keys)
    etag = _etag(content, at)
    if etag in parse_etags(if_none_match or "") or (if_none_match or "").strip() == "*":
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        told = json.dumps(signed_bundle(content, issued_at=at, digest=keys))
        response = HttpResponse(told, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
