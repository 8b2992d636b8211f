"""Paired devices: renamed, seen, revoked at once. How one is paired: `actions/pairing.py`."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from passnum.accounts.actions.pairing import check_device_name, clean_version
from passnum.accounts.models import Device, DevicePresence, RevokeReason
from passnum.accounts.policies import check_acts_for
from passnum.accounts.queries.devices import DeviceRevoked
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import NotAllowed

# Fine enough to know which phone sleeps in a drawer, rare enough to cost nothing at the counter.
SEEN_EVERY: Final = timedelta(minutes=1)


@transaction.atomic
def rename_device(*, device: Device, name: str, by: Actor, at: datetime) -> Device:
    """Give a device another name. Raises NotAllowed, InvalidInput, DeviceRevoked."""
    check_acts_for(by, device.organisation, Role.SITE_MANAGER)
    name = check_device_name(name)
    locked = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
    if locked.revoked_at is not None:
        raise DeviceRevoked
    if locked.name != name:
        locked.name = name
        locked.save(update_fields=["name"])
        record_audit(act="RENAME_DEVICE", subject_type="device", subject=device.uid, by=by, at=at)
    device.refresh_from_db()
    return device


@transaction.atomic
def revoke_device(*, device: Device, reason: RevokeReason, by: Actor, at: datetime) -> Device:
    """Refuse a device from now on and end who holds it. A second call changes nothing. Raises NotAllowed."""
    check_acts_for(by, device.organisation, Role.SITE_MANAGER)
    if by.id is None:  # a revocation names who decided it
        raise NotAllowed
    locked = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by_id, locked.revoke_reason = at, by.id, reason.value
        locked.save(update_fields=["revoked_at", "revoked_by_id", "revoke_reason"])
        DevicePresence.objects.filter(device=locked, ended_at__isnull=True).update(ended_at=at)
        record_audit(act="REVOKE_DEVICE", subject_type="device", subject=device.uid, by=by, at=at, reason=reason.value)
    device.refresh_from_db()
    return device


def note_device_seen(*, device: Device, version: str, at: datetime) -> None:
    """Remember when a device last called, and its version: at most one write a minute, none in between."""
    if device.revoked_at is not None:
        return
    if device.last_seen_at is not None and device.last_seen_at > at - SEEN_EVERY:
        return
    is_old = Q(last_seen_at__isnull=True) | Q(last_seen_at__lte=at - SEEN_EVERY)
    seen: dict[str, object] = {"last_seen_at": at}
    if version := clean_version(version):
        seen["app_version"] = version
    Device.objects.filter(is_old, pk=device.pk).update(**seen)
