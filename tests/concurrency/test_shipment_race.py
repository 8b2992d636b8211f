"""A booklet is in one parcel, a parcel is received once, an order ends when its last parcels arrive together."""

import uuid
from collections import Counter

import pytest

from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.actions import shipment as actions
from vouchers.actions.funding import record_proof, verify_proof
from vouchers.actions.ranges import RangeNotHeld
from vouchers.actions.shipment import ShipmentAlreadyReceived, receive_shipment, send_booklets
from vouchers.models import Order, ProofKind, Shipment
from vouchers.states import OrderStatus


def send(scene: Scene, first: int, last: int) -> Shipment:
    return send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(first, last)],
        by=scene.pilot,
        at=scene.now,
        key=uuid.uuid4(),
    )


def receive(scene: Scene, shipment: Shipment) -> Shipment:
    return receive_shipment(shipment=shipment, missing=[], by=scene.agent, at=scene.now)


def first_number(order: Order) -> int:
    return order.first_booklet_number or 0


def test_ranges_that_overlap_go_with_one_of_two_parcels(scene: Scene) -> None:
    """In crossed orders: whoever locks first wins, nobody waits for ever."""
    first = first_number(scene.produced((scene.ccas, 5, 6)))
    found = parallel(6, lambda i: send(scene, first + i % 3, first + 3 + i % 3))
    assert Counter(type(one) for one in found) == {Shipment: 1, RangeNotHeld: 5}


def test_a_parcel_is_received_once(scene: Scene) -> None:
    first = first_number(scene.produced((scene.ccas, 5, 3)))
    parcel = send(scene, first, first + 2)
    found = parallel(5, lambda _: receive(scene, parcel))
    assert Counter(type(one) for one in found) == {Shipment: 1, ShipmentAlreadyReceived: 4}


@pytest.fixture
def slow_reception(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the look at what is still on its way and the end of a reception."""
    look, meeting = actions._record_deliveries, Meeting(2, request)

    def slow(*args: object, **terms: object) -> None:
        look(*args, **terms)  # type: ignore[arg-type]
        meeting.wait()

    monkeypatch.setattr(actions, "_record_deliveries", slow)


def both_halves_at_once(scene: Scene) -> str:
    order = scene.produced((scene.ccas, 5, 2))
    parcels = [send(scene, n, n) for n in (first_number(order), first_number(order) + 1)]
    for outcome in parallel(2, lambda i: receive(scene, parcels[i])):
        assert isinstance(outcome, Shipment), outcome
    order.refresh_from_db()
    return order.status


@pytest.mark.usefixtures("slow_reception")
def test_the_last_two_parcels_at_once_end_the_order(scene: Scene) -> None:
    assert both_halves_at_once(scene) == OrderStatus.DELIVERED


@pytest.mark.usefixtures("slow_reception", "locks_off")
def test_control_without_locks_neither_sees_the_other(scene: Scene) -> None:
    assert both_halves_at_once(scene) == OrderStatus.IN_PRODUCTION


def test_funded_and_received_at_once_do_not_wait_for_one_another(scene: Scene) -> None:
    for _ in range(3):
        order = scene.produced((scene.ccas, 5, 4))
        parcel = send(scene, first_number(order), first_number(order) + 3)
        proof = record_proof(
            order=order,
            kind=ProofKind.MANDATE,
            reference="M-1",
            dated_on=scene.now.date(),
            amount_cents=200_00,
            by=scene.buyer,
            at=scene.now,
        )

        def act(index: int, proof: object = proof, parcel: Shipment = parcel) -> object:
            if index:
                return verify_proof(proof=proof, by=scene.finance, at=scene.now)  # type: ignore[arg-type]
            return receive(scene, parcel)

        received, active = parallel(2, act)
        assert isinstance(received, Shipment)
        assert active == 4
