"""A device's queue: always recorded, each act alone, once; doubts are contested and take no ticket."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mediation.actions.act_details import ActDetails, Person
from mediation.actions.undo import undo_redemption
from mediation.actions.upload import QueuedAct, UploadOutcome, UploadResult, upload_acts
from mediation.models import ActRecord, Attempt, CounterRules, PersonRecord, Redemption
from mediation.states import UndoReason
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.codes.payload import pack
from passnum.kit.keys import production_keyring
from tests.lifecycle import AN_HOUR, Scene
from tests.vouchers.actions.unchanged import check_register
from vouchers.models import Booklet, Ticket
from vouchers.states import TitleStatus

DEVICE = uuid.UUID(int=77)


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def device(scene: Scene) -> Actor:
    return Actor(ActorKind.DEVICE, DEVICE, scene.operator.uid, Role.MEDIATOR.value)


def scanned(scene: Scene, booklet: Booklet) -> list[str]:
    """What a camera reads on each ticket: a signed payload."""
    keyring = production_keyring()
    tickets = Ticket.objects.filter(booklet=booklet).order_by("position")
    return [
        pack(keyring, kid=t.kid, series=booklet.wave.number, number=booklet.number, position=t.position, code=code)
        for t, code in zip(tickets, scene.codes(booklet), strict=True)
    ]


def queued(scene: Scene, *codes: str, happened_at: datetime, **terms: Any) -> QueuedAct:
    given: dict[str, Any] = {
        "key": uuid.uuid4(),
        "site_uid": scene.site.uid,
        "service_code": scene.service.code,
        "details": replace(AN_HOUR, minutes=60 * len(codes)),
    }
    return QueuedAct(codes=codes, happened_at=happened_at, **(given | terms))


def upload(
    scene: Scene, *queue: QueuedAct, skew: timedelta = timedelta(0), by: Actor | None = None
) -> list[UploadResult]:
    at = scene.tick()
    return upload_acts(queue=queue, device_id=DEVICE, by=by or device(scene), at=at, sent_at=at - skew)


def told(results: list[UploadResult]) -> list[tuple[str, ...]]:
    """Outcome, then reasons or what is owed and why, by line."""
    return [
        (one.outcome, one.refusal.code)
        if one.refusal
        else (one.outcome, *[f"{o.owed}:{o.reason}" for o in (one.redeemed.outcomes if one.redeemed else ())])
        for one in results
    ]


def test_a_queue_is_recorded_in_any_order_and_once(scene: Scene) -> None:
    codes = scanned(scene, scene.in_hand())
    noon = scene.tick(hours=5) - timedelta(hours=2)
    queue = [queued(scene, code, happened_at=noon - timedelta(minutes=n)) for n, code in enumerate(codes[:3])]
    assert told(upload(scene, *queue[:2])) == [("recorded", "PAYABLE:LATE_ENTRY")] * 2
    # cut, then sent again whole, backwards
    assert [one.outcome for one in upload(scene, *reversed(queue))] == ["recorded", "replayed", "replayed"]
    assert Redemption.objects.filter(device_id=DEVICE, is_offline=True).count() == 3
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 3
    assert {r.happened_at for r in Redemption.objects.all()} == {one.happened_at for one in queue}
    check_register()


def test_the_online_copy_and_the_offline_copy_of_one_act_share_its_key(scene: Scene) -> None:
    code, key = scanned(scene, scene.in_hand())[0], uuid.uuid4()
    online = scene.redeem(code, key=key)
    (result,) = upload(
        scene, queued(scene, code, happened_at=scene.now - timedelta(hours=1), key=key, details=online_details())
    )
    assert (result.outcome, result.redeemed and result.redeemed.redemption.uid) == (UploadOutcome.REPLAYED, online.uid)
    other = queued(scene, code, happened_at=scene.now, key=key, details=ActDetails(minutes=55))
    assert told(upload(scene, other)) == [("refused", "KEY_REUSED")]


def online_details() -> ActDetails:
    """What `Scene.redeem` says."""
    return ActDetails(minutes=60, themes=AN_HOUR.themes, equipment=AN_HOUR.equipment, is_first=True)


def test_a_poisoned_item_ends_with_a_reason_and_blocks_no_other(scene: Scene) -> None:
    codes = scanned(scene, scene.in_hand())
    at, letters = scene.tick(hours=5) - timedelta(hours=1), "ZZZZZZZZZZZZ"
    unknown = letters + check_letter(letters)
    forged = codes[0][:-3] + ("AAA" if codes[0][-3:] != "AAA" else "QAA")
    queue = [
        queued(scene, "pas un code", happened_at=at),
        queued(scene, unknown, happened_at=at),
        queued(scene, forged, happened_at=at),
        queued(scene, codes[0], happened_at=at, site_uid=uuid.uuid4()),
        queued(scene, codes[0], happened_at=at, service_code="aucun"),
        queued(scene, codes[0], codes[0], happened_at=at),
        queued(scene, codes[0], happened_at=at, details=ActDetails(minutes=0)),
        queued(scene, codes[1], happened_at=at),
    ]
    outcomes = told(upload(scene, *queue))
    assert [reason for _, reason in outcomes[:7]] == [
        "SCAN_UNREADABLE", "TICKET_UNKNOWN", "PAYLOAD_FORGED", "SITE_UNKNOWN", "SERVICE_UNKNOWN", "TICKET_TWICE",
        "INVALID_INPUT",
    ]  # fmt: skip
    assert outcomes[7] == ("recorded", "PAYABLE:LATE_ENTRY")
    kept = Attempt.objects.filter(is_accepted=False)
    assert {a.key for a in kept} == {one.key for one in queue[:7]}


@pytest.mark.parametrize(
    ("minutes", "new_hour"),
    [(120, "PAYABLE:LATE_ENTRY"), (60, "REFUSED:TOO_MANY_TICKETS"), (10, "REFUSED:ACT_TOO_SHORT")],
)
def test_both_generations_of_one_hour_in_an_act_are_one_hour_and_block_no_other(
    scene: Scene, minutes: int, new_hour: str
) -> None:
    old, other = scene.in_hand(), scanned(scene, scene.in_hand())
    happened_at = scene.tick()
    scene.tick(hours=1)
    new = scene.reissue(scene.block(old))
    codes = (scanned(scene, old)[0], scanned(scene, new)[0])
    scene.tick(hours=1)
    details = replace(AN_HOUR, minutes=minutes)
    both = queued(scene, *codes, happened_at=happened_at, details=details)
    outcomes = told(upload(scene, both, queued(scene, other[0], happened_at=happened_at)))
    old_hour = "REFUSED:ACT_TOO_SHORT" if minutes == 10 else "CONTESTED:REISSUED_AND_USED"
    assert outcomes == [("recorded", old_hour, new_hour), ("recorded", "PAYABLE:LATE_ENTRY")]
    check_register()


def test_two_old_generations_of_one_hour_take_the_new_one_once(scene: Scene) -> None:
    first = scene.in_hand()
    happened_at = scene.tick()
    scene.tick(hours=1)
    second = scene.reissue(scene.block(first))
    scene.reissue(scene.block(second))
    codes = (scanned(scene, first)[0], scanned(scene, second)[0])
    scene.tick(hours=1)
    outcomes = told(upload(scene, queued(scene, *codes, happened_at=happened_at)))
    assert outcomes == [("recorded", "PAYABLE:REISSUED_UNUSED", "CONTESTED:REISSUED_AND_USED")]
    check_register()


def test_what_is_known_of_an_act_is_recorded_and_the_rest_kept_as_attempts(scene: Scene) -> None:
    codes, letters = scanned(scene, scene.in_hand()), "ZZZZZZZZZZZZ"
    act = queued(
        scene,
        "illisible",
        codes[0],
        letters + check_letter(letters),
        happened_at=scene.tick(hours=2) - timedelta(hours=1),
    )
    assert told(upload(scene, act)) == [("recorded", "PAYABLE:LATE_ENTRY")]
    assert list(Attempt.objects.filter(key=act.key).order_by("pk").values_list("reason", flat=True)) == [
        "",
        "TICKET_UNKNOWN",
    ]


@pytest.mark.parametrize(
    ("details", "owed"),
    [
        (ActDetails(minutes=30), ["REFUSED:ACT_TOO_SHORT"]),
        (ActDetails(minutes=50), ["PAYABLE:LATE_ENTRY", "REFUSED:TOO_MANY_TICKETS"]),
        (ActDetails(minutes=120), ["PAYABLE:LATE_ENTRY"]),
    ],
    ids=str,
)
def test_an_hour_that_happened_is_recorded_whatever_its_length(
    scene: Scene, details: ActDetails, owed: list[str]
) -> None:
    codes = scanned(scene, scene.in_hand())[:2]
    act = queued(scene, *codes, happened_at=scene.tick(hours=2) - timedelta(hours=1), details=details)
    assert told(upload(scene, act)) == [("recorded", *owed)]
    check_register()


@pytest.mark.parametrize("skew", [timedelta(minutes=11), timedelta(minutes=-11), timedelta(days=365 * 56)], ids=str)
def test_a_clock_out_of_step_is_contested_and_takes_no_ticket(scene: Scene, skew: timedelta) -> None:
    code = scanned(scene, scene.in_hand())[0]
    act = queued(scene, code, happened_at=scene.tick(hours=5) - timedelta(hours=1))
    assert told(upload(scene, act, skew=skew)) == [("recorded", "CONTESTED:CLOCK_SKEW")]
    redemption = Redemption.objects.get(key=act.key)
    assert redemption.skew_seconds == int(skew.total_seconds())
    assert not Ticket.objects.filter(status=TitleStatus.REDEEMED).exists()
    check_register()


def test_an_act_of_tomorrow_is_recorded_today_and_contested(scene: Scene) -> None:
    code = scanned(scene, scene.in_hand())[0]
    act = queued(scene, code, happened_at=scene.now + timedelta(days=2))
    assert told(upload(scene, act)) == [("recorded", "CONTESTED:CLOCK_SKEW")]
    redemption = Redemption.objects.get(key=act.key)
    assert redemption.happened_at == redemption.recorded_at
    assert redemption.device_at == act.happened_at


def test_caps_are_per_day_by_device_by_place_and_for_typed_codes(scene: Scene) -> None:
    booklet = scene.in_hand(10)
    codes, typed = scanned(scene, booklet), scene.codes(booklet)
    CounterRules.objects.create(
        wave=scene.wave, offline_device_hours=4, offline_site_hours=5, typed_device_hours=2, updated_at=scene.now
    )
    noon = scene.tick(hours=5) - timedelta(hours=1)

    def send(code: str, device_id: uuid.UUID = DEVICE) -> tuple[str, ...]:
        by = Actor(ActorKind.DEVICE, device_id, scene.operator.uid, Role.MEDIATOR.value)
        at = scene.tick()
        act = queued(scene, code, happened_at=noon)
        return told(upload_acts(queue=[act], device_id=device_id, by=by, at=at, sent_at=at))[0]

    payable = ("recorded", "PAYABLE:LATE_ENTRY")
    assert [send(code) for code in typed[:3]] == [payable, payable, ("recorded", "CONTESTED:OFFLINE_TYPED_CAP")]
    assert [send(code) for code in codes[2:5]] == [payable, payable, ("recorded", "CONTESTED:OFFLINE_DEVICE_CAP")]
    other = uuid.UUID(int=78)
    assert [send(code, other) for code in codes[5:7]] == [payable, ("recorded", "CONTESTED:OFFLINE_SITE_CAP")]
    noon += timedelta(days=1)
    scene.tick(days=1)
    assert send(codes[7]) == payable
    check_register()


def test_an_undone_act_fills_no_cap(scene: Scene) -> None:
    codes = scanned(scene, scene.in_hand())
    CounterRules.objects.create(
        wave=scene.wave, offline_device_hours=1, offline_site_hours=1, typed_device_hours=1, updated_at=scene.now
    )
    noon = scene.tick(hours=5) - timedelta(hours=1)
    first, second = (queued(scene, code, happened_at=noon) for code in codes[:2])
    assert told(upload(scene, first)) == [("recorded", "PAYABLE:LATE_ENTRY")]
    done, at = Redemption.objects.get(key=first.key), scene.tick()
    undo_redemption(redemption=done, reason=UndoReason.WRONG_TICKET, by=scene.manager, at=at, key=uuid.uuid4())
    assert told(upload(scene, second)) == [("recorded", "PAYABLE:LATE_ENTRY")]


def test_a_device_acts_for_the_places_of_its_organisation_only(scene: Scene) -> None:
    code = scanned(scene, scene.in_hand())[0]
    stranger = Actor(ActorKind.DEVICE, DEVICE, scene.other_operator.uid, Role.MEDIATOR.value)
    act = queued(scene, code, happened_at=scene.tick(hours=1) - timedelta(minutes=30))
    assert told(upload(scene, act, by=stranger)) == [("refused", "SITE_UNKNOWN")]


def test_a_workshop_notes_each_person_and_those_without_a_ticket(scene: Scene) -> None:
    one, two = scene.in_hand(), scene.in_hand()
    codes = [scanned(scene, booklet)[0] for booklet in (one, two)]
    details = ActDetails(
        minutes=120, type="collectif", autonomy="autonome", is_first=False, level="debutant", others_count=3,
        people={1: Person("partiellement_autonome", True)},
    )  # fmt: skip
    act = queued(scene, *codes, happened_at=scene.tick(hours=3) - timedelta(hours=1), details=details)
    assert told(upload(scene, act)) == [("recorded", "PAYABLE:LATE_ENTRY", "PAYABLE:LATE_ENTRY")]
    record = ActRecord.objects.get()
    assert (record.level, record.others_count, record.autonomy) == ("debutant", 3, "autonome")
    person = PersonRecord.objects.get()
    assert (person.booklet_id, person.autonomy, person.is_first) == (two.pk, "partiellement_autonome", True)
