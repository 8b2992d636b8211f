from datetime import timedelta
from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from tests.caller import caller_for
from tests.lifecycle import Scene
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Handover, HandoverProfile
from vouchers.states import TitleStatus

ANSWERS = {
    "target_public": "seniors",
    "age_band": "soixante_soixante_neuf",
    "gender": "feminin",
    "social_status": "retraite",
}


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def booklet(scene) -> Booklet:
    return scene.delivered((scene.ccas, 5, 2))[0]


def body(booklet: Booklet, **more: object) -> dict[str, object]:
    return {"booklet": booklet.label, **ANSWERS, **more}


def test_a_booklet_is_given_and_a_receipt_comes_back(scene, ccas, booklet) -> None:
    answer = ccas.write("/handovers", body(booklet, lives_in_qpv=True, had_one_already=True, carrier="GUARDIAN"))
    assert answer.status_code == 201
    told = answer.json()
    handover = Handover.objects.get(uid=told["uid"])
    assert (told["receipt"], told["booklet"], told["hours"]) == (handover.receipt, booklet.label, 5)
    assert (told["is_late_entry"], told["undone_at"], told["valid_until"]) == (False, None, "2026-12-31")
    profile = HandoverProfile.objects.get(handover=handover)
    assert (profile.target_public, profile.lives_in_qpv, profile.language) == ("seniors", True, "fr")
    assert profile.commune_code == "94028", "the desk's own"
    assert (handover.by_kind, handover.by_role) == ("TOKEN", "DISTRIBUTOR")


def test_the_code_of_any_of_its_tickets_names_it(scene, ccas, booklet) -> None:
    assert ccas.write("/handovers", body(booklet) | {"booklet": scene.codes(booklet)[3]}).status_code == 201


