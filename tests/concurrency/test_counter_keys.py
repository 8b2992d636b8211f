"""A request has one outcome, whoever repeats it, whenever, by whatever road: the counter's and a device's queue."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db import OperationalError

from mediation.actions import device_act
from mediation.actions import redemption as actions
from mediation.actions.act_writer import write_act
from mediation.actions.attempt import MOST_GUESSES
from mediation.actions.redemption import attempt_redemption
from mediation.actions.upload import QueuedAct, UploadResult, upload_acts
from mediation.models import Attempt, CounterRules, OwedDecision, Redemption, RedemptionLine
from mediation.states import Owed
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.idempotency import InProgress
from tests.caller import Caller, caller_for
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import AN_HOUR, Scene
from vouchers.models import Booklet

DEVICES = 10
REPEATS = 5


def uses_of(booklet: Booklet) -> int:
    return RedemptionLine.objects.filter(booklet=booklet, movement__isnull=False).count()


def device(scene: Scene, number: int = 1) -> Actor:
    return Actor(ActorKind.DEVICE, uuid.UUID(int=number), scene.operator.uid, Role.MEDIATOR.value)


def queued(scene: Scene, code: str, key: uuid.UUID | None = None) -> QueuedAct:
    return QueuedAct(
        key=key or uuid.uuid4(),
        site_uid=scene.site.uid,
        service_code=scene.service.code,
        codes=[code],
        details=AN_HOUR,
        happened_at=scene.now - timedelta(minutes=30),
    )


def upload(scene: Scene, queue: Sequence[QueuedAct], number: int = 1) -> list[UploadResult]:
    by = device(scene, number)
    assert by.id is not None
    return upload_acts(queue=queue, device_id=by.id, by=by, at=scene.now, sent_at=scene.now)


def redeem(scene: Scene, code: str, key: uuid.UUID, **terms: Any) -> Redemption:
    given = {"site": scene.site, "service": scene.service, "details": AN_HOUR, "by": scene.mediator, "at": scene.now}
    return attempt_redemption(codes=[code], key=key, **(given | terms))  # type: ignore[arg-type]


def body_of(scene: Scene, code: str, site: uuid.UUID) -> dict[str, Any]:
    return {"site": str(site), "service": scene.service.code, "codes": [code], "minutes": 60}


def place(scene: Scene, *, other: bool = False) -> Caller:
    return caller_for(scene.other_operator if other else scene.operator, Role.MEDIATOR, scene.now)


def test_a_lost_answer_is_given_again_five_times_and_after_two_days(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    first = redeem(scene, code, key)
    assert {redeem(scene, code, key).uid for _ in range(REPEATS)} == {first.uid}
    assert redeem(scene, code, key, at=scene.now + timedelta(hours=48)).uid == first.uid
    assert uses_of(booklet) == 1
    kept = Attempt.objects.filter(key=key)
    assert Counter(kept.values_list("is_accepted", "is_replay")) == {(True, False): 1, (True, True): REPEATS + 1}


def test_a_key_answers_alike_to_its_place_and_reveals_nothing_to_another(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    with time_machine.travel(scene.tick(), tick=False):
        first = place(scene).post("/redemptions", body_of(scene, code, scene.site.uid), key=key)
        again = place(scene).post("/redemptions", body_of(scene, code, scene.site.uid), key=key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        stranger = place(scene, other=True)
        answers = [
            stranger.post("/redemptions", body_of(scene, code, site), key=key)
            for site in (scene.other_site.uid, scene.site.uid)
        ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "KEY_REUSED"), (404, "SITE_UNKNOWN")]
    for answer in answers:
        text = answer.content.decode()
        assert not any(told in text for told in (first.json()["uid"], booklet.label, scene.site.name))
    assert uses_of(booklet) == 1
    assert Counter(Attempt.objects.filter(key=key).values_list("reason", flat=True)) == {
        "": 2,
        "KEY_REUSED": 1,
        "SITE_UNKNOWN": 1,
    }


def test_a_duplicate_is_told_to_wait_while_the_first_runs_then_gets_its_result(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    is_written, may_commit = Event(), Event()

    def slow(*given: Any, **named: Any) -> Redemption:
        made = write_act(*given, **named)
        is_written.set()
        may_commit.wait(30)
        return made

    monkeypatch.setattr(actions, "write_act", slow)

    def act(index: int) -> Redemption:
        if index == 0:
            return redeem(scene, code, key)
        is_written.wait(30)
        try:
            return redeem(scene, code, key)
        finally:
            may_commit.set()

    first, meanwhile = parallel(2, act)
    assert isinstance(first, Redemption) and isinstance(meanwhile, InProgress)
    assert redeem(scene, code, key).uid == first.uid
    assert uses_of(booklet) == 1
    assert Counter(Attempt.objects.filter(key=key).values_list("reason", "is_replay")) == {
        ("", False): 1,
        ("IN_PROGRESS", False): 1,
        ("", True): 1,
    }


def test_what_is_not_final_is_never_the_answer_of_a_key(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 for too many wrong codes, 503 for a database that is away: the same request then passes."""
    booklet, key = scene.in_hand(), uuid.uuid4()
    code, letters = scene.codes(booklet)[0], "ZZZZZZZZZZZZ"
    caller = place(scene)
    with time_machine.travel(scene.tick(), tick=False) as clock:
        body = body_of(scene, code, scene.site.uid)

        def away(*_: Any, **__: Any) -> Redemption:
            raise OperationalError("the database system is shutting down")

        with monkeypatch.context() as down:
            down.setattr(actions, "write_act", away)
            answer = caller.post("/redemptions", body, key=key)
            assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
        for _ in range(MOST_GUESSES):
            caller.write("/redemptions", body | {"codes": [letters + check_letter(letters)]})
        assert caller.post("/redemptions", body, key=key).status_code == 429
        clock.shift(timedelta(minutes=11))
        assert [caller.post("/redemptions", body, key=key).status_code for _ in range(2)] == [201, 200]
    assert uses_of(booklet) == 1


