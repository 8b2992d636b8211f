"""Who holds a shared device: a name, a personal code, twelve hours at most."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from passnum.accounts.actions.pin import check_pin
from passnum.accounts.models import Device, DevicePresence, Membership
from passnum.accounts.queries.devices import DeviceRevoked, actor_of_device, holding_posts
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, NotFound
from passnum.kit.throttle import throttle

# A long day at the counter; the phone asks again the next morning.
LONGEST: Final = timedelta(hours=12)
# Codes of everybody tried on one phone: each of them is locked by itself after five failures (`actions/pin.py`).
TRIES_PER_DEVICE, WINDOW_SECONDS = 30, 300


class DeviceNotShared(DomainError):
    code = "DEVICE_NOT_SHARED"
    message = "Cet appareil n’est pas partagé : il n’y a pas de nom à choisir."


class MediatorUnknown(NotFound):
    code = "MEDIATOR_UNKNOWN"
    message = "Cette personne ne travaille pas, ou plus, dans votre structure. Choisissez un nom de la liste."


def _post_of(device: Device, mediator: UUID) -> Membership:
    """Return the post in which a person holds a device: the one that has a code, a mediator's first."""
    posts = list(holding_posts(device.organisation).select_related("user", "pin").filter(user__uid=mediator))
    if not posts:
        raise MediatorUnknown
    return min(posts, key=lambda post: (not hasattr(post, "pin"), post.role != Role.MEDIATOR, post.pk))


def start_presence(*, device: Device, mediator: UUID, pin: str, at: datetime) -> DevicePresence:
    """Let a mediator hold a shared device with their personal code; whoever held it leaves.

    Raises DeviceNotShared, MediatorUnknown, PinNotChosen, PinWrong, PinLocked, TooManyAttempts, DeviceRevoked.
    """
    if not device.is_shared:
        raise DeviceNotShared
    throttle(f"pin:device:{device.uid}", TRIES_PER_DEVICE, WINDOW_SECONDS)
    post, by = _post_of(device, mediator), actor_of_device(device)
    check_pin(post=post, pin=pin, by=by, at=at)
    return _take(device, post, by, at)


@transaction.atomic
def _take(device: Device, post: Membership, by: Actor, at: datetime) -> DevicePresence:
    """Write who holds a device, under its lock: a revocation comes before, or after and ends it."""
    locked = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
    if locked.revoked_at is not None:
        raise DeviceRevoked
    if not Membership.objects.select_for_update(no_key=True).filter(pk=post.pk, ended_at__isnull=True).exists():
        raise MediatorUnknown
    DevicePresence.objects.filter(device=locked, ended_at__isnull=True).update(ended_at=at)
    presence = DevicePresence.objects.create(device=locked, membership=post, started_at=at, expires_at=at + LONGEST)
    record_audit(
        act="START_PRESENCE", subject_type="device", subject=device.uid, by=by, at=at, membership=str(post.uid)
    )
    return presence


@transaction.atomic
def end_presence(*, device: Device, at: datetime) -> None:
    """Nobody holds the device any more. A second call changes nothing."""
    if DevicePresence.objects.filter(device=device, ended_at__isnull=True).update(ended_at=at):
        record_audit(act="END_PRESENCE", subject_type="device", subject=device.uid, by=actor_of_device(device), at=at)
