from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from passnum.accounts.roles import Role
from reporting.queries.as_of import as_of
from reporting.queries.wave_report import wave_report
from tests.caller import Caller, caller_for
from tests.lifecycle import START, Scene
from tests.world import built_once
from vouchers.register.sealer import seal_movements

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def lived() -> Scene:
    scene = Scene()
    scene.redeem(scene.codes(scene.in_hand())[0])
    seal_movements(at=scene.tick())
    return scene


scene = built_once(lived)


@pytest.fixture
def evaluator(scene: Scene) -> Caller:
    return caller_for(scene.metropole, Role.EVALUATOR, START)


def test_waves_are_listed(scene: Scene, evaluator: Caller) -> None:
    response = evaluator.get("/waves")
    assert response.status_code == 200
    assert response.json() == [
        {"number": 1, "name": "Vague 1", "a_on": "2026-01-15", "evaluation_due_on": "2026-07-15"}
    ]


def test_the_report_says_what_the_page_says(scene: Scene, evaluator: Caller) -> None:
    body = evaluator.get("/waves/1/report").json()
    report = wave_report(wave=scene.wave, as_of=as_of(at=NOW))
    assert body["digest"] == report.digest
    assert body["pair"]["cut_off_on"] == "2026-05-20"
    assert body["pair"]["seal_hash"] == report.seal.hash
    rate = next(i for i in body["indicators"] if i["code"] == "IR1.1")
    assert (rate["value"], rate["numerator_count"], rate["denominator_count"]) == (2000, 1, 5)
    site = next(t for t in body["breakdowns"] if t["code"] == "site")
    assert site["rows"][0]["values"] == [1, 0, 1, 0, 1]
    assert sum(s["tickets"] for s in body["states"]) == body["ordered_tickets"] == 5


def test_the_same_pair_gives_the_same_answer(scene: Scene, evaluator: Caller) -> None:
    first = evaluator.get("/waves/1/report?cut_off_on=2026-03-02&seal=1")
    scene.in_hand()
    seal_movements(at=scene.tick())
    again = evaluator.get("/waves/1/report?cut_off_on=2026-03-02&seal=1")
    assert first.status_code == 200
    assert again.content == first.content
    assert evaluator.get("/waves/1/report?cut_off_on=2026-03-02").json()["ordered_tickets"] == 10


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/waves/9/report", 404, "NOT_FOUND"),
        ("/waves/1/report?seal=7", 404, "SEAL_UNKNOWN"),
        ("/waves/1/report?cut_off_on=2026-05-21", 422, "CUT_OFF_REFUSED"),
        ("/waves/1/report?cut_off_on=9999-12-31", 422, "CUT_OFF_REFUSED"),
        ("/waves/1/report?cut_off_on=demain", 422, "INVALID_INPUT"),
        ("/waves/1/report?seal=0", 422, "INVALID_INPUT"),
        ("/waves/99999999999/report", 422, "INVALID_INPUT"),
    ],
)
def test_refusals_have_the_one_shape(evaluator: Caller, path: str, status: int, code: str) -> None:
    response = evaluator.get(path)
    assert response.status_code == status
    body = response.json()
    assert body["code"] == code
    assert body["message"]


def test_a_funder_reads_their_own_masked(scene: Scene) -> None:
    body = caller_for(scene.funder, Role.FUNDER, START).get("/waves/1/report").json()
    assert body["funder"] == "Mairie de Créteil"
    assert body["is_masked"]
    assert "site" not in {t["code"] for t in body["breakdowns"]}
    commune = next(t for t in body["breakdowns"] if t["code"] == "use_commune")
    assert commune["rows"][0]["values"] == [None, 0, None, None, None]
    stranger = caller_for(scene.other_ccas, Role.FUNDER, START)
    assert stranger.get("/waves").json() == []
    assert stranger.get("/waves/1/report").status_code == 404


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.DISTRIBUTOR, Role.FINANCE, Role.SITE_MANAGER, Role.ISSUER])
def test_others_are_refused(scene: Scene, role: Role) -> None:
    caller = caller_for(scene.metropole, role, START)
    assert caller.get("/waves").status_code == 403
    assert caller.get("/waves/1/report").status_code == 403
    assert Caller().get("/waves/1/report").status_code == 401
