import pytest

from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.handover_confirmation import AlreadyConfirmed, NothingToConfirm, answer_handover
from vouchers.models import ConfirmationOutcome, Handover, HandoverChannel


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def test_a_handover_noticed_at_use_is_answered_once(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.redeem(scene.codes(booklet)[0])
    noticed = Handover.objects.get(channel=HandoverChannel.AT_USE)
    answer = answer_handover(handover=noticed, outcome=ConfirmationOutcome.CONFIRMED, by=scene.agent, at=scene.tick())
    assert (answer.outcome, answer.recorded_at) == (ConfirmationOutcome.CONFIRMED, scene.now)
    for outcome in (ConfirmationOutcome.CONFIRMED, ConfirmationOutcome.DENIED):
        with refused(AlreadyConfirmed):
            answer_handover(handover=noticed, outcome=outcome, by=scene.agent, at=scene.tick())


def test_a_handover_of_the_desk_waits_for_no_answer(scene: Scene) -> None:
    handover = Handover.objects.get(booklet=scene.in_hand())
    with refused(NothingToConfirm):
        answer_handover(handover=handover, outcome=ConfirmationOutcome.CONFIRMED, by=scene.agent, at=scene.tick())
