"""The ceiling of a wave is not overrun by two approvals at once."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import SIRETS, Scene
from vouchers.actions import order as actions
from vouchers.actions.order import CeilingExceeded, LineInput, OrderNotReady, approve_order, create_order, submit_order
from vouchers.models import Order, Wave
from vouchers.queries.order import committed_cents
from vouchers.states import OrderStatus

CEILING = 100_00
_waves = iter(range(10, 100))


def submitted(scene: Scene, count: int) -> list[Order]:
    """Orders of 50 euros each in a wave of 100."""
    wave = scene.make_wave(next(_waves), ceiling_cents=CEILING)
    orders = [scene.draft((scene.ccas, 5, 1), wave=wave) for _ in range(count)]
    for order in orders:
        submit_order(order=order, by=scene.buyer, at=scene.tick())
    return orders


def approve_all(scene: Scene, orders: Sequence[Order]) -> list[object]:
    at = scene.tick()
    return list(parallel(len(orders), lambda i: approve_order(order=orders[i], by=scene.pilot, at=at)))


@pytest.fixture
def slow_sum(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the sum and the approval: without a lock, nobody sees the other."""
    meeting = Meeting(4, request)

    def summed(*, wave: Wave) -> int:
        found = committed_cents(wave=wave)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "committed_cents", summed)


@pytest.mark.usefixtures("slow_sum")
def test_approvals_at_once_stay_under_the_ceiling(scene: Scene) -> None:
    orders = submitted(scene, 4)
    outcomes = approve_all(scene, orders)
    assert sum(o is None for o in outcomes) == 2
    assert sum(isinstance(o, CeilingExceeded) for o in outcomes) == 2
    assert committed_cents(wave=orders[0].wave) == CEILING


@pytest.mark.usefixtures("slow_sum", "locks_off")
def test_control_without_the_lock_of_the_wave_the_ceiling_is_overrun(scene: Scene) -> None:
    orders = submitted(scene, 4)
    assert approve_all(scene, orders) == [None] * 4
    assert committed_cents(wave=orders[0].wave) == 2 * CEILING


def test_two_pilots_approve_one_order_once(scene: Scene) -> None:
    (order,) = submitted(scene, 1)
    outcomes = approve_all(scene, [Order.objects.get(pk=order.pk) for _ in range(8)])
    assert sum(o is None for o in outcomes) == 1
    assert sum(isinstance(o, OrderNotReady) for o in outcomes) == 7
    assert Order.objects.get(pk=order.pk).steps.filter(status=OrderStatus.APPROVED).count() == 1


def test_references_are_given_once(scene: Scene) -> None:
    """Eight drafts written at once: eight numbers in a row."""
    wave, at = scene.make_wave(next(_waves)), scene.tick()

    def draft(_: int) -> str:
        return create_order(
            wave=wave,
            funder=scene.funder,
            lines=[LineInput(scene.ccas, 5, 1)],
            siret=SIRETS[1],
            by=scene.buyer,
            at=at,
            key=uuid4(),
        ).reference

    found = parallel(8, draft)
    assert sorted(map(str, found)) == [f"BC-{wave.number}-{rank:04d}" for rank in range(1, 9)]
