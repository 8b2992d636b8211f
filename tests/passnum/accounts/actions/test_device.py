"""A device is renamed, seen, revoked at once; who holds a shared one proves it with their own code."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnum.accounts.actions.device import note_device_seen, rename_device, revoke_device
from passnum.accounts.actions.pairing import Paired
from passnum.accounts.actions.pin import (
    MOST_FAILURES,
    PinLocked,
    PinNotChosen,
    PinWrong,
    set_pin,
)
from passnum.accounts.actions.presence import (
    DeviceNotShared,
    MediatorUnknown,
    end_presence,
    start_presence,
)
from passnum.accounts.models import Device, DevicePresence, Membership, Pin, RevokeReason, User
from passnum.accounts.queries.devices import (
    DeviceRevoked,
    device_in_force,
    device_of_token,
    devices_visible_to,
    holders_of,
    presence_on,
)
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.errors import InvalidInput, NotAllowed, TooManyAttempts
from passnum.kit.models import AuditEntry
from tests.caller import person_at
from tests.lifecycle import Scene, person

pytestmark = pytest.mark.django_db
PIN = "4827"


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    cache.clear()
    scene = Scene()
    with time_machine.travel(scene.now, tick=False):
        yield scene


@pytest.fixture
def shared(scene: Scene) -> Device:
    return scene.device(is_shared=True).device


@pytest.fixture
def someone(scene: Scene) -> tuple[User, Actor]:
    """A mediator of the place, with a code of their own."""
    user, actor = person_at(scene.operator, Role.MEDIATOR, scene.now)
    set_pin(pin=PIN, by=actor, at=scene.now)
    return user, actor


def hold(scene: Scene, device: Device, user: User, pin: str = PIN) -> DevicePresence:
    return start_presence(device=device, mediator=user.uid, pin=pin, at=scene.tick())


def acts(count: int) -> list[str]:
    return [entry.act for entry in AuditEntry.objects.order_by("pk")][-count:]


# --- the device


def test_its_token_is_found_in_one_read_and_refused_once_revoked(scene: Scene) -> None:
    paired: Paired = scene.device()
    with CaptureQueriesContext(
        connection,
    ) as read:
        assert device_in_force(text=paired.token) == paired.device
    assert len(read) == 1
    for other in (paired.token + "x", paired.token.lower(), "pd_", "pd_é\x00"):
        assert device_in_force(text=other) is None
    revoke_device(device=paired.device, reason=RevokeReason.STOLEN, by=scene.manager, at=scene.tick())
    with pytest.raises(DeviceRevoked):
        device_in_force(text=paired.token)
    assert device_of_token(text=paired.token) == paired.device


def test_revoking_says_why_once_and_sends_its_holder_away(
    scene: Scene, shared: Device, someone: tuple[User, Actor]
) -> None:
    hold(scene, shared, someone[0])
    first = scene.tick()
    revoke_device(device=shared, reason=RevokeReason.LOST, by=scene.manager, at=first)
    again = revoke_device(device=shared, reason=RevokeReason.OTHER, by=scene.manager, at=scene.tick())
    assert (again.revoked_at, again.revoke_reason, again.revoked_by_id) == (first, "LOST", scene.manager.id)
    assert DevicePresence.objects.get().ended_at == first
    assert acts(2) == ["START_PRESENCE", "REVOKE_DEVICE"]
    with pytest.raises(DeviceRevoked):
        hold(scene, shared, someone[0])
    with pytest.raises(DeviceRevoked):
        rename_device(device=shared, name="Autre", by=scene.manager, at=scene.tick())


def test_only_the_manager_of_its_organisation_changes_it(scene: Scene, shared: Device) -> None:
    for other in (scene.mediator, person(scene.other_operator, Role.SITE_MANAGER), scene.pilot):
        with pytest.raises(NotAllowed):
            revoke_device(device=shared, reason=RevokeReason.LOST, by=other, at=scene.tick())
        with pytest.raises(NotAllowed):
            rename_device(device=shared, name="Autre", by=other, at=scene.tick())
    with pytest.raises(NotAllowed):  # a revocation names a person
        revoke_device(device=shared, reason=RevokeReason.LOST, by=SYSTEM, at=scene.tick())


def test_a_new_name(scene: Scene, shared: Device) -> None:
    assert rename_device(device=shared, name=" Bureau  2 ", by=scene.manager, at=scene.tick()).name == "Bureau 2"
    rename_device(device=shared, name="Bureau 2", by=scene.manager, at=scene.tick())
    assert acts(2) == ["PAIR_DEVICE", "RENAME_DEVICE"]  # the same name is no act
    with pytest.raises(InvalidInput):
        rename_device(device=shared, name=" ", by=scene.manager, at=scene.tick())


def test_it_is_seen_once_a_minute(scene: Scene, shared: Device) -> None:
    start = shared.last_seen_at
    assert start is not None

    def see(seconds: int, version: str = "2") -> int:
        device = Device.objects.get(pk=shared.pk)
        with CaptureQueriesContext(connection) as written:
            note_device_seen(device=device, version=version, at=start + timedelta(seconds=seconds))
        return len(written)

    assert [see(s) for s in (1, 59, 60, 61, 119, 120)] == [0, 0, 1, 0, 0, 1]
    shared.refresh_from_db()
    assert (shared.last_seen_at, shared.app_version) == (start + timedelta(seconds=120), "2")
    see(300, "\x00")
    shared.refresh_from_db()
    assert shared.app_version == "2"  # one that says nothing leaves the last one


def test_the_list_puts_revoked_ones_last(scene: Scene) -> None:
    names = ["Zoé", "Accueil", "Bureau"]
    made = [scene.device(name).device for name in names]
    for device in made[1:]:
        revoke_device(device=device, reason=RevokeReason.LOST, by=scene.manager, at=scene.tick())
    assert [d.name for d in devices_visible_to(scene.manager)] == ["Zoé", "Bureau", "Accueil"]
    assert not devices_visible_to(scene.other_mediator)
    assert not devices_visible_to(SYSTEM)


# --- the personal code


@pytest.mark.parametrize(
    "pin", ["", "123", "123456789", "12a4", "١٢٣٤", " 4827", "0000", "1234", "4321", "7890", "0987", "1212", "123123"]
)
def test_codes_that_are_refused(scene: Scene, pin: str) -> None:
    _, actor = person_at(scene.operator, Role.MEDIATOR, scene.now)
    with pytest.raises(InvalidInput):
        set_pin(pin=pin, by=actor, at=scene.now)
    assert not Pin.objects.exists()


def test_it_is_chosen_by_its_owner_and_kept_hashed(scene: Scene, someone: tuple[User, Actor]) -> None:
    kept = Pin.objects.get()
    assert PIN not in kept.password.split("$")
    assert acts(1) == ["SET_PIN"]
    set_pin(pin="90210", by=someone[1], at=scene.tick())
    assert Pin.objects.get().password != kept.password
    nobody = [scene.mediator, scene.pilot, scene.agent, SYSTEM]  # without an account, or not at a counter
    for by in nobody:
        with pytest.raises(NotAllowed):
            set_pin(pin=PIN, by=by, at=scene.now)
    Membership.objects.filter(user=someone[0]).update(ended_at=scene.now)
    with pytest.raises(NotAllowed):
        set_pin(pin=PIN, by=someone[1], at=scene.now)


# --- who holds the device


def test_a_name_and_its_code_for_twelve_hours(scene: Scene, shared: Device, someone: tuple[User, Actor]) -> None:
    presence = hold(scene, shared, someone[0])
    assert presence.expires_at - presence.started_at == timedelta(hours=12)
    assert presence_on(device=shared, at=scene.now) == presence
    assert presence_on(device=shared, at=presence.expires_at) is None
    end_presence(device=shared, at=scene.tick())
    end_presence(device=shared, at=scene.tick())
    assert presence_on(device=shared, at=scene.now) is None
    assert acts(2) == ["START_PRESENCE", "END_PRESENCE"]


def test_the_next_one_takes_it_from_the_last(scene: Scene, shared: Device, someone: tuple[User, Actor]) -> None:
    other, actor = person_at(scene.operator, Role.SITE_MANAGER, scene.now)
    set_pin(pin="5093", by=actor, at=scene.now)
    first = hold(scene, shared, someone[0])
    second = hold(scene, shared, other, "5093")
    first.refresh_from_db()
    assert first.ended_at == second.started_at
    assert presence_on(device=shared, at=scene.now) == second


def test_whose_post_has_ended_holds_nothing(scene: Scene, shared: Device, someone: tuple[User, Actor]) -> None:
    user, _ = someone
    hold(scene, shared, user)
    assert [holder.uid for holder in holders_of(scene.operator)] == [user.uid]
    Membership.objects.filter(user=user).update(ended_at=scene.now)
    assert presence_on(device=shared, at=scene.now) is None
    assert holders_of(scene.operator) == []
    with pytest.raises(MediatorUnknown):
        hold(scene, shared, user)
    elsewhere, actor = person_at(scene.other_operator, Role.MEDIATOR, scene.now)
    set_pin(pin=PIN, by=actor, at=scene.now)
    with pytest.raises(MediatorUnknown):
        hold(scene, shared, elsewhere)


def test_two_posts_of_one_person_are_one_name(scene: Scene, shared: Device) -> None:
    user, actor = person_at(scene.operator, Role.SITE_MANAGER, scene.now)
    Membership.objects.create(user=user, organisation=scene.operator, role=Role.MEDIATOR, created_at=scene.now)
    with pytest.raises(PinNotChosen):
        hold(scene, shared, user)
    set_pin(pin=PIN, by=actor, at=scene.now)
    assert hold(scene, shared, user).membership.role == Role.SITE_MANAGER
    assert len(holders_of(scene.operator)) == 1


def test_a_device_of_one_person_asks_no_name(scene: Scene, someone: tuple[User, Actor]) -> None:
    with pytest.raises(DeviceNotShared):
        hold(scene, scene.device().device, someone[0])


def test_five_wrong_codes_lock_it_for_five_minutes(scene: Scene, shared: Device, someone: tuple[User, Actor]) -> None:
    user, actor = someone
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(PinWrong):
            hold(scene, shared, user, "0001")
    hold(scene, shared, user)  # the right one forgets the wrong ones
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(PinWrong):
            hold(scene, shared, user, "\x00")
    with pytest.raises(PinLocked) as refusal:
        hold(scene, shared, user, "0001")
    assert refusal.value.details["seconds"] == 300
    assert acts(1) == ["LOCK_PIN"]
    with pytest.raises(PinLocked):  # the right one too
        start_presence(device=shared, mediator=user.uid, pin=PIN, at=scene.now)
    elsewhere = scene.device(is_shared=True).device
    scene.now = Pin.objects.get().locked_until - timedelta(seconds=90)
    with pytest.raises(PinLocked):  # it is the code that is locked, whatever the phone
        hold(scene, elsewhere, user)
    scene.tick()
    assert hold(scene, elsewhere, user)
    for _ in range(MOST_FAILURES):
        with pytest.raises((PinWrong, PinLocked)):
            hold(scene, shared, user, "0001")
    set_pin(pin="66021", by=actor, at=scene.now)  # its owner, signed in, need not wait
    assert hold(scene, shared, user, "66021")


def test_one_phone_does_not_try_everybody(scene: Scene, shared: Device) -> None:
    people = []
    for _ in range(8):
        user, actor = person_at(scene.operator, Role.MEDIATOR, scene.now)
        set_pin(pin=PIN, by=actor, at=scene.now)
        people.append(user)
    for rank in range(30):
        with pytest.raises((PinWrong, PinLocked)):
            hold(scene, shared, people[rank // 4], "0001")
    with pytest.raises(TooManyAttempts) as refusal:
        hold(scene, shared, people[7])
    assert refusal.value.code == "TOO_MANY_ATTEMPTS"
