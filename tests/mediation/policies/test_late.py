"""What is owed for an act recorded late, at the edges: days of Paris, a wave closed since, a repeated upload."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mediation.actions.late_entry import DateOutOfReach, attempt_late_entry
from mediation.actions.owed import settle_by_silence
from mediation.models import Attempt, OwedDecision, Redemption
from mediation.states import Owed
from passnum.kit.clock import end_of_day
from passnum.kit.errors import KeyReused
from tests.lifecycle import AN_HOUR, Scene
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions.expiry import expire_wave
from vouchers.actions.wave import close_wave
from vouchers.models import Wave

PARIS = ZoneInfo("Europe/Paris")
ATTEMPT = "mediation_attempt"


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def record(scene: Scene, code: str, happened_at: datetime, *, at: datetime, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "site": scene.site,
        "service": scene.service,
        "details": AN_HOUR,
        "by": scene.mediator,
        "key": uuid.uuid4(),
    }
    return attempt_late_entry(codes=[code], happened_at=happened_at, at=at, **(given | terms))


def owed(redemption: Redemption) -> tuple[str, str]:
    decision = OwedDecision.objects.filter(line__redemption=redemption).latest("rank")
    return decision.owed, decision.reason


def paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PARIS)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("happened_at", "at", "is_in_reach"),
    [
        (paris(2026, 6, 1, 0), paris(2026, 6, 16, 23, 59), True),
        (paris(2026, 6, 1, 23, 59), paris(2026, 6, 17, 0), False),
        (paris(2026, 3, 20, 10), paris(2026, 4, 4, 10), True),
        (paris(2026, 3, 20, 23, 59), paris(2026, 4, 5, 0), False),
        (paris(2026, 10, 20, 0), paris(2026, 11, 4, 23, 59), True),
        (paris(2026, 10, 20, 23, 59), paris(2026, 11, 5, 0), False),
        (paris(2026, 10, 25, 0), paris(2026, 10, 25, 23, 59), True),
        (paris(2026, 6, 9, 12, 1), paris(2026, 6, 9, 12, 0), False),
    ],
    ids=str,
)
def test_a_paper_day_is_typed_within_days_of_paris(
    scene: Scene, happened_at: datetime, at: datetime, is_in_reach: bool
) -> None:
    code = scene.codes(scene.in_hand())[0]
    if is_in_reach:
        assert owed(record(scene, code, happened_at, at=at)) == (Owed.PAYABLE, "LATE_ENTRY")
    else:
        with refused(DateOutOfReach, but=(ATTEMPT,)):
            record(scene, code, happened_at, at=at)


def test_an_hour_given_before_the_wave_closed_is_owed_and_after_it_is_not(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    closed_at = end_of_day(scene.wave.redeemable_until) - timedelta(hours=1)
    close_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=closed_at)
    expire_wave(wave=scene.wave, by=scene.pilot, at=closed_at + timedelta(hours=2))
    at = closed_at + timedelta(days=2)
    before = record(scene, codes[0], closed_at - timedelta(minutes=1), at=at, is_offline=True)
    after = record(scene, codes[1], closed_at, at=at, is_offline=True)
    assert owed(before) == (Owed.PAYABLE, "LATE_ENTRY")
    assert owed(after) == (Owed.REFUSED, "WAVE_NOT_OPEN_FOR_USE")
    check_register()


def test_the_last_upload_is_at_the_end_of_its_day_in_paris(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    end = end_of_day(scene.wave.uploads_until)
    assert scene.wave.uploads_until == date(2027, 2, 6)  # 37 days after the printed date
    happened_at = end_of_day(scene.wave.redeemable_until) - timedelta(hours=1)
    in_time = record(scene, codes[0], happened_at, at=end - timedelta(microseconds=1), is_offline=True)
    too_late = record(scene, codes[1], happened_at, at=end, is_offline=True)
    assert owed(in_time) == (Owed.PAYABLE, "LATE_ENTRY")
    assert owed(too_late) == (Owed.CONTESTED, "UPLOADED_TOO_LATE")
    check_register()


def test_an_upload_repeated_is_recorded_once(scene: Scene) -> None:
    code, key = scene.codes(scene.in_hand())[0], uuid.uuid4()
    happened_at = scene.tick(hours=3) - timedelta(hours=1)
    first = record(scene, code, happened_at, at=scene.tick(), key=key)
    before = fingerprint(but=(ATTEMPT,))
    assert record(scene, code, happened_at, at=scene.tick(), key=key) == first
    assert fingerprint(but=(ATTEMPT,)) == before
    with refused(KeyReused, but=(ATTEMPT,)):
        record(scene, code, happened_at - timedelta(minutes=1), at=scene.tick(), key=key)
    with refused(KeyReused, but=(ATTEMPT,)):
        scene.redeem(code, key=key)
    assert list(Attempt.objects.order_by("pk").values_list("is_accepted", "is_replay")) == [
        (True, False),
        (True, True),
        (False, False),
        (False, False),
    ]


def test_silence_is_a_yes_after_its_delay_and_once(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    kept = scene.redeem(scene.codes(booklet)[0])
    assert owed(kept) == (Owed.PENDING_CONFIRMATION, "HANDOVER_AT_USE")
    end = scene.now + timedelta(days=15)
    assert settle_by_silence(at=end - timedelta(microseconds=1)) == 0
    assert settle_by_silence(at=end) == 1
    assert settle_by_silence(at=end) == 0
    assert owed(kept) == (Owed.PAYABLE, "HANDOVER_BY_SILENCE")
    check_register()
