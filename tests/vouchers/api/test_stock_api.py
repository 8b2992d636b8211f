from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from vouchers.models import Booklet, Dispute, Shipment
from vouchers.states import ShipmentStatus, TitleStatus


def send(caller: Caller, scene, *spans: tuple[int, int], **change: object):
    ranges = [{"first": first, "last": last} for first, last in spans]
    return caller.write("/shipments", {"wave": 1, "recipient": str(scene.ccas.uid), "ranges": ranges, **change})


@pytest.fixture
def order(scene):
    return scene.produced((scene.ccas, 5, 4))


def test_booklets_go_from_the_printer_to_a_stock(scene, pilot, ccas, order) -> None:
    answer = send(pilot, scene, (1, 4))
    assert answer.status_code == 201
    uid = answer.json()["uid"]
    assert (answer.json()["sender"], answer.json()["sent_count"], answer.json()["status"]) == (None, 4, "SENT")
    (holding,) = ccas.get("/stock").json()
    assert (holding["holder_name"], holding["in_stock"], holding["incoming"]) == ("CCAS de Créteil", 0, 4)
    key = uuid4()
    sent = {"counted": 3, "missing": [2]}
    first, again = (ccas.post(f"/shipments/{uid}/reception", sent, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert (first.json()["status"], first.json()["received_count"]) == ("RECEIVED_WITH_GAP", 3)
    (holding,) = ccas.get("/stock").json()
    assert (holding["in_stock"], holding["incoming"]) == (3, 0)
    late = ccas.post(f"/shipments/{uid}/reception", sent, key=uuid4())
    assert (late.status_code, late.json()["code"]) == (409, "SHIPMENT_ALREADY_RECEIVED")


@pytest.mark.parametrize(
    ("spans", "change", "status", "code"),
    [
        ([], {}, 422, "INVALID_INPUT"),
        ([(3, 2)], {}, 422, "INVALID_INPUT"),
        ([(1, 3), (3, 4)], {}, 422, "INVALID_INPUT"),
        ([(1, 99)], {}, 409, "RANGE_NOT_HELD"),
        ([(0, 2)], {}, 422, "INVALID_INPUT"),
        ([(1, 10**12)], {}, 422, "INVALID_INPUT"),
        ([(1, 2)], {"wave": 7}, 404, "NOT_FOUND"),
        ([(1, 2)], {"recipient": "11111111-1111-1111-1111-111111111111"}, 404, "NOT_FOUND"),
    ],
)
def test_wrong_numbers_are_told_and_nothing_moves(scene, pilot, order, spans, change, status, code) -> None:
    answer = send(pilot, scene, *spans, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Shipment.objects.exists()


def test_a_distributor_sends_its_own_stock_only(scene, ccas, order) -> None:
    assert send(ccas, scene, (1, 2)).json()["code"] == "INVALID_INPUT", "to itself"
    to_other = {"recipient": str(scene.other_ccas.uid)}
    assert send(ccas, scene, (1, 2), **to_other).json()["code"] == "RECIPIENT_NOT_YOURS"
    scene.make_relay(scene.other_ccas)
    assert send(ccas, scene, (1, 2), **to_other).json()["code"] == "RANGE_NOT_HELD", "at the printer"
    booklets = scene.delivered((scene.ccas, 5, 2))
    span = (booklets[0].number, booklets[1].number)
    assert send(ccas, scene, span, **to_other).json()["sender"] == str(scene.ccas.uid)


def test_the_issuer_of_another_wave_sends_nothing(scene, order) -> None:
    other = caller_for(scene.operator, Role.ISSUER, scene.now)
    assert send(other, scene, (1, 2)).status_code == 404
    assert send(caller_for(scene.metropole, Role.ISSUER, scene.now), scene, (1, 2)).status_code == 201


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"counted": 4, "missing": [2]}, "INVALID_INPUT"),
        ({"counted": 3}, "INVALID_INPUT"),
        ({"counted": 3, "missing": [77]}, "NUMBER_NOT_IN_SHIPMENT"),
        ({"missing": []}, "INVALID_INPUT"),
    ],
)
def test_a_count_that_does_not_add_up_is_told(scene, pilot, ccas, order, sent, code) -> None:
    uid = send(pilot, scene, (1, 4)).json()["uid"]
    answer = ccas.write(f"/shipments/{uid}/reception", sent)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Shipment.objects.get().status == ShipmentStatus.SENT


def test_the_shipment_of_another_and_none_look_alike(scene, pilot, other_ccas, order) -> None:
    uid = send(pilot, scene, (1, 4)).json()["uid"]
    theirs, none = (other_ccas.write(f"/shipments/{u}/reception", {"counted": 4}) for u in (uid, uuid4()))
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert other_ccas.get("/shipments").json() == []
    assert [s["uid"] for s in pilot.get("/shipments?limit=1").json()] == [uid]


def test_the_stock_of_another_is_not_told(scene, ccas, pilot) -> None:
    scene.delivered((scene.ccas, 5, 1), (scene.other_ccas, 5, 2))
    assert [h["holder_name"] for h in ccas.get("/stock").json()] == ["CCAS de Créteil"]
    assert [h["holder_name"] for h in pilot.get("/stock").json()] == ["CCAS d'ailleurs", "CCAS de Créteil"]


# --- opposition


def test_a_booklet_is_blocked_once(scene, ccas, clock) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    key = uuid4()
    first = ccas.post(f"/booklets/{booklet.label}/block", {"reason": "LOST"}, key=key)
    clock.shift(1)
    again = ccas.post(f"/booklets/{booklet.label}/block", {"reason": "LOST"}, key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["booklet"], first.json()["tickets_count"]) == (booklet.label, 4)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.BLOCKED
    late = ccas.write(f"/booklets/{booklet.label}/block", {"reason": "LOST"})
    assert (late.status_code, late.json()["code"]) == (409, "NOTHING_TO_BLOCK")
    assert Dispute.objects.count() == 1


def test_the_booklet_of_another_and_none_look_alike(scene, other_ccas) -> None:
    booklet = scene.in_hand()
    theirs, none = (
        other_ccas.write(f"/booklets/{label}/block", {"reason": "LOST"}) for label in (booklet.label, "1-0999999")
    )
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert Booklet.objects.get(pk=booklet.pk).status == TitleStatus.HANDED_OVER


@pytest.mark.parametrize("label", ["1", "1-", "a-b", "1-9999999999", "1-0000001%00", "١-٢"])
def test_a_number_that_is_none_is_told(ccas, label) -> None:
    assert ccas.write(f"/booklets/{label}/block", {"reason": "LOST"}).status_code in {404, 422}


def test_a_reason_of_the_list_is_asked(scene, ccas) -> None:
    booklet = scene.in_hand()
    assert ccas.write(f"/booklets/{booklet.label}/block", {"reason": "ENNUI"}).status_code == 422
    assert ccas.write(f"/booklets/{booklet.label}/block", {}).status_code == 422


@pytest.mark.parametrize("role", [Role.FUNDER, Role.MEDIATOR, Role.FINANCE, Role.EVALUATOR])
def test_other_roles_move_nothing(scene, order, role) -> None:
    caller = caller_for(scene.ccas, role, scene.now)
    assert send(caller, scene, (1, 2)).status_code == 403
    assert caller.write("/booklets/1-0000001/block", {"reason": "LOST"}).status_code == 403