def test_an_online_copy_and_offline_copies_at_once_count_once(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    scene.tick(hours=1)
    copy = queued(scene, code, key)

    def act(index: int) -> str:
        if index % 2:
            (result,) = upload(scene, [copy])
            return result.outcome.value if result.refusal is None else result.refusal.code
        redeem(scene, code, key)
        return "ok"

    found = Counter(str(getattr(one, "code", one)) for one in parallel(6, act))
    assert set(found) <= {"ok", "recorded", "replayed", "IN_PROGRESS"}
    assert found["recorded"] <= 1
    (again,) = upload(scene, [copy])
    assert again.redeemed is not None and again.redeemed.redemption.uid == redeem(scene, code, key).uid
    assert uses_of(booklet) == 1
    assert Attempt.objects.filter(key=key, is_accepted=True, is_replay=False).count() == 1


def test_copies_of_an_act_that_takes_no_ticket_count_once_too(scene: Scene) -> None:
    """No ticket's lock holds them apart: the hour was given before the booklet was, so it is recorded and takes none."""
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    copy = queued(scene, code, key)

    def act(index: int) -> object:
        return upload(scene, [copy])[0].outcome.value if index % 2 else redeem(scene, code, key).uid

    found = parallel(8, act)
    assert {type(one) for one in found if isinstance(one, Exception)} <= {InProgress}, found
    assert redeem(scene, code, key).uid == Redemption.objects.get(key=key).uid
    assert Attempt.objects.filter(key=key, is_accepted=True, is_replay=False).count() == 1


def test_ten_devices_restored_from_one_backup_send_one_queue(scene: Scene) -> None:
    booklet = scene.in_hand(10)
    scene.tick(hours=1)
    queue = [queued(scene, code) for code in scene.codes(booklet)[:4]]
    CounterRules.objects.create(wave=scene.wave, typed_device_hours=10, updated_at=scene.now)

    def act(index: int) -> list[UploadResult]:
        return upload(scene, queue[::-1] if index % 2 else queue, number=index + 1)

    found = parallel(DEVICES, act)
    results = [one for results in found if not isinstance(results, Exception) for one in results]
    assert len(results) == DEVICES * len(queue), found
    assert Counter(one.outcome.value for one in results) == {
        "recorded": len(queue),
        "replayed": (DEVICES - 1) * len(queue),
    }
    assert uses_of(booklet) == len(queue)
    keys = [one.key for one in queue]
    assert Redemption.objects.filter(key__in=keys).count() == len(queue)
    kept = Attempt.objects.filter(key__in=keys, is_accepted=True).values_list("is_replay", flat=True)
    assert Counter(kept) == {False: len(queue), True: (DEVICES - 1) * len(queue)}


def send_two_at_the_last_hour(scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """Two queues of one device, one hour left under its cap; return what is owed for both."""
    meeting, decide = Meeting(2, request), device_act._contests

    def slow(*given: Any, **named: Any) -> dict[int, str]:
        found = decide(*given, **named)
        meeting.wait()
        return found

    wave = scene.make_wave(scene.number + 10 + Redemption.objects.count())
    CounterRules.objects.create(wave=wave, offline_device_hours=1, typed_device_hours=1, updated_at=scene.now)
    codes = scene.codes(scene.in_hand(wave=wave))
    scene.tick(hours=1)
    monkeypatch.setattr(device_act, "_contests", slow)
    number = 1000 + Redemption.objects.count()
    acts = [queued(scene, code) for code in codes[:2]]
    found = parallel(2, lambda index: upload(scene, [acts[index]], number=number))
    assert not any(isinstance(one, Exception) for one in found), found
    decisions = OwedDecision.objects.filter(line__redemption__key__in=[one.key for one in acts])
    return Counter(decisions.values_list("owed", flat=True))


def test_two_uploads_at_the_last_hour_of_a_cap_take_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    assert send_two_at_the_last_hour(scene, monkeypatch, request) == {Owed.PAYABLE: 1, Owed.CONTESTED: 1}


@pytest.mark.usefixtures("locks_off")
def test_control_without_the_lock_of_caps_both_take_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(device_act, "lock_caps", lambda **_: None)
    assert send_two_at_the_last_hour(scene, monkeypatch, request) == {Owed.PAYABLE: 2}
