"""Both sides answer at the same moment: a gap is settled once, and never left to settle."""

import uuid
from typing import Any

import pytest

from passnum.accounts.roles import Role
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene, person
from vouchers.actions import discrepancy as actions
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Discrepancy, Shipment
from vouchers.states import DiscrepancyStatus


def gap(scene: Scene) -> tuple[Shipment, int]:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    shipment = send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.metropole,
        ranges=[(booklet.number, booklet.number)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid.uuid4(),
    )
    receive_shipment(shipment=shipment, missing=[booklet.number], by=scene.pilot, at=scene.tick())
    return shipment, booklet.number


@pytest.fixture
def slow_look(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between what the other side said and one's own word."""
    look, meeting = actions._locked, Meeting(2, request)

    def slow(*args: Any) -> Any:
        found = look(*args)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "_locked", slow)


def both_say_lost(scene: Scene) -> tuple[list[Any], Discrepancy]:
    shipment, number = gap(scene)
    sides = (scene.agent, person(scene.metropole, Role.ISSUER))
    lost = DiscrepancyStatus.LOST
    told = parallel(
        2, lambda i: say_of_missing(shipment=shipment, numbers=[number], word=lost, by=sides[i], at=scene.now)
    )
    return told, Discrepancy.objects.get(shipment=shipment)


@pytest.mark.usefixtures("slow_look")
def test_the_last_of_both_words_settles(scene: Scene) -> None:
    told, settled = both_say_lost(scene)
    assert sorted(n for n in told if isinstance(n, int)) == [0, 1]
    assert settled.status == DiscrepancyStatus.LOST


@pytest.mark.usefixtures("slow_look", "locks_off")
def test_control_without_locks_neither_hears_the_other(scene: Scene) -> None:
    told, left = both_say_lost(scene)
    assert told == [0, 0]
    assert left.status == DiscrepancyStatus.OPEN
