"""Two people sign second at the same moment: one signature counts, the lot is destroyed once."""

import uuid
from collections import Counter
from typing import Any

import pytest

from passnum.accounts.roles import Role
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene, person
from vouchers.actions import destruction as actions
from vouchers.actions.destruction import ReportAlreadySigned, propose_destruction, seal_lot, sign_destruction
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import DestructionMethod, DestructionReport, Movement
from vouchers.register.writer import RegisterConflict
from vouchers.states import Act


def proposed(scene: Scene) -> DestructionReport:
    order = scene.produced((scene.ccas, 5, 2))
    first = order.first_booklet_number or 0
    terms: dict[str, Any] = {"wave": scene.wave, "ranges": [(first, first + 1)], "by": scene.pilot}
    shipment = send_booklets(**terms, sender=None, recipient=scene.metropole, at=scene.tick(), key=uuid.uuid4())
    receive_shipment(shipment=shipment, missing=[], by=scene.pilot, at=scene.tick())
    lot = seal_lot(**terms, holder=scene.metropole, counted=2, seal_reference="S-1", at=scene.tick(), key=uuid.uuid4())
    return propose_destruction(lot=lot, method=DestructionMethod.BURNT, by=scene.pilot, at=scene.tick())


@pytest.fixture
def slow_signature(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the look at a report and the end of its titles."""
    move, meeting = actions.move_each_from_its_place, Meeting(2, request)

    def slow(act: Act, *args: Any) -> None:
        if act == Act.DESTROY:  # the sealing, before the race, does not wait
            meeting.wait()
        move(act, *args)

    monkeypatch.setattr(actions, "move_each_from_its_place", slow)


def both_sign(scene: Scene) -> Counter[type]:
    report = proposed(scene)
    signers = [person(scene.metropole, Role.PILOT) for _ in range(2)]
    before = Movement.objects.filter(act=Act.DESTROY).count()
    found = parallel(2, lambda i: sign_destruction(report=report, by=signers[i], at=scene.now))
    assert Movement.objects.filter(act=Act.DESTROY).count() == before + 1
    return Counter(type(one) for one in found)


@pytest.mark.usefixtures("slow_signature")
def test_two_signatures_at_once_count_once(scene: Scene) -> None:
    assert both_sign(scene) == {DestructionReport: 1, ReportAlreadySigned: 1}


@pytest.mark.usefixtures("slow_signature", "locks_off")
def test_control_without_the_lock_both_go_as_far_as_the_register(scene: Scene) -> None:
    assert both_sign(scene) == {DestructionReport: 1, RegisterConflict: 1}
