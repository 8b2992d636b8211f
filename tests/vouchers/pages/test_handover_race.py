"""Two agents, one booklet, at the same moment: real connections, real pages."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from tests.staff import text_of
from vouchers.actions import handover as handover_actions
from vouchers.models import Booklet, Handover, Movement
from vouchers.states import Act

TAPS = {
    "target_public": "seniors",
    "age_band": "soixante_soixante_neuf",
    "gender": "feminin",
    "social_status": "retraite",
}
AGENTS = 4


def _together(scene: Scene, booklet: Booklet, key: Callable[[int], str]) -> list[HttpResponse]:
    """What each of several agents of one desk is answered."""
    clients = [signed_in(scene.ccas, Role.DISTRIBUTOR, scene.now) for _ in range(AGENTS)]
    url = reverse("vouchers:handover_booklet", args=[booklet.wave.number, booklet.number])

    def send(index: int) -> HttpResponse:
        return clients[index].post(url, {"key": key(index), **TAPS})

    answers = parallel(AGENTS, send)
    faults = [a for a in answers if isinstance(a, Exception)]
    assert not faults, faults
    return answers


@pytest.fixture
def scene(fresh_database) -> Scene:
    return Scene()


def test_one_booklet_is_given_once_and_the_others_are_told_why(scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    with time_machine.travel(scene.now + timedelta(hours=1), tick=True):
        answers = _together(scene, booklet, lambda _: str(uuid4()))
    assert sorted(a.status_code for a in answers) == [302, 409, 409, 409]
    for refused in (a for a in answers if a.status_code == 409):
        assert "Ce carnet a déjà été remis." in text_of(refused)
    assert Handover.objects.filter(booklet=booklet).count() == 1
    assert Movement.objects.filter(act=Act.HAND_OVER).count() == 1


def test_control_without_the_lock_the_race_happens(scene, monkeypatch) -> None:
    """Everyone passes the checks on what they read; only the register's own guard still gives it once."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    passed: list[str] = []
    everyone_checked = Barrier(AGENTS)
    checked = handover_actions.check_handover

    def unlocked(one: Booklet) -> Booklet:
        return Booklet.objects.select_related("wave", "shipment").get(pk=one.pk)

    def check_together(**what: object) -> None:
        checked(**what)  # type: ignore[arg-type]
        passed.append("passed")
        everyone_checked.wait(20)

    monkeypatch.setattr(handover_actions, "locked_booklet", unlocked)
    monkeypatch.setattr(handover_actions, "check_handover", check_together)
    with time_machine.travel(scene.now + timedelta(hours=1), tick=True):
        answers = _together(scene, booklet, lambda _: str(uuid4()))
    assert len(passed) == AGENTS, "without the lock nobody sees that another is giving it"
    assert sorted(a.status_code for a in answers) == [302, 409, 409, 409]
    for refused in (a for a in answers if a.status_code == 409):
        assert "Ce carnet a déjà été remis." not in text_of(refused), "and nobody can say why"
    assert Handover.objects.filter(booklet=booklet).count() == 1


def test_the_same_form_sent_four_times_at_once_gives_one_receipt(scene) -> None:
    """The agent's finger trembles: one browser, one request number."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    client, key = signed_in(scene.ccas, Role.DISTRIBUTOR, scene.now), str(uuid4())
    url = reverse("vouchers:handover_booklet", args=[booklet.wave.number, booklet.number])
    cookies = client.cookies

    def send(_: int) -> HttpResponse:
        finger = Client()
        finger.cookies = cookies
        return finger.post(url, {"key": key, **TAPS})

    with time_machine.travel(scene.now + timedelta(hours=1), tick=True):
        answers = parallel(AGENTS, send)
    assert {getattr(a, "status_code", a) for a in answers} == {302}
    assert len({a["Location"] for a in answers}) == 1
    assert Handover.objects.filter(booklet=booklet).count() == 1
