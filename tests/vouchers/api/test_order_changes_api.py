"""An order changed by the API, by its funder or by the pilot."""

from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from tests.caller import caller_for
from tests.lifecycle import SIRETS
from vouchers.models import Booklet, OrderRevision, PrintProof
from vouchers.states import TitleStatus

WORDS = {"letter": "Bonjour", "eligible_publics": "Tous"}


def change(scene, **more: object) -> dict[str, object]:
    lines = [{"distributor": str(scene.ccas.uid), "size": 10, "quantity": 3}]
    return {"lines": lines, "siret": SIRETS[1], "fees_cents": 100, **more}


@pytest.fixture
def stranger(scene):
    return caller_for(scene.other_ccas, Role.FUNDER, scene.now)


def test_an_approved_order_is_amended_once_and_is_a_draft_again(scene, funder) -> None:
    order = scene.approved()
    key = uuid4()
    first, again = (funder.post(f"/orders/{order.uid}/amend", change(scene), key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    told = first.json()
    assert (told["status"], told["total_cents"], told["approved_at"]) == ("DRAFT", 300_00 + 100, None)
    assert [(line["position"], line["quantity"]) for line in told["lines"]] == [(1, 3)]
    assert OrderRevision.objects.filter(order=order).count() == 1
    reused = funder.post(f"/orders/{order.uid}/amend", change(scene, fees_cents=0), key=key)
    assert (reused.status_code, reused.json()["code"]) == (409, "KEY_REUSED")


def test_the_pilot_amends_too_and_nobody_does_in_production(scene, funder, pilot) -> None:
    assert pilot.write(f"/orders/{scene.draft().uid}/amend", change(scene)).status_code == 200
    made = scene.produced()
    for path, body in (("amend", change(scene)), ("texts", WORDS)):
        answer = funder.write(f"/orders/{made.uid}/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_NOT_READY")


def test_other_words_make_another_proof(scene, funder) -> None:
    order = scene.approved()
    key = uuid4()
    answers = [funder.post(f"/orders/{order.uid}/texts", WORDS, key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert funder.write(f"/orders/{order.uid}/texts", {"letter": "Bonjour"}).status_code == 422, (
        "an omission erases nothing"
    )
    order.refresh_from_db()
    assert (order.letter, order.eligible_publics) == ("Bonjour", "Tous")
    assert PrintProof.objects.filter(order=order).count() == 2, "once"


def test_where_to_hand_over_is_said_without_another_proof_and_stays_when_it_is_not_said(scene, funder) -> None:
    order = scene.approved()
    funder.write(f"/orders/{order.uid}/texts", WORDS)
    where = {"perimeter": "Les Bleuets", "handed_over_from": "2026-03-01", "handed_over_until": "2026-03-31"}
    assert funder.write(f"/orders/{order.uid}/texts", WORDS | where).status_code == 200
    assert PrintProof.objects.filter(order=order).count() == 2, "nothing else is printed"
    assert funder.write(f"/orders/{order.uid}/texts", WORDS).status_code == 200
    order.refresh_from_db()
    assert (order.perimeter, str(order.handed_over_until)) == ("Les Bleuets", "2026-03-31")
    upside_down = WORDS | where | {"handed_over_until": "2026-02-01"}
    assert funder.write(f"/orders/{order.uid}/texts", upside_down).json()["code"] == "INVALID_INPUT"


def test_a_line_is_taken_back_from_the_printer_once(scene, funder) -> None:
    order = scene.produced()
    path, key = f"/orders/{order.uid}/lines/1/cancel", uuid4()
    assert funder.write(path, {"expected": 1}).json()["code"] == "LINE_STOCK_CHANGED"
    first, again = (funder.post(path, {"expected": 2}, key=key) for _ in range(2))
    assert first.json() == again.json()
    assert [line["cancelled_count"] for line in first.json()["lines"]] == [2]
    assert set(Booklet.objects.filter(order=order).values_list("status", flat=True)) == {TitleStatus.CANCELLED}
    late = funder.write(path, {})
    assert (late.status_code, late.json()["code"]) == (409, "LINE_HELD")
    assert funder.write(f"/orders/{order.uid}/lines/9/cancel", {}).status_code == 404


def test_the_order_of_another_and_none_look_alike(scene, stranger) -> None:
    order = scene.produced()
    for end, body in (("amend", change(scene)), ("texts", WORDS), ("lines/1/cancel", {})):
        theirs, none = (stranger.write(f"/orders/{uid}/{end}", body) for uid in (order.uid, uuid4()))
        assert theirs.status_code == none.status_code == 404
        assert theirs.json() == none.json()
    assert set(Booklet.objects.filter(order=order).values_list("status", flat=True)) == {TitleStatus.PRODUCED}


@pytest.mark.parametrize("role", [Role.DISTRIBUTOR, Role.ISSUER, Role.FINANCE, Role.AUDITOR])
def test_other_roles_change_nothing(scene, role) -> None:
    order = scene.draft()
    caller = caller_for(scene.metropole, role, scene.now)
    for end, body in (("amend", change(scene)), ("texts", WORDS), ("lines/1/cancel", {})):
        assert caller.write(f"/orders/{order.uid}/{end}", body).status_code == 403
