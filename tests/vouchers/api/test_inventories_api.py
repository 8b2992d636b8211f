"""A drawer counted by the API, over several requests: the holder's own, read again without counting twice."""

from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from tests.caller import caller_for
from vouchers.models import Booklet, Inventory, InventoryCount
from vouchers.states import InventoryStatus, TitleStatus


@pytest.fixture
def stock(scene) -> list[Booklet]:
    return scene.delivered((scene.ccas, 5, 3))


@pytest.fixture
def path(ccas, stock) -> str:
    return f"/inventories/{ccas.write('/inventories', {'wave': 1}).json()['uid']}"


def test_a_drawer_is_counted_signed_and_its_gap_declared_then_found(ccas, path) -> None:
    key = uuid4()
    first, again = (ccas.post(f"{path}/booklets", {"numbers": [1, 2, 2]}, key=key) for _ in range(2))
    assert first.status_code == 200
    assert first.json() == again.json()
    told = first.json()
    assert (told["expected_count"], told["found_count"], told["missing"]) == (3, 2, [{"first": 3, "last": 3}])
    assert ccas.write(f"{path}/booklets/remove", {"numbers": [2]}).json()["found_count"] == 1
    ccas.write(f"{path}/booklets", {"numbers": [2]})
    key = uuid4()
    signed, same = (ccas.post(f"{path}/close", {}, key=key) for _ in range(2))
    assert signed.json() == same.json()
    count = signed.json()
    assert (count["expected_count"], count["found_count"], count["missing"]) == (3, 2, [{"first": 3, "last": 3}])
    assert ccas.get("/inventory-counts").json() == [count]
    assert ccas.write(f"{path}/booklets", {"numbers": [3]}).json()["code"] == "INVENTORY_OVER"
    assert ccas.write(f"/inventory-counts/{count['uid']}/missing", {}).status_code == 200
    assert Booklet.objects.get(number=3).status == TitleStatus.MISSING
    assert ccas.write(f"/inventory-counts/{count['uid']}/missing", {}).json()["code"] == "INVALID_INPUT"
    assert ccas.write(f"/inventory-counts/{count['uid']}/found", {}).json()["code"] == "NOT_MISSING_HERE"


def test_what_was_missing_and_is_found_comes_back(ccas, path) -> None:
    ccas.write(f"{path}/booklets", {"numbers": [1, 2]})
    gap = ccas.write(f"{path}/close", {}).json()
    ccas.write(f"/inventory-counts/{gap['uid']}/missing", {})
    second = f"/inventories/{ccas.write('/inventories', {'wave': 1}).json()['uid']}"
    seen = ccas.write(f"{second}/booklets", {"numbers": [1, 2, 3]}).json()
    assert seen["unexpected"][0]["ranges"] == [{"first": 3, "last": 3}]
    count = ccas.write(f"{second}/close", {}).json()
    key = uuid4()
    answers = [ccas.post(f"/inventory-counts/{count['uid']}/found", {}, key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Booklet.objects.get(number=3).status == TitleStatus.IN_STOCK


def test_one_goes_on_or_is_given_up(ccas, path, clock) -> None:
    key = uuid4()
    again = ccas.post("/inventories", {"wave": 1}, key=key).json()
    assert path.endswith(again["uid"]), "the one that goes on"
    assert ccas.post("/inventories", {"wave": 2}, key=key).status_code in {404, 409}
    assert ccas.get(path).json()["status"] == "OPEN"
    assert ccas.write(f"{path}/drop", {}).json()["status"] == "DROPPED"
    assert not InventoryCount.objects.exists()
    clock.shift(1)
    assert not path.endswith(ccas.write("/inventories", {"wave": 1}).json()["uid"])


def test_the_inventory_of_another_and_none_look_alike(other_ccas, pilot, path) -> None:
    for caller in (other_ccas, pilot):
        for end, body in (
            ("/booklets", {"numbers": [1]}),
            ("/close", {}),
            ("/drop", {}),
            ("/booklets/remove", {"numbers": [1]}),
        ):
            theirs, none = (caller.write(f"{base}{end}", body) for base in (path, f"/inventories/{uuid4()}"))
            assert theirs.status_code == none.status_code == 404
            assert theirs.json() == none.json()
        assert caller.get(path).status_code == 404
    assert Inventory.objects.get().status == InventoryStatus.OPEN


def test_the_count_of_another_is_settled_by_nobody_else(scene, ccas, other_ccas, pilot, path) -> None:
    uid = ccas.write(f"{path}/close", {}).json()["uid"]
    assert other_ccas.write(f"/inventory-counts/{uid}/missing", {}).status_code == 404
    assert pilot.write(f"/inventory-counts/{uid}/missing", {}).json()["code"] == "NOT_ALLOWED"
    auditor = caller_for(scene.metropole, Role.AUDITOR, scene.now)
    assert [count["uid"] for count in auditor.get("/inventory-counts").json()] == [uid]
    assert auditor.write(f"/inventory-counts/{uid}/missing", {}).status_code == 403
    assert other_ccas.get("/inventory-counts").json() == []
    assert set(Booklet.objects.values_list("status", flat=True)) == {TitleStatus.IN_STOCK}


@pytest.mark.parametrize("numbers", [[], [0], ["1"], [99]])
def test_wrong_numbers_are_told(ccas, path, numbers) -> None:
    assert ccas.write(f"{path}/booklets", {"numbers": numbers}).status_code == 422
