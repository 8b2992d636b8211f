from uuid import uuid4

import pytest

from mediation.models import Attempt
from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from vouchers.models import Handover, Movement, Ticket
from vouchers.states import TitleStatus


def check(scene: Scene, caller: Caller, *codes: str, **more: object) -> list[dict[str, object]]:
    answer = caller.post("/tickets/check", {"site": str(scene.site.uid), "codes": list(codes), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()["tickets"]


def test_a_basket_is_told_ticket_by_ticket(scene: Scene, place: Caller) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.redeem(codes[1])
    told = check(scene, place, codes[0], codes[1], codes[0], "0000 0000 00000", "ABCD")
    assert [t["refusal"] and t["refusal"]["code"] for t in told] == [
        None,
        "TICKET_ALREADY_REDEEMED",
        "TICKET_TWICE",
        "TICKET_UNKNOWN",
        "CODE_MALFORMED",
    ]
    assert [t["rank"] for t in told] == list(range(5))
    assert [t["hours_left"] for t in told[:2]] == [4, 4]
    assert told[0] == {
        "rank": 0,
        "is_accepted": True,
        "awaits_confirmation": False,
        "hours_left": 4,
        "booklet": booklet.label,
        "position": 1,
        "wave": {"number": 1, "name": "Vague 1"},
        "valid_until": "2026-12-31",
        "redeemable_until": "2027-01-30",
        "refusal": None,
    }
    unknown = {name: value for name, value in told[3].items() if name not in {"rank", "refusal"}}
    assert not any(unknown.values()), "nothing is known of an unknown ticket"


def test_nothing_is_consumed_and_each_try_is_kept(scene: Scene, place: Caller) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    codes = scene.codes(booklet)
    before = (Movement.objects.count(), Handover.objects.count())
    told = check(scene, place, codes[0], codes[1], "0000 0000 00000")
    assert [(t["is_accepted"], t["awaits_confirmation"]) for t in told] == [(True, True), (True, True), (False, False)]
    assert (Movement.objects.count(), Handover.objects.count()) == before
    assert set(Ticket.objects.filter(booklet=booklet).values_list("status", flat=True)) == {TitleStatus.IN_STOCK}
    kept = Attempt.objects.order_by("pk")
    assert [(a.kind, a.is_accepted, a.reason, len(a.digests)) for a in kept] == [
        ("CHECK", True, "", 2),
        ("CHECK", False, "TICKET_UNKNOWN", 1),
    ]
    assert kept[0].by_kind == "TOKEN"


def test_the_qr_and_the_typed_code_are_the_same_ticket(scene: Scene, place: Caller) -> None:
    booklet = scene.in_hand()
    told = check(scene, place, printed_addresses(booklet)[0], scene.codes(booklet)[0])
    assert [t["refusal"] and t["refusal"]["code"] for t in told] == [None, "TICKET_TWICE"]


def test_a_forged_signature_and_a_bare_reference_open_nothing(scene: Scene, place: Caller) -> None:
    booklet = scene.in_hand()
    address = printed_addresses(booklet)[0]
    forged = address[:-30] + ("A" if address[-30] != "A" else "B") + address[-29:]
    reference = Ticket.objects.filter(booklet=booklet).first().ref
    told = check(scene, place, forged, reference, f"HTTPS://PASS.METROPOLE.EXAMPLE/T/{reference}")
    assert [t["refusal"]["code"] for t in told] == [
        "PAYLOAD_FORGED",
        "REFERENCE_IS_NOT_A_CODE",
        "REFERENCE_IS_NOT_A_CODE",
    ]


@pytest.mark.parametrize("state", ["blocked", "replaced", "unfunded", "in transit"])
def test_refusals_are_those_of_the_redemption(scene: Scene, place: Caller, state: str) -> None:
    match state:
        case "blocked" | "replaced":
            booklet = scene.in_hand()
            code = scene.codes(booklet)[0]
            dispute = scene.block(booklet)
            if state == "replaced":
                scene.reissue(dispute)
        case "unfunded":
            (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
            code = scene.codes(booklet)[0]
        case _:
            order = scene.produced((scene.ccas, 5, 1))
            code = scene.codes(order.booklets.get())[0]
    (told,) = check(scene, place, code)
    body = {"site": str(scene.site.uid), "service": scene.service.code, "codes": [code], "minutes": 60}
    redeemed = place.post("/redemptions", body, key=uuid4())
    assert told["refusal"]["code"] == redeemed.json()["code"]
    assert told["refusal"]["message"] == redeemed.json()["message"]


def test_the_service_is_judged_when_it_is_known(scene: Scene, place: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    scene.service.__class__.objects.filter(pk=scene.service.pk).update(ends_on=scene.now.date())
    assert check(scene, place, code)[0]["is_accepted"]
    (told,) = check(scene, place, code, service=scene.service.code)
    assert told["refusal"]["code"] == "SERVICE_NOT_BOUGHT"
    answer = place.post("/tickets/check", {"site": str(scene.site.uid), "codes": [code], "service": "inconnu"})
    assert (answer.status_code, answer.json()["code"]) == (404, "SERVICE_UNKNOWN")


def test_guessing_is_slowed_down_code_by_code(scene: Scene, place: Caller) -> None:
    wrong = ["0000 0000 00000", "ABCD"]
    for _ in range(15):
        check(scene, place, *wrong)
    answer = place.post("/tickets/check", {"site": str(scene.site.uid), "codes": wrong})
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert int(answer["Retry-After"]) == answer.json()["details"]["seconds"] == 600
    colleague = caller_for(scene.operator, Role.MEDIATOR, scene.now)
    assert check(scene, colleague, "ABCD"), "one device slows down, not the whole place"


def test_the_place_of_another_answers_like_an_unknown_one(scene: Scene, other_place: Caller) -> None:
    answers = [
        other_place.post("/tickets/check", {"site": str(uid), "codes": ["ABCD"]}) for uid in (scene.site.uid, uuid4())
    ]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert not Attempt.objects.exists()
