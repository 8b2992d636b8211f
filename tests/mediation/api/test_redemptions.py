"""Through HTTP alone: check, redeem, repeat, undo."""

from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediation.models import ActRecord, Attempt, Redemption
from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene
from vouchers.models import Ticket
from vouchers.states import TitleStatus

UNDO = {"reason": "WRONG_TICKET"}


def act(scene: Scene, *codes: str, **more: object) -> dict[str, object]:
    return {"site": str(scene.site.uid), "service": scene.service.code, "codes": list(codes), "minutes": 60, **more}


def used() -> int:
    return Ticket.objects.filter(status=TitleStatus.REDEEMED).count()


def test_check_redeem_repeat_undo(scene: Scene, place: Caller, clock: time_machine.Traveller) -> None:
    code = scene.codes(scene.in_hand())[0]
    checked = place.post("/tickets/check", {"site": str(scene.site.uid), "codes": [code]}).json()["tickets"]
    assert [(t["is_accepted"], t["hours_left"], t["valid_until"]) for t in checked] == [(True, 5, "2026-12-31")]
    assert used() == 0

    key = uuid4()
    first = place.post("/redemptions", act(scene, code), key=key)
    assert first.status_code == 201
    made = first.json()
    assert (made["tickets_count"], made["amount_cents"], made["lines"][0]["owed"]) == (1, 1000, "PAYABLE")
    for _ in range(5):
        clock.shift(10)
        again = place.post("/redemptions", act(scene, code), key=key)
        assert (again.status_code, again.json()) == (200, made)
    assert used() == 1

    undone = place.write(f"/redemptions/{made['uid']}/undo", UNDO)
    assert undone.status_code == 200
    assert undone.json()["undone_at"] is not None
    assert used() == 0
    after = place.post("/redemptions", act(scene, code), key=key)
    assert after.status_code == 200
    assert after.json()["lines"][0]["owed"] == "UNDONE"
    assert used() == 0
    assert place.get(f"/redemptions/{made['uid']}").json() == after.json()


