"""Whose device shows this token, which devices an organisation has, who holds one now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from passnum.accounts.models import Device, DevicePairing, DevicePresence, Membership, Organisation, Pin
from passnum.accounts.queries.tokens import digest_of_token
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.errors import DomainError, NotFound

# What a scanner of leaked secrets recognises, and what tells a device's token from a program's.
DEVICE_PREFIX: Final = "pd_"
# Who may hold a device: those who work at the counter of a place.
HOLDERS: Final = (Role.MEDIATOR, Role.SITE_MANAGER)


class DeviceRevoked(DomainError):
    code = "DEVICE_REVOKED"
    message = (
        "Cet appareil a été révoqué : il ne peut plus rien contrôler ni envoyer. Prévenez la personne responsable du "
        "lieu, qui peut en associer un autre, ou celui-ci de nouveau."
    )
    status = 401


class DeviceUnknown(NotFound):
    code = "DEVICE_UNKNOWN"
    message = (
        "Aucun appareil de votre structure ne porte cet identifiant. La liste de vos appareils dit lesquels choisir."
    )


def device_in_force(*, text: str) -> Device | None:
    """Return the device that shows this token, its organisation loaded; None when no device has it.

    Raises DeviceRevoked.
    """
    device = device_of_token(text=text)
    if device is not None and device.revoked_at is not None:
        raise DeviceRevoked
    return device


def device_of_token(*, text: str) -> Device | None:
    """Return the device of a token, revoked or not: one read, by the unique digest."""
    return Device.objects.select_related("organisation").filter(digest=digest_of_token(text)).first()


def actor_of_device(device: Device) -> Actor:
    """Return the actor that a device is: a mediator of its organisation, which must be loaded."""
    return Actor(ActorKind.DEVICE, device.uid, device.organisation.uid, Role.MEDIATOR.value)


def devices_visible_to(by: Actor) -> QuerySet[Device]:
    """Return the devices of an organisation: those in use by name, then those revoked, last one first."""
    if by.organisation_id is None:
        return Device.objects.none()
    last_revoked_first = F("revoked_at").desc(nulls_first=True)
    return Device.objects.filter(organisation__uid=by.organisation_id).order_by(last_revoked_first, "name", "pk")


def device_named(*, uid: UUID, by: Actor) -> Device:
    """Return one device of the caller's organisation. Raises DeviceUnknown, for another's device as well."""
    device = devices_visible_to(by).select_related("organisation").filter(uid=uid).first()
    if device is None:
        raise DeviceUnknown
    return device


def live_pairings(*, at: datetime) -> QuerySet[DevicePairing]:
    """Return the invitations that may still be used, oldest first."""
    return DevicePairing.objects.filter(used_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=at).order_by(
        "pk"
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may hold a shared device."""

    uid: UUID
    name: str


def holding_posts(organisation: Organisation) -> QuerySet[Membership]:
    """Return the posts whose people may hold a device of this organisation, by name."""
    return (
        Membership.objects.select_related("user")
        .filter(organisation=organisation, role__in=HOLDERS, ended_at__isnull=True, user__is_active=True)
        .order_by("user__full_name", "user_id", "pk")
    )


def holders_of(organisation: Organisation) -> list[Holder]:
    """Return who may hold a shared device of this organisation, by name; each person once."""
    people = {post.user.uid: post.user.full_name for post in holding_posts(organisation)}
    return [Holder(uid, name) for uid, name in people.items()]


def presence_on(*, device: Device, at: datetime) -> DevicePresence | None:
    """Return who holds a shared device now: their hours are not over, nor their post ended."""
    return (
        DevicePresence.objects.select_related("membership__user")
        .filter(
            device=device,
            ended_at__isnull=True,
            expires_at__gt=at,
            membership__ended_at__isnull=True,
            membership__user__is_active=True,
        )
        .first()
    )


class PresenceMissing(DomainError):
    code = "PRESENCE_MISSING"
    message = "Cet appareil est partagé : choisissez votre nom et tapez votre code personnel, puis validez de nouveau."
    status = 409


def holder_on(*, device: Device, at: datetime) -> UUID | None:
    """Return who holds a device now: None for one that is not shared. Raises PresenceMissing for a shared one."""
    if not device.is_shared:
        return None
    presence = presence_on(device=device, at=at)
    if presence is None:
        raise PresenceMissing
    return presence.membership.user.uid


def held_by(*, device: Device, user_uids: set[UUID]) -> list[tuple[UUID, datetime, datetime]]:
    """Return when people held a device: (person, from, until), whatever became of their posts since."""
    rows = DevicePresence.objects.filter(device=device, membership__user__uid__in=user_uids).values_list(
        "membership__user__uid", "started_at", "ended_at", "expires_at"
    )
    return [(uid, start, min(end or limit, limit)) for uid, start, end, limit in rows.order_by("pk")]


def pin_changed_at(*, membership_uid: UUID) -> datetime | None:
    """Return when the personal code of a post was chosen, None while there is none."""
    return Pin.objects.filter(membership__uid=membership_uid).values_list("changed_at", flat=True).first()
