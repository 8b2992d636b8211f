from uuid import uuid4

from mediation.models import OwedDecision
from mediation.states import Owed
from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene
from vouchers.models import HandoverConfirmation


def noticed(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.redeem(*scene.codes(booklet)[:2], minutes=120)


def test_the_queue_then_the_answer(scene: Scene, ccas: Caller) -> None:
    noticed(scene)
    (waiting,) = ccas.get("/handovers/to-confirm").json()
    assert (waiting["booklet"], waiting["hours_used"]) == ("1-0000001", 2)
    key = uuid4()
    path = f"/handovers/{waiting['uid']}/confirmation"
    first = ccas.post(path, {"answer": "CONFIRMED"}, key=key)
    assert first.status_code == 200
    assert ccas.post(path, {"answer": "CONFIRMED"}, key=key).json() == first.json()
    assert ccas.get("/handovers/to-confirm").json() == []
    assert OwedDecision.objects.latest("pk").owed == Owed.PAYABLE

    other = ccas.post(path, {"answer": "DENIED"}, key=key)
    assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")
    late = ccas.write(path, {"answer": "DENIED"})
    assert (late.status_code, late.json()["code"]) == (409, "HANDOVER_ALREADY_CONFIRMED")


def test_silence_is_not_an_answer_one_gives(scene: Scene, ccas: Caller) -> None:
    noticed(scene)
    (waiting,) = ccas.get("/handovers/to-confirm").json()
    answer = ccas.write(f"/handovers/{waiting['uid']}/confirmation", {"answer": "BY_SILENCE"})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert not HandoverConfirmation.objects.exists()


def test_another_distributor_meets_an_unknown_handover(scene: Scene, ccas: Caller) -> None:
    noticed(scene)
    (waiting,) = ccas.get("/handovers/to-confirm").json()
    other = caller_for(scene.other_ccas, Role.DISTRIBUTOR, scene.now)
    assert other.get("/handovers/to-confirm").json() == []
    answers = [
        other.write(f"/handovers/{uid}/confirmation", {"answer": "CONFIRMED"}) for uid in (waiting["uid"], uuid4())
    ]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].content == answers[1].content
