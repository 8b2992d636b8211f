from uuid import uuid4

import pytest

from vouchers.actions.order import approve_order, submit_order
from vouchers.models import Order


@pytest.fixture
def order(scene) -> Order:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    return order


def test_the_funder_answers_once(order, funder, ccas) -> None:
    path = f"/orders/{order.uid}/print-proofs"
    assert [(p["version"], p["status"]) for p in funder.get(path).json()] == [(1, "WAITING")]
    assert ccas.get(path).status_code == 403
    key = uuid4()
    first, again = (funder.post(f"{path}/1/approve", "", key=key) for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, first.json()["status"]) == (200, "APPROVED")
    late = funder.write(f"{path}/1/send-back", {"remarks": "Trop tard."})
    assert (late.status_code, late.json()["code"]) == (409, "PRINT_PROOF_NOT_READY")
    assert funder.post(f"{path}/2/approve", "", key=uuid4()).status_code == 404


def test_remarks_come_with_what_is_sent_back(order, funder) -> None:
    path = f"/orders/{order.uid}/print-proofs/1/send-back"
    assert funder.write(path, {"remarks": ""}).status_code == 422
    told = funder.write(path, {"remarks": "Le nom."}).json()
    assert (told["status"], told["remarks"]) == ("SENT_BACK", "Le nom.")
