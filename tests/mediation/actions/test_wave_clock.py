"""The clock of the waves: whatever day it runs, each threshold is met once, in order, and says when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mediation.actions import wave_clock
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement
from passnum.kit.clock import end_of_day, start_of_day
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import check_register, fingerprint
from vouchers.actions.wave import close_wave
from vouchers.models import EndNotice, ThresholdKind, Ticket, Wave, WaveThreshold
from vouchers.models.wave_end import ready_at
from vouchers.states import TitleStatus

K = ThresholdKind


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def run(at: datetime) -> list[str]:
    return [one.kind for one in run_wave_clocks(at=at)]


def morning(day: date) -> datetime:
    """Five in the morning in Paris, more or less an hour."""
    return start_of_day(day) + timedelta(hours=5)


def test_day_after_day_each_threshold_comes_in_its_time(scene: Scene) -> None:
    """Every morning from 20 November to 10 February: seven months pass, six days count."""
    day, met = date(2026, 11, 20), {}
    while day <= date(2027, 2, 10):
        for kind in run(morning(day)):
            met[kind] = day.isoformat()
        day += timedelta(days=1)
    assert met == {
        K.NOTICE: "2026-12-01",
        K.FREEZE: "2026-12-16",
        K.REMINDER: "2026-12-24",
        K.EXPIRY: "2027-01-01",
        K.REFUSAL: "2027-01-31",
        K.CLOSING: "2027-02-06",
    }
    assert ClosingStatement.objects.count() == 1, "nothing changed since: no amendment"
    check_register()


def test_days_missed_are_caught_up_in_order(scene: Scene) -> None:
    """The service was down from before Christmas to the end of January."""
    assert run(morning(date(2026, 12, 20))) == [K.NOTICE, K.FREEZE]
    at = morning(date(2027, 1, 25))
    assert run(at) == [K.REMINDER, K.EXPIRY]
    late = WaveThreshold.objects.get(kind=K.REMINDER)
    assert (late.due_on, late.done_at) == (date(2026, 12, 24), at)
    assert run(at) == []
    assert run(morning(date(2027, 3, 1))) == [K.REFUSAL, K.CLOSING]
    assert set(Ticket.objects.values_list("status", flat=True)) == {TitleStatus.EXPIRED}
    assert ClosingStatement.objects.get().credit_cents == 30_000


def test_a_year_later_everything_is_done_at_once(scene: Scene) -> None:
    at = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)
    assert run(at) == list(K)
    assert EndNotice.objects.get().issued == 30
    before = fingerprint()
    assert run(at + timedelta(days=1)) == []
    assert fingerprint() == before


@pytest.mark.parametrize("until", [date(2026, 3, 29), date(2026, 10, 25)], ids=["23 hours", "25 hours"])
def test_the_last_day_is_whole_when_paris_changes_its_hour(scene: Scene, until: date) -> None:
    wave = scene.make_wave(2, valid_until=until, grace_days=0)
    booklet = scene.in_hand(wave=wave)
    end = end_of_day(until)
    run(end - timedelta(microseconds=1))
    assert not wave.thresholds.filter(kind__in=[K.EXPIRY, K.REFUSAL]).exists()
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER
    run(end)
    assert set(wave.thresholds.values_list("kind", flat=True)) == set(K) - {K.CLOSING}
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.EXPIRED


def test_the_grace_month_still_redeems(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    scene.now = morning(date(2027, 1, 20))
    run(scene.now)
    scene.redeem(codes[0])
    scene.now = morning(date(2027, 1, 31))
    run(scene.now)
    assert ready_at(scene.wave, K.REFUSAL) < scene.now
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1
    check_register()


def test_a_wave_in_preparation_has_no_end_and_a_closed_one_has(scene: Scene) -> None:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    assert run(morning(date(2027, 3, 1))) == list(K)
    assert ClosingStatement.objects.count() == 1


def test_a_wave_where_nothing_happened_ends_too(bare: Scene) -> None:
    assert run(morning(date(2027, 3, 1))) == list(K)
    assert not ClosingStatement.objects.exists() and not EndNotice.objects.exists()


def test_a_wave_that_fails_does_not_hold_the_others(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = scene.make_wave(2, valid_until=date(2026, 12, 30))
    one = wave_clock._run

    def run_one(wave: Wave, at: datetime, due_by: datetime) -> list[WaveThreshold]:
        if wave.pk == broken.pk:
            raise RuntimeError("disk full")
        return one(wave, at, due_by)

    monkeypatch.setattr(wave_clock, "_run", run_one)
    with pytest.raises(ExceptionGroup):
        run(morning(date(2026, 12, 2)))
    assert WaveThreshold.objects.get().wave == scene.wave
