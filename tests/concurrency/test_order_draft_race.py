"""Two agents of one funder save two steps of a draft at the same moment: neither step is lost."""

from typing import Any
from uuid import uuid4

import pytest

from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import SIRETS, Scene
from vouchers.actions import order_draft as actions
from vouchers.actions.order import LineInput
from vouchers.models import Order, OrderDraft


@pytest.fixture
def slow_look(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between what the draft says and what is added to it."""
    look, meeting = actions._locked, Meeting(2, request)

    def slow(*args: Any) -> Any:
        found = look(*args)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "_locked", slow)


def begun(scene: Scene) -> OrderDraft:
    return actions.start_draft(
        organisation=scene.funder, wave=scene.wave, content={}, by=scene.buyer, at=scene.tick(), uid=uuid4()
    )


def both_save(scene: Scene) -> set[str]:
    draft, at, steps = begun(scene), scene.tick(), ("sizes", "texts")
    parallel(2, lambda i: actions.save_draft(draft=draft, said={steps[i]: {"a": "b"}}, by=scene.buyer, at=at))
    return set(OrderDraft.objects.get(pk=draft.pk).content)


@pytest.mark.usefixtures("slow_look")
def test_two_steps_saved_at_once_are_both_kept(scene: Scene) -> None:
    assert both_save(scene) == {"sizes", "texts"}


@pytest.mark.usefixtures("slow_look", "locks_off")
def test_control_without_locks_one_step_is_lost(scene: Scene) -> None:
    assert len(both_save(scene)) == 1


@pytest.mark.usefixtures("slow_look")
def test_a_double_click_on_the_last_step_writes_one_order(scene: Scene) -> None:
    draft, at, lines = begun(scene), scene.tick(), [LineInput(scene.ccas, 5, 2)]
    orders = parallel(
        2,
        lambda _: actions.finish_draft(draft=draft, lines=lines, terms={"siret": SIRETS[1]}, by=scene.buyer, at=at),
    )
    assert orders[0] == orders[1] == Order.objects.get(draft=draft)
    assert Order.objects.filter(wave=scene.wave).count() == 1


def test_the_first_step_sent_twice_at_once_keeps_one_draft(scene: Scene) -> None:
    uid, at = uuid4(), scene.tick()
    drafts = parallel(
        2,
        lambda i: actions.start_draft(
            organisation=scene.funder, wave=scene.wave, content={"payer": i}, by=scene.buyer, at=at, uid=uid
        ),
    )
    assert drafts[0] == drafts[1] == OrderDraft.objects.get(uid=uid)
