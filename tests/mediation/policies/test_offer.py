"""A basket that is refused consumes nothing, tells each ticket, and offers what would be taken."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediation.actions.act_details import ActDetails, Person
from mediation.actions.redemption import attempt_redemption
from mediation.coop import ActType
from mediation.models import Attempt, CounterRules, PersonRecord, Redemption, WaveScope
from mediation.policies import basket, redemption
from mediation.policies.redemption import (
    ActTooShort,
    AnswerMissing,
    PlaceNotBought,
    TicketAlreadyRedeemed,
    TicketBlocked,
    TicketUnknown,
    TooManyTickets,
)
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.errors import InvalidInput, TooManyAttempts
from tests.lifecycle import AN_HOUR, Scene
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.models import Wave

ATTEMPT = "mediation_attempt"
UNKNOWN = "ZZZZZZZZZZZZ" + check_letter("ZZZZZZZZZZZZ")


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def redeem(scene: Scene, *codes: str, details: ActDetails | None = None, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "site": scene.site,
        "service": scene.service,
        "details": details or replace(AN_HOUR, minutes=60 * len(codes)),
        "by": scene.mediator,
        "at": scene.tick(),
        "key": uuid.uuid4(),
    }
    return attempt_redemption(codes=codes, **(given | terms))


def test_n_hours_asked_m_left_consumes_nothing_and_offers_m(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    redeem(scene, codes[1])
    with refused(TicketAlreadyRedeemed, but=(ATTEMPT,)) as refusal:
        redeem(scene, *codes[:3])
    told = refusal.value.details
    assert told["offer"] == [0, 2]
    assert [(t["rank"], t["is_accepted"], t["code"], t["position"]) for t in told["tickets"]] == [
        (0, True, None, 1),
        (1, False, "TICKET_ALREADY_REDEEMED", 2),
        (2, True, None, 3),
    ]
    accepted = redeem(scene, *[codes[rank] for rank in told["offer"]])
    assert accepted.lines.get().tickets_count == 2
    check_register()


def test_of_a_basket_the_reason_that_comes_first_in_the_list_is_told(scene: Scene) -> None:
    blocked, fresh = scene.in_hand(), scene.in_hand()
    scene.block(blocked)
    bad, good = scene.codes(blocked)[0], scene.codes(fresh)
    redeem(scene, good[1])
    for order in ([bad, good[1], good[0]], [good[0], good[1], bad]):
        with refused(TicketAlreadyRedeemed, but=(ATTEMPT,)):
            redeem(scene, *order)
    with refused(TicketUnknown, but=(ATTEMPT,)):
        redeem(scene, bad, good[1], UNKNOWN)
    with refused(TicketBlocked, but=(ATTEMPT,)):
        redeem(scene, good[0], bad)


def test_the_list_of_reasons_is_the_one_that_is_documented() -> None:
    documented = " ".join(str(redemption.__doc__).split())
    heads = ("unknown", "replaced", "already used", "blocked", "void", "expired", "not yet received", "not open",
             "not funded", "without label", "not bought", "answer")  # fmt: skip
    assert sorted(heads, key=documented.index) == list(heads)
    assert len(basket.REASONS) == len(heads) + 1  # services and places are bought apart


def test_a_basket_of_unknown_codes_is_as_many_guesses(scene: Scene) -> None:
    at = scene.tick()
    body = [f"ZZZZZZZZZZZ{letter}" for letter in "0123456789ABCDE"]
    for _ in range(2):
        with pytest.raises(TicketUnknown):
            redeem(scene, *[one + check_letter(one) for one in body], at=at)
    assert Attempt.objects.filter(reason="TICKET_UNKNOWN").count() == 30
    with pytest.raises(TooManyAttempts):
        redeem(scene, scene.codes(scene.in_hand())[0], at=at + timedelta(minutes=1))


def test_somebody_elses_wrong_codes_slow_nobody_else(scene: Scene) -> None:
    at = scene.tick()
    for _ in range(30):
        with pytest.raises(TicketUnknown):
            redeem(scene, UNKNOWN, at=at)
    code = scene.codes(scene.in_hand())[0]
    with pytest.raises(TooManyAttempts):
        redeem(scene, code, at=at)
    redeem(scene, code, by=scene.manager)


def test_the_offer_fits_the_length_of_the_act(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    with refused(TooManyTickets, but=(ATTEMPT,)) as refusal:
        redeem(scene, *codes[:4], details=ActDetails(minutes=100))
    assert refusal.value.details["offer"] == [0, 1]
    with refused(ActTooShort, but=(ATTEMPT,)) as refusal:
        redeem(scene, codes[0], details=ActDetails(minutes=44))
    assert refusal.value.details["offer"] == []


def test_in_a_workshop_each_person_has_an_outcome(scene: Scene) -> None:
    one, two, three = (scene.in_hand() for _ in range(3))
    scene.block(three)
    codes = [scene.codes(one)[0], scene.codes(one)[1], scene.codes(two)[0], scene.codes(three)[0]]
    details = ActDetails(minutes=60, type=ActType.COLLECTIF, people={2: Person("autonome", True)})
    with refused(TicketBlocked, but=(ATTEMPT,)) as refusal:
        redeem(scene, *codes, details=details)
    assert refusal.value.details["offer"] == [0, 2]
    kept = redeem(scene, codes[0], codes[2], details=replace(details, people={1: Person("autonome", True)}))
    assert kept.lines.count() == 2
    person = PersonRecord.objects.get()
    assert (person.booklet_id, person.autonomy, person.is_first) == (two.pk, "autonome", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": {3: Person("autonome")}},
        {"people": {0: Person("danseur")}},
        {"others_count": -1},
        {"others_count": 501},
        {"level": "expert"},
        {"type": ActType.INDIVIDUEL, "others_count": 2},
        {"type": ActType.INDIVIDUEL, "level": "debutant"},
    ],
    ids=str,
)
def test_answers_of_a_workshop_are_held_to_it(scene: Scene, wrong: dict[str, Any]) -> None:
    code = scene.codes(scene.in_hand())[0]
    details = replace(ActDetails(minutes=60, type=ActType.COLLECTIF), **wrong)
    with refused(InvalidInput, but=(ATTEMPT,)):
        redeem(scene, code, details=details)


# --- a basket may mix waves: each ticket follows its own


@pytest.fixture
def other(scene: Scene) -> Wave:
    """A second wave: 30 minutes a ticket, 20 at least."""
    return scene.make_wave(2, ticket_minutes=30, shortest_act_minutes=20)


def test_tickets_of_two_waves_are_taken_together_each_at_its_length(scene: Scene, other: Wave) -> None:
    hour, half = scene.codes(scene.in_hand()), scene.codes(scene.in_hand(wave=other))
    with refused(TooManyTickets, but=(ATTEMPT,)) as refusal:
        redeem(scene, hour[0], half[0], half[1], details=ActDetails(minutes=60))
    assert refusal.value.details["offer"] == [0, 1]
    both = redeem(scene, hour[0], half[0], details=ActDetails(minutes=60))
    assert sorted(both.lines.values_list("wave__number", "tickets_count")) == [(1, 1), (2, 1)]
    with refused(ActTooShort, but=(ATTEMPT,)) as refusal:
        redeem(scene, hour[1], half[1], details=ActDetails(minutes=30))
    assert refusal.value.details["offer"] == [1]
    redeem(scene, half[1], details=ActDetails(minutes=30))
    check_register()


def test_a_place_that_one_wave_does_not_buy_takes_the_tickets_of_the_other(scene: Scene, other: Wave) -> None:
    WaveScope.objects.create(wave=other, commune_code="92012")
    here, elsewhere = scene.codes(scene.in_hand()), scene.codes(scene.in_hand(wave=other))
    with refused(PlaceNotBought, but=(ATTEMPT,)) as refusal:
        redeem(scene, elsewhere[0], here[0], details=ActDetails(minutes=90))
    assert refusal.value.details["offer"] == [1]


def test_a_wave_may_require_answers_for_its_tickets_alone(scene: Scene, other: Wave) -> None:
    CounterRules.objects.create(wave=other, required_answers=["THEMES", "IS_FIRST", "AUTONOMY"], updated_at=scene.now)
    free, strict = scene.codes(scene.in_hand()), scene.codes(scene.in_hand(wave=other))
    bare = ActDetails(minutes=90, themes=("email",))
    with refused(AnswerMissing, but=(ATTEMPT,)) as refusal:
        redeem(scene, free[0], strict[0], details=bare)
    assert sorted(refusal.value.details["answers"]) == ["AUTONOMY", "IS_FIRST"]
    assert "premier accompagnement" in refusal.value.sentence
    assert refusal.value.details["offer"] == [0]
    said = replace(bare, people={1: Person("autonome", False)})
    assert redeem(scene, free[0], strict[0], details=said).lines.count() == 2
