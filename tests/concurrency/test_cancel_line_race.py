"""A line is cancelled while its booklets leave, arrive or are given: one or the other, and the order ends all the same."""

from collections.abc import Callable
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from tests.concurrency.meeting import PATIENCE, PATIENCE_OF_A_CONTROL, Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import A_PROFILE, Scene
from vouchers.actions import order_line, shipment
from vouchers.actions.funding import activate_funded_booklets
from vouchers.actions.handover import hand_over
from vouchers.actions.order_line import LineHeld, cancel_line
from vouchers.actions.ranges import RangeNotHeld, move_whole
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Handover, Order, OrderLine, Shipment
from vouchers.queries.line import line_stock
from vouchers.register.writer import RegisterConflict
from vouchers.states import Act, OrderStatus, TitleStatus


def cancel(scene: Scene, order: Order, *, position: int = 1) -> int:
    """Cancel a line; how many booklets."""
    line = OrderLine.objects.select_related("order__wave", "order__funder").get(order=order, position=position)
    return len(cancel_line(line=line, by=scene.buyer, at=scene.now).free)


def send(scene: Scene, order: Order, first: int, last: int) -> Shipment:
    """Send booklets of an order, by their rank in it."""
    base = (order.first_booklet_number or 0) - 1
    terms: dict[str, Any] = {"wave": order.wave, "ranges": [(base + first, base + last)], "key": uuid4()}
    return send_booklets(sender=None, recipient=scene.ccas, by=scene.pilot, at=scene.now, **terms)


def receive(scene: Scene, parcel: Shipment) -> Shipment:
    return receive_shipment(shipment=parcel, missing=[], by=scene.agent, at=scene.now)


def statuses(order: Order) -> list[str]:
    return list(Booklet.objects.filter(order=order).order_by("number").values_list("status", flat=True))


def kinds(outcomes: list[Any]) -> list[object]:
    """What was refused by its kind, what was done as it is."""
    return [type(one) if isinstance(one, Exception | Shipment | Handover) else one for one in outcomes]


class Pause:
    """Stops an act between what it reads and what it writes, until the other is done or cannot be."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.has_read, self.is_done = Event(), Event()
        self._patience = PATIENCE_OF_A_CONTROL if "locks_off" in request.fixturenames else PATIENCE

    def here(self) -> None:
        """Say that it was read, and let the other go on."""
        self.has_read.set()
        self.is_done.wait(self._patience)

    def between(self, act: Callable[[], Any]) -> Any:
        """Do the other act in the pause."""
        assert self.has_read.wait(PATIENCE_OF_A_CONTROL)
        try:
            return act()
        finally:
            self.is_done.set()


@pytest.fixture
def pause(request: pytest.FixtureRequest) -> Pause:
    return Pause(request)


@pytest.fixture
def slow_cancellation(monkeypatch: pytest.MonkeyPatch, pause: Pause) -> None:
    """Time passes between the look at what is at the printer and its cancellation."""

    def slow(**terms: Any) -> Any:
        found = line_stock(**terms)
        pause.here()
        return found

    monkeypatch.setattr(order_line, "line_stock", slow)


@pytest.fixture
def slow_sending(monkeypatch: pytest.MonkeyPatch, pause: Pause) -> None:
    """Time passes between the look at what may be sent and its departure."""

    def slow(act: Act, *rest: Any) -> Any:
        pause.here()
        return move_whole(act, *rest)

    monkeypatch.setattr(shipment, "move_whole", slow)


def cancelled_then_sent(scene: Scene, pause: Pause) -> tuple[list[object], set[str], int]:
    """What came of both, where the booklets are, and how many the line says cancelled."""
    order = scene.produced((scene.ccas, 5, 4))
    acts = [lambda: cancel(scene, order), lambda: pause.between(lambda: send(scene, order, 1, 4))]
    found = parallel(2, lambda index: acts[index]())
    return kinds(found), set(statuses(order)), order.lines.get().cancelled_count


@pytest.mark.usefixtures("slow_cancellation")
def test_what_is_being_cancelled_is_not_sent(scene: Scene, pause: Pause) -> None:
    assert cancelled_then_sent(scene, pause) == ([4, RangeNotHeld], {TitleStatus.CANCELLED}, 4)


@pytest.mark.usefixtures("slow_cancellation", "locks_off")
def test_control_without_locks_it_leaves_under_the_cancellation(scene: Scene, pause: Pause) -> None:
    assert cancelled_then_sent(scene, pause) == ([RegisterConflict, Shipment], {TitleStatus.IN_TRANSIT}, 0)


def sent_then_cancelled(scene: Scene, pause: Pause) -> tuple[list[object], set[str], int]:
    order = scene.produced((scene.ccas, 5, 4))
    acts = [lambda: send(scene, order, 1, 4), lambda: pause.between(lambda: cancel(scene, order))]
    found = parallel(2, lambda index: acts[index]())
    return kinds(found), set(statuses(order)), order.lines.get().cancelled_count


@pytest.mark.usefixtures("slow_sending")
def test_what_is_leaving_is_not_cancelled(scene: Scene, pause: Pause) -> None:
    assert sent_then_cancelled(scene, pause) == ([Shipment, LineHeld], {TitleStatus.IN_TRANSIT}, 0)


@pytest.mark.usefixtures("slow_sending", "locks_off")
def test_control_without_locks_it_is_cancelled_under_the_sending(scene: Scene, pause: Pause) -> None:
    assert sent_then_cancelled(scene, pause) == ([RegisterConflict, 4], {TitleStatus.CANCELLED}, 4)


@pytest.fixture
def slow_ends(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the look at what an order still waits for and the end of both acts."""
    meeting = Meeting(2, request)

    def slowed(look: Callable[..., None]) -> Callable[..., None]:
        def slow(*args: Any, **terms: Any) -> None:
            look(*args, **terms)
            meeting.wait()

        return slow

    monkeypatch.setattr(shipment, "_record_deliveries", slowed(shipment._record_deliveries))
    monkeypatch.setattr(order_line, "_deliver_the_rest", slowed(order_line._deliver_the_rest))