def test_the_same_request_again_finds_the_first_receipt(ccas, booklet, clock) -> None:
    key = uuid4()
    first = ccas.post("/handovers", body(booklet), key=key)
    clock.shift(1)
    again = ccas.post("/handovers", body(booklet), key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = ccas.post("/handovers", body(booklet, had_one_already=False, gender="masculin"), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")


def test_refusals_are_those_of_the_page(scene, ccas, booklet) -> None:
    (other,) = scene.delivered((scene.other_ccas, 5, 1))
    theirs, none = (
        ccas.write("/handovers", body(other)),
        ccas.write("/handovers", body(other) | {"booklet": "1-999999"}),
    )
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert theirs.json()["code"] == "BOOKLET_NOT_IN_STOCK"
    scene.hand_over(booklet)
    given = ccas.write("/handovers", body(booklet))
    assert (given.status_code, given.json()["code"]) == (409, "BOOKLET_ALREADY_HANDED_OVER")
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    last = Booklet.objects.get(number=booklet.number + 1)
    assert ccas.write("/handovers", body(last)).json()["code"] == "WAVE_CLOSED"


@pytest.mark.parametrize(
    "change",
    [
        {"target_public": None},
        {"target_public": "riches"},
        {"gender": "autre"},
        {"booklet": ""},
        {"booklet": "x" * 2000},
        {"commune_code": "Paris"},
        {"language": "français"},
        {"lives_in_qpv": "oui"},
        {"declared_on": "hier"},
        {"nom": "Dupont"},
    ],
)
def test_what_does_not_hold_is_told_and_nothing_moves(ccas, booklet, change) -> None:
    sent = {k: v for k, v in (body(booklet) | change).items() if v is not None}
    answer = ccas.write("/handovers", sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK


def test_a_paper_sheet_is_entered_with_its_day(scene, ccas, booklet, clock) -> None:
    clock.shift(timedelta(days=3))
    told = ccas.write("/handovers", body(booklet, declared_on="2026-03-04")).json()
    assert told["is_late_entry"]
    assert told["happened_at"].startswith("2026-03-04T11:00:00")
    second = Booklet.objects.get(number=booklet.number + 1)
    assert ccas.write("/handovers", body(second, declared_on="2026-01-04")).json()["code"] == "LATE_ENTRY_TOO_LATE"


def test_who_gave_it_takes_it_back_within_the_hour(scene, ccas, other_ccas, booklet, clock) -> None:
    uid = ccas.write("/handovers", body(booklet)).json()["uid"]
    assert other_ccas.post(f"/handovers/{uid}/undo", "", key=uuid4()).status_code == 404
    assert other_ccas.post(f"/handovers/{uuid4()}/undo", "", key=uuid4()).status_code == 404
    colleague = caller_for(scene.ccas, Role.DISTRIBUTOR, scene.now)
    assert colleague.post(f"/handovers/{uid}/undo", "", key=uuid4()).status_code == 403
    key = uuid4()
    first, again = (ccas.post(f"/handovers/{uid}/undo", "", key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["undone_at"] is not None
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK
    later = ccas.write("/handovers", body(booklet)).json()["uid"]
    assert ccas.post(f"/handovers/{later}/undo", "", key=key).json()["code"] == "KEY_REUSED"
    clock.shift(timedelta(minutes=61))
    assert ccas.post(f"/handovers/{later}/undo", "", key=uuid4()).json()["code"] == "HANDOVER_TOO_OLD"


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.DISTRIBUTOR])
def test_only_a_distributor_calls_it(scene, booklet, role) -> None:
    caller = caller_for(scene.ccas, role, scene.now)
    assert caller.write("/handovers", body(booklet)).status_code == 403


def test_without_token_or_key_nothing_is_done(ccas, booklet) -> None:
    assert ccas.post("/handovers", body(booklet)).status_code == 422
    ccas.token = ""
    assert ccas.write("/handovers", body(booklet)).status_code == 401
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK


def test_a_booklet_goes_by_post_and_is_activated_from_its_receipt(scene, ccas, booklet) -> None:
    told = ccas.write("/handovers", body(booklet, is_posted=True)).json()
    assert (told["is_posted"], told["activated_at"]) == (True, None)
    stranger = caller_for(scene.other_ccas, Role.DISTRIBUTOR, scene.now)
    assert stranger.write(f"/handovers/{told['uid']}/activation", {}).status_code == 404
    for _ in range(2):
        answer = ccas.write(f"/handovers/{told['uid']}/activation", {})
        assert answer.status_code == 200
        assert answer.json()["activated_at"]
    refused = ccas.write("/handovers", body(scene.delivered((scene.ccas, 5, 1))[0], is_posted=True, carrier="OTHER"))
    assert refused.status_code == 422


# --- a workshop


def workshop(*booklets: Booklet, **more: object) -> dict[str, object]:
    return {"handovers": [body(booklet) for booklet in booklets], **more}


def test_a_workshop_is_recorded_once_one_receipt_each(scene, ccas, clock) -> None:
    booklets = scene.delivered((scene.ccas, 5, 3))
    key = uuid4()
    first = ccas.post("/handovers/together", workshop(*booklets), key=key)
    clock.shift(1)
    again = ccas.post("/handovers/together", workshop(*booklets), key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert [told["booklet"] for told in first.json()] == [booklet.label for booklet in booklets]
    assert len({told["receipt"] for told in first.json()}) == 3
    reused = ccas.post("/handovers/together", workshop(*booklets[:2]), key=key)
    assert (reused.status_code, reused.json()["code"]) == (409, "KEY_REUSED")


def test_one_booklet_that_cannot_be_given_holds_the_others_back(scene, ccas) -> None:
    first, second = scene.delivered((scene.ccas, 5, 2))
    (other,) = scene.delivered((scene.other_ccas, 5, 1))
    scene.hand_over(second)
    before = Handover.objects.count()
    given = ccas.write("/handovers/together", workshop(first, second))
    assert (given.status_code, given.json()["code"]) == (409, "HANDOVER_BATCH_REFUSED")
    assert given.json()["details"]["refusal"] == "BOOKLET_ALREADY_HANDED_OVER"
    theirs = ccas.write("/handovers/together", workshop(first, other)).json()
    none = ccas.write(
        "/handovers/together", {"handovers": [body(first), body(first) | {"booklet": "1-0999999"}]}
    ).json()
    assert theirs == none
    assert none["details"]["refusal"] == "BOOKLET_NOT_IN_STOCK"
    assert ccas.write("/handovers/together", workshop(first, first)).json()["code"] == "INVALID_INPUT"
    assert ccas.write("/handovers/together", {"handovers": []}).status_code == 422
    assert Handover.objects.count() == before


def test_a_code_that_is_none_is_told_by_its_rank(scene, ccas, booklet) -> None:
    sent = {"handovers": [body(booklet), body(booklet) | {"booklet": "7K3MQ0ZD4XW9T"}]}
    answer = ccas.write("/handovers/together", sent)
    assert answer.json()["code"] == "HANDOVER_BATCH_REFUSED"
    assert "7K3MQ0ZD4XW9T" not in answer.content.decode()
