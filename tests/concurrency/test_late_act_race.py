"""A device's queue and the counter want one ticket at the same moment."""

import uuid
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from mediation.actions import device_act
from tests.concurrency.meeting import PATIENCE_OF_A_CONTROL
from tests.concurrency.parallel import parallel
from tests.concurrency.test_counter_keys import queued, redeem, upload
from tests.lifecycle import AN_HOUR, Scene


def race_beside_one_in_stock(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> list[str]:
    """The counter takes a ticket while a queue judges it, beside one of a booklet that nobody funded; what both say."""
    decide, said = device_act._contests, []
    patience = PATIENCE_OF_A_CONTROL if "locks_off" in request.fixturenames else 1
    code = scene.codes(scene.in_hand())[0]
    (unfunded,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    scene.tick(hours=1)

    def at_the_counter() -> None:
        found = parallel(1, lambda _: redeem(scene, code, uuid.uuid4()))[0]
        said.append(getattr(found, "code", type(found).__name__))

    counter = Thread(target=at_the_counter)

    def slow(*given: Any, **named: Any) -> dict[int, str]:
        found = decide(*given, **named)
        counter.start()
        counter.join(patience)  # it comes to its end, unless a lock holds it
        return found

    monkeypatch.setattr(device_act, "_contests", slow)
    act = replace(queued(scene, code), codes=[code, scene.codes(unfunded)[0]], details=replace(AN_HOUR, minutes=120))
    # a device of its own: the hours of another test fill no cap of this one
    told = upload(scene, [act], number=uuid.uuid4().int)[0].outcome.value
    counter.join()
    return [told, *said]


def test_a_ticket_beside_one_in_stock_is_held_while_it_is_judged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    assert race_beside_one_in_stock(scene, monkeypatch, request) == ["recorded", "TICKET_ALREADY_REDEEMED"]


@pytest.mark.usefixtures("locks_off")
def test_control_without_its_lock_it_goes_to_the_counter_and_the_queue_tries_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    assert race_beside_one_in_stock(scene, monkeypatch, request) == ["retry", "Redemption"]
