"""An approval and a change of lines at once: what is approved is what was counted."""

from threading import Event
from uuid import uuid4

import pytest

from tests.concurrency.meeting import PATIENCE, PATIENCE_OF_A_CONTROL
from tests.concurrency.parallel import parallel
from tests.lifecycle import SIRETS, Scene
from vouchers.actions import order as actions
from vouchers.actions.order import LineInput, approve_order, submit_order
from vouchers.actions.order_change import amend_order
from vouchers.models import Order
from vouchers.queries.order import committed_cents, order_total_cents
from vouchers.states import OrderStatus

CEILING = 100_00
_waves = iter(range(100, 200))


def submitted(scene: Scene) -> Order:
    """An order of 50 euros in a wave of 100."""
    wave = scene.make_wave(next(_waves), ceiling_cents=CEILING)
    order = scene.draft((scene.ccas, 5, 1), wave=wave)
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    return order


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, scene: Scene) -> list[object]:
    """The approver counts 50 euros; the funder then asks for 500 and submits again; the approver goes on."""
    order, counted, amended = submitted(scene), Event(), Event()
    patience = PATIENCE_OF_A_CONTROL if "locks_off" in request.fixturenames else PATIENCE

    def total(*, order: Order) -> int:
        found = order_total_cents(order=order)
        counted.set()
        amended.wait(patience)
        return found

    def approve() -> None:
        approve_order(order=Order.objects.get(pk=order.pk), by=scene.pilot, at=scene.now)

    def amend() -> None:
        assert counted.wait(PATIENCE_OF_A_CONTROL)
        one = Order.objects.get(pk=order.pk)
        lines = [LineInput(scene.ccas, 10, 5)]
        amend_order(order=one, lines=lines, fees_cents=0, siret=SIRETS[1], by=scene.buyer, at=scene.now, key=uuid4())
        submit_order(order=one, by=scene.buyer, at=scene.now)
        amended.set()

    monkeypatch.setattr(actions, "order_total_cents", total)
    found = parallel(2, lambda index: amend() if index else approve())
    assert found == [None, None]
    order.refresh_from_db()
    return [order.status, order.revision, committed_cents(wave=order.wave)]


def test_an_approval_does_not_take_lines_that_it_did_not_count(race: list[object]) -> None:
    """The approval came first and was voided by the change: nothing is engaged."""
    assert race == [OrderStatus.SUBMITTED, 2, 0]


@pytest.mark.usefixtures("locks_off")
def test_control_without_the_lock_of_the_order_the_ceiling_is_overrun(race: list[object]) -> None:
    assert race == [OrderStatus.APPROVED, 2, 5 * CEILING]


def test_two_approvals_of_one_order_count_once(scene: Scene) -> None:
    order = submitted(scene)
    found = parallel(4, lambda _: approve_order(order=Order.objects.get(pk=order.pk), by=scene.pilot, at=scene.now))
    assert sum(one is None for one in found) == 1
    assert committed_cents(wave=order.wave) == 50_00
    assert order.print_proofs.count() == 1
