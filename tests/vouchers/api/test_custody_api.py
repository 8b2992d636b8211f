"""Gaps, lots lost and recalls by the API: what the page does, for one's own organisation."""

from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Discrepancy, LossReport, Recall, Shipment
from vouchers.states import DiscrepancyStatus, TitleStatus


@pytest.fixture
def parcel(scene) -> Shipment:
    """Three booklets sent, the last two missing."""
    scene.produced((scene.ccas, 5, 3))
    terms = {"wave": scene.wave, "ranges": [(1, 3)], "by": scene.pilot, "key": uuid4()}
    shipment = send_booklets(sender=None, recipient=scene.ccas, at=scene.tick(), **terms)
    return receive_shipment(shipment=shipment, missing=[2, 3], by=scene.agent, at=scene.tick())


def path_of(shipment: Shipment) -> str:
    return f"/shipments/{shipment.uid}/discrepancies"


def said(caller: Caller, shipment: Shipment, word: str, *numbers: int, **more: object):
    return caller.write(path_of(shipment), {"numbers": list(numbers), "word": word, **more})


def test_a_gap_is_settled_when_both_sides_say_the_same(scene, ccas, parcel) -> None:
    issuer = caller_for(scene.metropole, Role.ISSUER, scene.now)
    (gap,) = ccas.get(path_of(parcel)).json()
    assert (gap["status"], gap["ranges"], gap["recipient_word"]) == ("OPEN", [{"first": 2, "last": 3}], "")
    key = uuid4()
    body = {"numbers": [2], "word": "FOUND_BY_RECIPIENT"}
    first, again = (ccas.post(path_of(parcel), body, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert [gap["recipient_word"] for gap in first.json()] == ["Retrouvé chez le destinataire", ""]
    assert ccas.post(path_of(parcel), body | {"numbers": [3]}, key=key).json()["code"] == "KEY_REUSED"
    settled = said(issuer, parcel, "FOUND_BY_RECIPIENT", 2)
    assert [gap["status"] for gap in settled.json()] == ["OPEN", "FOUND_BY_RECIPIENT"]
    assert Booklet.objects.get(number=2).status == TitleStatus.IN_STOCK
    late = said(issuer, parcel, "LOST", 2)
    assert (late.status_code, late.json()["code"]) == (409, "BOOKLET_NOT_IN_DISCREPANCY")


def test_the_pilot_settles_alone(pilot, parcel) -> None:
    answer = said(pilot, parcel, "LOST", 2, 3, complaint_reference="PV 12")
    assert [(gap["status"], gap["is_settled_by_pilot"]) for gap in answer.json()] == [("LOST", True)]
    assert LossReport.objects.get().complaint_reference == "PV 12"


def test_the_gap_of_another_and_none_look_alike(other_ccas, parcel) -> None:
    theirs, none = (
        other_ccas.write(path, {"numbers": [2], "word": "LOST"})
        for path in (path_of(parcel), f"/shipments/{uuid4()}/discrepancies")
    )
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert other_ccas.get(path_of(parcel)).status_code == 404
    assert set(Discrepancy.objects.values_list("status", flat=True)) == {DiscrepancyStatus.OPEN}


@pytest.mark.parametrize("body", [{"numbers": [], "word": "LOST"}, {"numbers": [2], "word": "OPEN"}, {"numbers": [2]}])
def test_a_word_that_says_nothing_is_refused(ccas, parcel, body) -> None:
    answer = ccas.write(path_of(parcel), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")


# --- lots lost


def lost(caller: Caller, first: int, last: int, *, key=None, **more: object):
    body = {"wave": 1, "ranges": [{"first": first, "last": last}], "reason": "STOLEN", **more}
    return caller.post("/losses", body, key=key or uuid4())


def test_a_lot_is_reported_lost_once(scene, ccas, clock) -> None:
    scene.delivered((scene.ccas, 5, 3))
    key = uuid4()
    first = lost(ccas, 1, 2, key=key, complaint_reference="PV 9")
    clock.shift(1)
    again = lost(ccas, 1, 2, key=key, complaint_reference="PV 9")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()
    assert (told["holder"], told["booklets_count"], told["tickets_count"]) == (str(scene.ccas.uid), 2, 10)
    assert told["ranges"] == [{"first": 1, "last": 2}]
    assert ccas.get("/losses").json() == [told]
    assert lost(ccas, 1, 3).json()["code"] == "RANGE_NOT_HELD"
    assert list(Booklet.objects.order_by("number").values_list("status", flat=True)) == 2 * ["BLOCKED"] + ["IN_STOCK"]


def test_the_stock_of_another_is_not_lost_for_it(scene, ccas, other_ccas, pilot) -> None:
    scene.delivered((scene.ccas, 5, 1))
    assert lost(other_ccas, 1, 1).json()["code"] == "RANGE_NOT_HELD", "not in its own stock"
    theirs, none = (lost(other_ccas, 1, 1, holder=str(uid)) for uid in (scene.ccas.uid, uuid4()))
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert lost(pilot, 1, 1).json()["code"] == "RANGE_NOT_HELD", "no longer at the printer"
    assert lost(pilot, 1, 1, holder=str(scene.ccas.uid)).status_code == 201
    assert other_ccas.get("/losses").json() == []
    assert lost(ccas, 1, 1, wave=7).status_code == 404


# --- recalls


def recall(caller: Caller, scene, *, key=None, **more: object):
    body = {
        "wave": 1,
        "holder": str(scene.ccas.uid),
        "recipient": str(scene.other_ccas.uid),
        "count": 2,
        "reason": "Dort",
    }
    return caller.post("/recalls", body | more, key=key or uuid4())


def test_a_stock_is_recalled_once_and_followed(scene, pilot, ccas, other_ccas, clock) -> None:
    scene.delivered((scene.ccas, 5, 3))
    key = uuid4()
    first = recall(pilot, scene, key=key)
    clock.shift(1)
    again = recall(pilot, scene, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert recall(pilot, scene, key=key, count=1).json()["code"] == "KEY_REUSED"
    assert recall(pilot, scene).json()["code"] == "RECALL_ALREADY_OPEN"
    sent = {"wave": 1, "recipient": str(scene.other_ccas.uid), "ranges": [{"first": 1, "last": 1}]}
    assert ccas.write("/shipments", sent).status_code == 201
    (told,) = ccas.get("/recalls").json()
    assert (told["sent_count"], told["done_at"]) == (1, None)
    assert other_ccas.get("/recalls").json() == []
    withdrawn, once_more = (pilot.post(f"/recalls/{told['uid']}/withdraw", {}, key=key) for key in [uuid4()] * 2)
    assert withdrawn.json() == once_more.json()
    assert withdrawn.json()["withdrawn_at"]
    assert pilot.write(f"/recalls/{told['uid']}/withdraw", {}).json()["code"] == "RECALL_OVER"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"count": 9}, 409, "RECALL_MORE_THAN_HELD"),
        ({"count": 0}, 422, "INVALID_INPUT"),
        ({"reason": ""}, 422, "INVALID_INPUT"),
        ({"wave": 7}, 404, "NOT_FOUND"),
        ({"holder": str(uuid4())}, 404, "NOT_FOUND"),
        ({"recipient": str(uuid4())}, 404, "NOT_FOUND"),
    ],
)
def test_a_recall_that_cannot_be_is_told(scene, pilot, change, status, code) -> None:
    scene.delivered((scene.ccas, 5, 3))
    key = uuid4()
    answer = recall(pilot, scene, key=key, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Recall.objects.exists()
    assert recall(pilot, scene, key=key).status_code == 201, "a refusal leaves the key free"


@pytest.mark.parametrize("role", [Role.DISTRIBUTOR, Role.ISSUER, Role.FUNDER, Role.AUDITOR])
def test_the_pilot_alone_recalls(scene, role) -> None:
    caller = caller_for(scene.metropole, role, scene.now)
    assert recall(caller, scene).status_code == 403
    assert caller.write(f"/recalls/{uuid4()}/withdraw", {}).status_code == 403