def test_what_the_national_record_asks_is_kept(scene: Scene, place: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    answer = place.write(
        "/redemptions",
        act(
            scene,
            code,
            type="individuel",
            place_type="domicile",
            themes=["email", "sante", "email"],
            equipment=["tablette"],
            autonomy="autonome",
            is_first=True,
            extra_paid_cents=250,
            device_at="2026-03-02T11:00:00+01:00",
        ),
    )
    assert answer.status_code == 201
    record = ActRecord.objects.get()
    assert (record.place_type, record.themes, record.equipment) == ("domicile", ["email", "sante"], ["tablette"])
    assert (record.autonomy, record.is_first) == ("autonome", True)
    redemption = Redemption.objects.get()
    assert redemption.extra_paid_cents == 250
    assert redemption.device_at is not None
    assert redemption.device_at.isoformat() == "2026-03-02T10:00:00+00:00"
    assert (redemption.by_kind, redemption.by_organisation) == ("TOKEN", scene.operator.uid)


def test_all_or_nothing(scene: Scene, place: Caller) -> None:
    good, used_code = scene.codes(scene.in_hand())[:2]
    assert place.write("/redemptions", act(scene, used_code)).status_code == 201
    answer = place.write("/redemptions", act(scene, good, used_code, minutes=120))
    assert (answer.status_code, answer.json()["code"]) == (409, "TICKET_ALREADY_REDEEMED")
    assert "dans votre lieu" in answer.json()["message"]
    assert used() == 1


def test_the_same_key_with_another_content_is_an_error(scene: Scene, place: Caller) -> None:
    one, two = scene.codes(scene.in_hand())[:2]
    key = uuid4()
    assert place.post("/redemptions", act(scene, one), key=key).status_code == 201
    answer = place.post("/redemptions", act(scene, two), key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_REUSED")


def test_any_token_of_the_place_may_repeat_and_no_other_place(
    scene: Scene, place: Caller, other_place: Caller, clock: time_machine.Traveller
) -> None:
    code = scene.codes(scene.in_hand())[0]
    key = uuid4()
    made = place.post("/redemptions", act(scene, code), key=key).json()
    colleague = caller_for(scene.operator, Role.SITE_MANAGER, scene.now)
    clock.shift(48 * 3600)
    assert colleague.post("/redemptions", act(scene, code), key=key).json() == made
    theirs = act(scene, code) | {"site": str(scene.other_site.uid)}
    answer = other_place.post("/redemptions", theirs, key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "KEY_REUSED")
    assert "tickets" not in answer.content.decode()


def test_an_object_of_another_organisation_answers_like_an_unknown_one(
    scene: Scene, place: Caller, other_place: Caller
) -> None:
    codes = scene.codes(scene.in_hand())
    made = place.write("/redemptions", act(scene, codes[0])).json()

    def told(answer: object) -> tuple[int, str]:
        return answer.status_code, answer.content.decode()

    unknown = uuid4()
    assert told(other_place.get(f"/redemptions/{made['uid']}")) == told(place.get(f"/redemptions/{unknown}"))
    assert told(other_place.write(f"/redemptions/{made['uid']}/undo", UNDO)) == told(
        place.write(f"/redemptions/{unknown}/undo", UNDO)
    )
    assert told(other_place.write("/redemptions", act(scene, codes[1]))) == told(
        place.write("/redemptions", act(scene, codes[1]) | {"site": str(unknown)})
    )
    assert told(place.get(f"/redemptions/{unknown}"))[0] == 404


def test_only_who_did_it_or_the_manager_takes_it_back(scene: Scene, place: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    made = place.write("/redemptions", act(scene, code)).json()
    colleague = caller_for(scene.operator, Role.MEDIATOR, scene.now)
    manager = caller_for(scene.operator, Role.SITE_MANAGER, scene.now)
    refused = colleague.write(f"/redemptions/{made['uid']}/undo", UNDO)
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_ALLOWED")
    assert manager.write(f"/redemptions/{made['uid']}/undo", UNDO).status_code == 200


def test_too_late_to_undo(scene: Scene, place: Caller, clock: time_machine.Traveller) -> None:
    code = scene.codes(scene.in_hand())[0]
    made = place.write("/redemptions", act(scene, code)).json()
    clock.shift(16 * 60)
    answer = place.write(f"/redemptions/{made['uid']}/undo", UNDO)
    assert (answer.status_code, answer.json()["code"]) == (409, "UNDO_TOO_LATE")
    assert answer.json()["details"] == {"minutes": 15}


def test_every_attempt_is_kept_as_a_digest(scene: Scene, place: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    place.write("/redemptions", act(scene, code))
    place.write("/redemptions", act(scene, code))
    place.write("/redemptions", act(scene, "0000 0000 00000"))
    kept = Attempt.objects.order_by("pk")
    assert [a.reason for a in kept] == ["", "TICKET_ALREADY_REDEEMED", "TICKET_UNKNOWN"]
    assert all(code not in str(a.digests) for a in kept)


def test_a_write_without_its_number_is_refused(scene: Scene, place: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    for key in (None, "pas-un-uuid"):
        answer = place.post("/redemptions", act(scene, code), key=key)
        assert answer.status_code == 422
        assert answer.json()["details"]["fields"][0]["field"] == "header.Idempotency-Key"
    assert used() == 0


def test_a_ticket_in_stock_of_a_funded_distributor_is_taken_and_waits(scene: Scene, place: Caller) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    code = scene.codes(booklet)[0]
    made = place.write("/redemptions", act(scene, code)).json()
    assert made["lines"] == [
        {
            "booklet": booklet.label,
            "tickets_count": 1,
            "amount_cents": 1000,
            "owed": "PENDING_CONFIRMATION",
            "reason": "HANDOVER_AT_USE",
        }
    ]


# The caller's token, the read that locks, the write that does all; a transaction opens and closes around the last two
# (savepoints here). What performance.md asks. A refusal looks again, and writes its attempt after its transaction.
MOST_STATEMENTS = 6


def test_statements_of_a_redemption(scene: Scene, place: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed for who tunes it; the bound only keeps it from growing unseen."""
    codes = scene.codes(scene.in_hand())[:2]
    counts: dict[str, int] = {}
    for code in codes:  # with the first, the connection prepares its statements
        key = uuid4()
        for name, sent, status in (("accepté", key, 201), ("répété", key, 200), ("refusé", uuid4(), 409)):
            with CaptureQueriesContext(connection) as statements:
                assert place.post("/redemptions", act(scene, code), key=sent).status_code == status
            # a transaction that rolls back ends with one statement, a savepoint with two
            counts[name] = sum(not told["sql"].startswith("ROLLBACK TO") for told in statements)
    with capsys.disabled():
        print(f"\nPOST /api/v1/redemptions, instructions SQL : {counts}")
    assert max(counts.values()) <= MOST_STATEMENTS


@pytest.mark.parametrize("day", ["0001-01-01", "2018-12-31", "2100-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_told_and_breaks_nothing(scene: Scene, place: Caller, day: str) -> None:
    told = place.get(f"/redemptions?site={scene.site.uid}&day={day}")
    assert (told.status_code, told.json()["details"]["fields"][0]["field"]) == (422, "query.day")