def last_received_and_rest_cancelled(scene: Scene) -> str:
    """Two booklets on their way arrive while the two others, at the printer, are cancelled."""
    order = scene.produced((scene.ccas, 5, 4))
    parcel = send(scene, order, 1, 2)
    found = parallel(2, lambda index: cancel(scene, order) if index else receive(scene, parcel))
    assert kinds(found) == [Shipment, 2]
    assert statuses(order) == 2 * [TitleStatus.IN_STOCK] + 2 * [TitleStatus.CANCELLED]
    order.refresh_from_db()
    return order.status


@pytest.mark.usefixtures("slow_ends")
def test_an_order_ends_when_its_last_parcel_arrives_as_its_rest_is_cancelled(scene: Scene) -> None:
    assert last_received_and_rest_cancelled(scene) == OrderStatus.DELIVERED


@pytest.mark.usefixtures("slow_ends", "locks_off")
def test_control_without_locks_the_order_waits_for_ever(scene: Scene) -> None:
    assert last_received_and_rest_cancelled(scene) == OrderStatus.IN_PRODUCTION


@pytest.mark.usefixtures("slow_cancellation")
def test_what_is_in_stock_is_given_while_the_rest_of_its_line_is_cancelled(scene: Scene, pause: Pause) -> None:
    """The hand-over waits for the cancellation, then passes: nobody at the desk is sent away for it."""
    order = scene.produced((scene.ccas, 5, 4))
    receive(scene, send(scene, order, 1, 2))
    booklet = Booklet.objects.get(order=order, number=order.first_booklet_number)

    def give() -> Handover:
        given: dict[str, Any] = {"distributor": scene.ccas, "profile": A_PROFILE, "key": uuid4()}
        return hand_over(booklet=booklet, by=scene.agent, at=scene.now, **given)

    acts = [lambda: cancel(scene, order), lambda: pause.between(give)]
    assert kinds(parallel(2, lambda index: acts[index]())) == [2, Handover]
    assert statuses(order) == [TitleStatus.HANDED_OVER, TitleStatus.IN_STOCK, *2 * [TitleStatus.CANCELLED]]


def test_a_line_is_cancelled_or_its_booklets_reach_a_person(scene: Scene) -> None:
    """From the printer to the person in one go, against the cancellation, several times over."""
    for _ in range(6):
        order = scene.produced((scene.ccas, 5, 1))

        def give(order: Order = order) -> Handover:
            receive(scene, send(scene, order, 1, 1))
            given: dict[str, Any] = {"distributor": scene.ccas, "profile": A_PROFILE, "key": uuid4()}
            return hand_over(booklet=Booklet.objects.get(order=order), by=scene.agent, at=scene.now, **given)

        found = kinds(parallel(2, lambda index, order=order, give=give: give() if index else cancel(scene, order)))
        assert (found, statuses(order)) in (
            ([1, RangeNotHeld], [TitleStatus.CANCELLED]),
            ([LineHeld, Handover], [TitleStatus.HANDED_OVER]),
        )


def test_a_funded_line_cancelled_while_the_next_one_leaves_makes_nobody_wait_for_ever(scene: Scene) -> None:
    """Its funding goes to booklets that another act holds, or is about to: locks are taken in the order of numbers."""
    for _ in range(4):
        order = scene.produced((scene.ccas, 5, 3), (scene.ccas, 6, 3))
        scene.fund(order, 150_00)
        found = kinds(parallel(2, lambda i, order=order: send(scene, order, 3, 6) if i else cancel(scene, order)))
        assert found in ([3, RangeNotHeld], [2, Shipment])
        assert activate_funded_booklets(order=order, at=scene.now) == 0, "nothing was left to fund"
