from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passnum.accounts.roles import Role
from tests.caller import caller_for
from tests.lifecycle import SIRETS
from vouchers.actions.wave import close_wave
from vouchers.models import Order, OrderStep


def body(scene, **change: object) -> dict[str, object]:
    lines = [
        {"distributor": str(scene.ccas.uid), "size": 5, "quantity": 40},
        {"distributor": str(scene.other_ccas.uid), "size": 10, "quantity": 3},
    ]
    return {"wave": 1, "lines": lines, "siret": SIRETS[1], "fees_cents": 1_250, **change}


def test_an_order_is_written_then_submitted(scene, funder) -> None:
    asked = {"perimeter": "Les Bleuets", "handed_over_from": "2026-03-01"}
    answer = funder.write("/orders", body(scene, letter="Bonjour", commitment_number="EJ-7", **asked))
    assert answer.status_code == 201
    assert Order.objects.get().perimeter == "Les Bleuets"
    told = answer.json()
    assert (told["status"], told["booklets_count"], told["tickets_count"]) == ("DRAFT", 43, 230)
    assert told["total_cents"] == 230_000 + 1_250
    assert [line["quantity"] for line in told["lines"]] == [40, 3]
    assert told["lines"][0]["distributor_name"] == "CCAS de Créteil"
    key = uuid4()
    first, again = (funder.post(f"/orders/{told['uid']}/submit", "", key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json()["status"] == again.json()["status"] == "SUBMITTED"
    late = funder.post(f"/orders/{told['uid']}/submit", "", key=uuid4())
    assert (late.status_code, late.json()["code"]) == (409, "ORDER_NOT_READY")
    assert OrderStep.objects.filter(act="SUBMIT").count() == 1


def test_the_same_request_again_finds_the_first_order(scene, funder, clock) -> None:
    key = uuid4()
    first = funder.post("/orders", body(scene), key=key)
    clock.shift(1)
    again = funder.post("/orders", body(scene), key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Order.objects.count() == 1
    other = funder.post("/orders", body(scene, fees_cents=0), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": []}, 422, "INVALID_INPUT"),
        ({"siret": "12345678901234"}, 422, "INVALID_INPUT"),
        ({"wave": 9}, 404, "NOT_FOUND"),
        ({"wave": 10**12}, 422, "INVALID_INPUT"),
        ({"fees_cents": -1}, 422, "INVALID_INPUT"),
        ({"fees_cents": 10**12}, 422, "INVALID_INPUT"),
        ({"handed_over_from": "2026-03-02", "handed_over_until": "2026-03-01"}, 422, "INVALID_INPUT"),
        ({"letter": "a\x00b"}, 422, "INVALID_INPUT"),
        ({"approved": True}, 422, "INVALID_INPUT"),
    ],
)
def test_what_does_not_hold_is_told_and_nothing_is_written(scene, funder, change, status, code) -> None:
    answer = funder.write("/orders", body(scene, **change))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"quantity": 0}, "au moins 1"),
        ({"quantity": 10_000_000}, "au plus"),
        ({"size": 4}, "au moins 5"),
        ({"size": 11}, "10 au plus"),
        ({"distributor": "11111111-1111-1111-1111-111111111111"}, "Ligne 2 : ce distributeur n’existe pas"),
    ],
)
def test_a_line_that_does_not_hold_is_told(scene, funder, line, sentence) -> None:
    asked = body(scene)
    asked["lines"][1] |= line
    answer = funder.write("/orders", asked)
    assert answer.status_code == 422
    assert sentence in str(answer.json())


def test_a_closed_wave_takes_no_order(scene, funder) -> None:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    assert funder.write("/orders", body(scene)).status_code == 404
    assert funder.get("/orders/waves").json() == []


def test_a_funder_reads_its_own_orders_only(scene, funder) -> None:
    order = scene.draft()
    assert [o["reference"] for o in funder.get("/orders").json()] == [order.reference]
    stranger = caller_for(scene.metropole, Role.FUNDER, scene.now)
    assert stranger.get("/orders").json() == []
    for path in ("", "/submit"):
        act = (lambda p: stranger.post(p, "", key=uuid4())) if path else stranger.get
        theirs, none = (act(f"/orders/{uid}{path}") for uid in (order.uid, uuid4()))
        assert theirs.status_code == none.status_code == 404
        assert theirs.json() == none.json()


def test_an_issuer_reads_what_it_has_to_produce(scene) -> None:
    scene.draft()
    ready = scene.approved()
    issuer = caller_for(scene.metropole, Role.ISSUER, scene.now)
    assert [o["reference"] for o in issuer.get("/orders").json()] == [ready.reference]
    assert caller_for(scene.operator, Role.ISSUER, scene.now).get("/orders").json() == []


def test_pages_of_a_list_follow_one_another(scene, pilot) -> None:
    orders = [scene.draft() for _ in range(5)]
    found = [pilot.get(f"/orders?limit=2&offset={offset}").json() for offset in (0, 2, 4)]
    assert [o["reference"] for page in found for o in page] == [o.reference for o in reversed(orders)]
    assert pilot.get("/orders?limit=0").status_code == 422
    assert pilot.get("/orders?offset=-1").status_code == 422


def test_a_longer_list_asks_the_database_no_more(scene, pilot) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get("/orders").status_code == 200
        return len(found)

    scene.draft()
    few = queries()
    for _ in range(4):
        scene.draft((scene.ccas, 5, 1), (scene.other_ccas, 6, 1))
    assert queries() == few


def test_the_money_of_a_wave_is_not_for_funders(scene, funder, pilot) -> None:
    scene.approved((scene.ccas, 10, 3))
    (shown,) = funder.get("/orders/waves").json()
    assert (shown["number"], shown["ceiling_cents"], shown["engaged_cents"]) == (1, None, None)
    (whole,) = pilot.get("/orders/waves").json()
    assert (whole["ceiling_cents"], whole["engaged_cents"]) == (10_000_000, 30_000)
    assert whole["evaluation_due_on"] == "2026-07-15"


def test_distributors_are_named(scene, funder) -> None:
    names = [o["name"] for o in funder.get("/distributors").json()]
    assert names == ["CCAS d'ailleurs", "CCAS de Créteil"]


@pytest.mark.parametrize("role", [Role.DISTRIBUTOR, Role.MEDIATOR, Role.SITE_MANAGER, Role.LABEL_OFFICER])
def test_other_roles_read_no_order(scene, role) -> None:
    caller = caller_for(scene.funder, role, scene.now)
    assert caller.get("/orders").status_code == 403
    assert caller.write("/orders", body(scene)).status_code == 403
