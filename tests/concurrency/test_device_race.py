"""One invitation makes one device; a device that is revoked holds nobody; wrong codes are all counted."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.core.cache import cache

from passnum.accounts.actions import pairing as pairings
from passnum.accounts.actions import pin as pins
from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pairing import create_pairing, pair_device
from passnum.accounts.actions.pin import MOST_FAILURES, set_pin
from passnum.accounts.actions.presence import start_presence
from passnum.accounts.models import Device, DevicePairing, DevicePresence, Pin, RevokeReason, User
from passnum.accounts.roles import Role
from tests.caller import person_at
from tests.concurrency.meeting import PATIENCE, PATIENCE_OF_A_CONTROL, Meeting
from tests.concurrency.parallel import parallel
from tests.concurrency.test_answer_race import tally
from tests.lifecycle import Scene

PHONES = 6
CODE = "4827"
MeetAt = Callable[[object, str, int], None]


@pytest.fixture(autouse=True)
def no_earlier_attempt() -> None:
    cache.clear()


@pytest.fixture
def meet_at(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> MeetAt:
    """Make racers meet just before they call a function of a module: what they read, they all have read."""

    def wait_at(module: object, name: str, count: int) -> None:
        meeting, call = Meeting(count, request), getattr(module, name)

        def met(*args: object, **terms: object) -> object:
            meeting.wait()
            return call(*args, **terms)

        monkeypatch.setattr(module, name, met)

    return wait_at


# --- an invitation


def pair_at_once(scene: Scene) -> tuple[Counter[str], int]:
    """Several phones show the same invitation at once; return what they are told and how many devices they make."""
    invitation = create_pairing(organisation=scene.operator, name="A", by=scene.manager, at=scene.tick())
    before, shown = Device.objects.count(), (invitation.secret, invitation.figures)
    found = parallel(PHONES, lambda i: pair_device(code=shown[i % 2], address=uuid4().hex, at=scene.now))
    return tally(found), Device.objects.count() - before


def test_two_phones_at_once_are_one_device(scene: Scene, meet_at: MeetAt) -> None:
    meet_at(pairings, "clean_version", PHONES)
    assert pair_at_once(scene) == ({"ok": 1, "PAIRING_UNKNOWN": PHONES - 1}, 1)
    assert DevicePairing.objects.latest("pk").device == Device.objects.latest("pk")


def test_without_the_lock_only_the_database_refuses_the_others(scene: Scene, meet_at: MeetAt, locks_off: None) -> None:
    """Each phone saw an invitation to take: the trigger that lets it be used once is what is left."""
    meet_at(pairings, "clean_version", PHONES)
    told, made = pair_at_once(scene)
    assert (told.pop("ok"), made) == (1, 1)
    assert sum(told.values()) == PHONES - 1
    assert all("is said once" in refusal for refusal in told)


def draw_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> int:
    """Two managers invite at the same moment and chance gives both the same figures; return how many differ."""
    DevicePairing.objects.filter(used_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=scene.now)
    figures = iter(["271828"] * 2 + ["314159"] * 9)
    monkeypatch.setattr(pairings, "_draw", lambda: next(figures))
    found = parallel(
        2, lambda _: create_pairing(organisation=scene.operator, name="A", by=scene.manager, at=scene.now).figures
    )
    return len(set(map(str, found)))


def test_two_invitations_at_once_never_share_their_figures(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, meet_at: MeetAt
) -> None:
    meet_at(pairings, "record_audit", 2)
    assert draw_at_once(scene, monkeypatch) == 2


def test_without_waiting_for_each_other_they_would(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    meet_at: MeetAt,
    locks_off: None,
) -> None:
    class NoLock:
        def __enter__(self) -> "NoLock":
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, *_: object) -> None: ...

    monkeypatch.setattr(pairings, "connection", type("Connection", (), {"cursor": NoLock})())
    meet_at(pairings, "record_audit", 2)
    assert draw_at_once(scene, monkeypatch) == 1
    DevicePairing.objects.filter(used_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=scene.now)


# --- who holds a device


@pytest.fixture
def mediator(scene: Scene) -> User:
    user, actor = person_at(scene.operator, Role.MEDIATOR, scene.now)
    set_pin(pin=CODE, by=actor, at=scene.now)
    return user


def hold_and_revoke(scene: Scene, mediator: User, monkeypatch: pytest.MonkeyPatch, patience: float) -> int:
    """Revoke a device once somebody has read that it is not, and is about to hold it; return how many hold it then."""
    device = scene.device(is_shared=True).device
    has_read, is_revoked = Event(), Event()
    create = DevicePresence.objects.create

    def create_late(**terms: object) -> DevicePresence:
        has_read.set()
        is_revoked.wait(patience)
        return create(**terms)

    def revoke() -> Device:
        has_read.wait(PATIENCE_OF_A_CONTROL)
        revoked = revoke_device(device=device, reason=RevokeReason.STOLEN, by=scene.manager, at=scene.now)
        is_revoked.set()
        return revoked

    monkeypatch.setattr(DevicePresence.objects, "create", create_late)
    acts: list[Callable[[], object]] = [
        lambda: start_presence(device=device, mediator=mediator.uid, pin=CODE, at=scene.now),
        revoke,
    ]
    assert tally(parallel(2, lambda i: acts[i]())) == {"ok": 2}
    return DevicePresence.objects.filter(device=device, ended_at__isnull=True).count()


def test_a_device_revoked_while_somebody_takes_it_holds_nobody(
    scene: Scene, mediator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hold_and_revoke(scene, mediator, monkeypatch, PATIENCE) == 0


def test_without_the_lock_somebody_would_hold_a_revoked_device(
    scene: Scene, mediator: User, monkeypatch: pytest.MonkeyPatch, locks_off: None
) -> None:
    assert hold_and_revoke(scene, mediator, monkeypatch, PATIENCE_OF_A_CONTROL) == 1


def test_codes_tried_at_once_are_all_counted(scene: Scene, mediator: User, meet_at: MeetAt) -> None:
    meet_at(pins, "check_password", PHONES)
    devices = [scene.device(is_shared=True).device for _ in range(PHONES)]
    found = parallel(
        PHONES, lambda i: start_presence(device=devices[i], mediator=mediator.uid, pin="0001", at=scene.now)
    )
    assert tally(found) == {"PIN_WRONG": MOST_FAILURES - 1, "PIN_LOCKED": PHONES - MOST_FAILURES + 1}
    assert Pin.objects.get(membership__user=mediator).locked_until == scene.now + timedelta(minutes=5)


def test_without_the_lock_they_count_as_one(scene: Scene, mediator: User, meet_at: MeetAt, locks_off: None) -> None:
    meet_at(pins, "check_password", PHONES)
    devices = [scene.device(is_shared=True).device for _ in range(PHONES)]
    found = parallel(
        PHONES, lambda i: start_presence(device=devices[i], mediator=mediator.uid, pin="0001", at=scene.now)
    )
    assert tally(found) == {"PIN_WRONG": PHONES}
    assert Pin.objects.get(membership__user=mediator).failures_count == 1
