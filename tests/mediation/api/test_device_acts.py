"""Through HTTP: a device sends its queue, reads the day of its place; a revoked one is refused and loses nothing."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from mediation.models import Attempt, QuarantinedAct, Redemption
from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pin import set_pin
from passnum.accounts.models import Device, DevicePresence, RevokeReason
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import now
from tests.caller import Caller, person_at
from tests.lifecycle import Scene
from vouchers.models import Ticket
from vouchers.states import TitleStatus


@pytest.fixture
def phone(scene: Scene) -> Caller:
    return Caller(scene.device().token)


def act(scene: Scene, *codes: str, **terms: Any) -> dict[str, Any]:
    given = {
        "key": str(uuid4()),
        "site": str(scene.site.uid),
        "service": scene.service.code,
        "codes": list(codes),
        "minutes": 60 * len(codes),
        "happened_at": (now() - timedelta(hours=1)).isoformat(),
    }
    return given | terms


def send(phone: Caller, *acts: dict[str, Any], **terms: Any) -> Any:
    return phone.post("/device/acts", {"sent_at": now().isoformat(), "acts": list(acts)} | terms)


def used() -> int:
    return Ticket.objects.filter(status=TitleStatus.REDEEMED).count()


def test_a_queue_is_told_act_by_act(scene: Scene, phone: Caller, clock: time_machine.Traveller) -> None:
    codes = scene.codes(scene.in_hand())
    clock.shift(7200)
    first, bad = act(scene, codes[0]), act(scene, "0000 0000 00000")
    answer = send(phone, first, bad)
    assert answer.status_code == 200
    one, two = answer.json()["results"]
    assert (one["key"], one["outcome"], one["code"]) == (first["key"], "recorded", None)
    assert [(line["owed"], line["reason"]) for line in one["act"]["lines"]] == [("PAYABLE", "LATE_ENTRY")]
    assert (two["outcome"], two["code"], two["act"]) == ("refused", "TICKET_UNKNOWN", None)
    assert two["message"].startswith("Ce ticket est inconnu")
    again = send(phone, first).json()["results"][0]
    assert (again["outcome"], again["act"]) == ("replayed", one["act"])
    assert used() == 1


def test_the_same_act_online_then_in_the_queue(scene: Scene, phone: Caller, clock: time_machine.Traveller) -> None:
    code = scene.codes(scene.in_hand())[0]
    told = act(scene, code, themes=["email"], people=[{"rank": 0, "autonomy": "autonome", "is_first": True}])
    online = {name: value for name, value in told.items() if name not in {"key", "happened_at"}}
    made = phone.post("/redemptions", online, key=told["key"])
    assert made.status_code == 201
    (result,) = send(phone, told).json()["results"]
    assert (result["outcome"], result["act"]["uid"]) == ("replayed", made.json()["uid"])
    # and the other way round, the answer of the queue having been lost
    other = act(scene, scene.codes(scene.in_hand())[0])
    assert send(phone, other).json()["results"][0]["outcome"] == "recorded"
    online = {name: value for name, value in other.items() if name not in {"key", "happened_at"}}
    assert phone.post("/redemptions", online, key=other["key"]).status_code == 200
    assert used() == 2


def test_a_revoked_device_is_refused_and_its_acts_are_kept_aside(scene: Scene, phone: Caller) -> None:
    codes = scene.codes(scene.in_hand())
    revoke_device(device=Device.objects.get(), reason=RevokeReason.LOST, by=scene.manager, at=scene.tick())
    answer = send(phone, act(scene, codes[0]), act(scene, codes[1]))
    assert (answer.status_code, answer.json()["code"]) == (401, "DEVICE_REVOKED")
    assert "(2) sont gardés de côté" in answer.json()["message"]
    assert QuarantinedAct.objects.count() == 2
    assert not Redemption.objects.exists()
    assert not any(code.replace(" ", "") in str(row.content) for row in QuarantinedAct.objects.all() for code in codes)
    empty = phone.post("/device/acts", {"sent_at": now().isoformat(), "acts": []})
    assert (empty.status_code, empty.json()["code"]) == (401, "DEVICE_REVOKED")


@pytest.mark.parametrize(
    "wrong",
    [
        {"acts": []},
        {"acts": [{}] * 51},
        {"sent_at": "hier"},
        {"acts": [{"codes": ["x"]}]},
        {"acts": [{"key": "un"}]},
        {"acts": "tout"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_queue_that_is_none_is_refused_whole(scene: Scene, phone: Caller, wrong: dict[str, Any]) -> None:
    answer = send(phone, act(scene, "x"), **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    assert not Attempt.objects.exists()


def test_what_is_no_act_ends_with_its_reason_and_stops_no_other(
    scene: Scene, phone: Caller, clock: time_machine.Traveller
) -> None:
    code = scene.codes(scene.in_hand())[0]
    clock.shift(7200)
    good = act(scene, code)
    bad = [
        {"key": str(uuid4())},
        act(scene, "x", themes=["danse"]),
        act(scene, *["x"] * 61),
        act(scene, "x", minutes="60"),
        act(scene, "x", service="\x00"),
        act(scene, "x", happened_at="hier"),
        act(scene, "x", surprise=1),
        act(scene, "x", people=[{"rank": 0, "name": "Jeanne"}]),
    ]
    results = send(phone, *bad, good).json()["results"]
    assert [(one["outcome"], one["code"]) for one in results] == [
        *[("refused", "ACT_UNREADABLE")] * len(bad),
        ("recorded", None),
    ]
    assert "themes.0" in results[1]["message"] and "danse" not in results[1]["message"]
    assert Attempt.objects.filter(reason="ACT_UNREADABLE").count() == len(bad)
    assert used() == 1


@pytest.mark.parametrize("clock_of_the_phone", ["1970-01-01T00:00:00Z", "2106-02-07T06:28:15Z", "9999-12-31T23:59:59Z"])
def test_a_clock_that_was_never_set_loses_no_act(scene: Scene, phone: Caller, clock_of_the_phone: str) -> None:
    codes = scene.codes(scene.in_hand())
    queue = [act(scene, codes[0], happened_at=clock_of_the_phone), act(scene, codes[1])]
    answer = send(phone, *queue, sent_at=clock_of_the_phone)
    assert [one["outcome"] for one in answer.json()["results"]] == ["recorded"] * 2
    kept = Redemption.objects.get(key=queue[0]["key"])
    assert kept.skew_seconds is not None and abs(kept.skew_seconds) > 86400
    assert kept.happened_at <= kept.recorded_at
    assert used() == 0


def test_on_a_shared_device_somebody_holds_it(scene: Scene, clock: time_machine.Traveller) -> None:
    shared = Caller(scene.device("Bureau", is_shared=True).token)
    user, _ = person_at(scene.operator, Role.MEDIATOR, now())
    codes = scene.codes(scene.in_hand())
    online = {"site": str(scene.site.uid), "service": scene.service.code, "codes": codes[:1], "minutes": 60}
    answer = shared.write("/redemptions", online)
    assert (answer.status_code, answer.json()["code"]) == (409, "PRESENCE_MISSING")
    set_pin(pin="4827", by=post_actor(scene, user.uid), at=now())
    assert shared.post("/device/presence", {"mediator": str(user.uid), "pin": "4827"}).status_code == 200
    assert shared.write("/redemptions", online).status_code == 201
    assert Redemption.objects.get().mediator_id == user.uid
    clock.shift(7200)
    true = act(scene, codes[1], mediator=str(user.uid))
    early = act(scene, codes[2], mediator=str(user.uid), happened_at=(now() - timedelta(hours=30)).isoformat())
    stranger = act(scene, codes[3], mediator=str(uuid4()))
    assert [r["outcome"] for r in send(shared, true, early, stranger).json()["results"]] == ["recorded"] * 3
    holders = {str(r.key): r.mediator_id for r in Redemption.objects.all()}
    assert [holders[one["key"]] for one in (true, early, stranger)] == [user.uid, None, None]
    day = shared.get(f"/redemptions?site={scene.site.uid}").json()["acts"]
    assert {one["mediator"] for one in day} == {"Jeanne Martin", ""}
    assert DevicePresence.objects.count() == 1


def post_actor(scene: Scene, uid: UUID) -> Actor:
    return Actor(ActorKind.USER, uid, scene.operator.uid, Role.MEDIATOR.value)


def test_the_day_of_a_place(scene: Scene, phone: Caller, clock: time_machine.Traveller) -> None:
    codes = scene.codes(scene.in_hand())
    online = {"site": str(scene.site.uid), "service": scene.service.code, "minutes": 60}
    first = phone.write("/redemptions", online | {"codes": codes[:1]}).json()
    clock.shift(60)
    phone.write("/redemptions", online | {"codes": codes[1:2]})
    assert phone.write(f"/redemptions/{first['uid']}/undo", {"reason": "WRONG_TICKET"}).status_code == 200
    acts = phone.get(f"/redemptions?site={scene.site.uid}").json()["acts"]
    assert [(one["undone_at"] is not None, one["undo_reason"]) for one in acts] == [
        (False, ""),
        (True, "Mauvais ticket"),
    ]
    assert phone.get(f"/redemptions?site={scene.site.uid}&day=2020-01-01").json() == {"acts": []}
    foreign = phone.get(f"/redemptions?site={scene.other_site.uid}")
    unknown = phone.get(f"/redemptions?site={uuid4()}")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
