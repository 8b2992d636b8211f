"""Two clocks at once, or two people: each threshold once, each number once, each signature once."""

from collections import Counter
from datetime import date, timedelta

import pytest

from mediation.actions import closing_statement
from mediation.actions.closing_statement import StatementAlreadySigned, draw_statements, sign_statement
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement
from mediation.queries.closing import closing_figures
from passnum.accounts.roles import Role
from passnum.kit.clock import end_of_day
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene, person
from vouchers.actions import wave_end
from vouchers.actions.wave_end import FreezeAlreadyConfirmed, confirm_freeze
from vouchers.models import EndNotice, FreezeConfirmation, ThresholdKind, Ticket, Wave, WaveThreshold
from vouchers.models.wave_end import due_on, ready_at
from vouchers.states import TitleStatus

_numbers = iter(range(10, 100))
LAST_DAY = date(2026, 4, 20)
CLOCKS = 3


@pytest.fixture
def wave(scene: Scene) -> Wave:
    """A wave that ends soon, with a booklet; the scene's own is far from its end."""
    wave = scene.make_wave(next(_numbers), valid_until=LAST_DAY)
    scene.delivered((scene.ccas, 5, 1), wave=wave)
    return wave


@pytest.fixture
def slow_threshold(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the look at what was met and the record of what is met now."""
    meeting = Meeting(CLOCKS, request)

    def met(wave: Wave, kind: ThresholdKind) -> date:
        meeting.wait()
        return due_on(wave, kind)

    monkeypatch.setattr(wave_end, "due_on", met)


def strike(wave: Wave) -> Counter[str]:
    """The clocks strike together at J-30 of a wave; what each met, or the error it had."""
    at = ready_at(wave, ThresholdKind.NOTICE) + timedelta(hours=5)
    found = parallel(CLOCKS, lambda _: [one.kind for one in run_wave_clocks(at=at) if one.wave_id == wave.pk])
    return Counter(type(one).__name__ if isinstance(one, Exception) else ",".join(one) for one in found)


@pytest.mark.usefixtures("slow_threshold")
def test_a_threshold_is_met_by_one_clock(wave: Wave) -> None:
    assert strike(wave) == {"NOTICE": 1, "": CLOCKS - 1}
    assert WaveThreshold.objects.filter(wave=wave).count() == 1
    assert EndNotice.objects.filter(order__wave=wave).count() == 1


@pytest.mark.usefixtures("slow_threshold", "locks_off")
def test_control_without_the_lock_of_the_wave_the_clocks_collide(wave: Wave) -> None:
    """Each sees nothing done and does it; only the constraint keeps one."""
    assert strike(wave) == {"NOTICE": 1, "ExceptionGroup": CLOCKS - 1}
    assert WaveThreshold.objects.filter(wave=wave).count() == 1


def test_the_whole_end_is_played_once_by_three_clocks(wave: Wave) -> None:
    at = end_of_day(LAST_DAY + timedelta(days=40))
    found = parallel(CLOCKS, lambda _: [one.kind for one in run_wave_clocks(at=at) if one.wave_id == wave.pk])
    assert all(isinstance(one, list) for one in found), found
    assert Counter(kind for one in found if isinstance(one, list) for kind in one) == dict.fromkeys(ThresholdKind, 1)
    assert ClosingStatement.objects.filter(wave=wave).count() == 1
    assert set(Ticket.objects.filter(booklet__wave=wave).values_list("status", flat=True)) == {TitleStatus.EXPIRED}


@pytest.fixture
def slow_figures(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the figures and the next number of the series."""
    meeting = Meeting(CLOCKS, request)

    def counted(**terms: object) -> object:
        found = closing_figures(**terms)  # type: ignore[arg-type]
        meeting.wait()
        return found

    monkeypatch.setattr(closing_statement, "closing_figures", counted)


def draw(scene: Scene, wave: Wave) -> list[object]:
    """Several people draw the statements of a wave with two funders, once its end is past."""
    mine, scene.funder = scene.funder, scene.operator
    buyer, scene.buyer = scene.buyer, person(scene.operator, Role.FUNDER)
    scene.delivered((scene.ccas, 6, 1), wave=wave)
    scene.funder, scene.buyer = mine, buyer
    at = end_of_day(LAST_DAY + timedelta(days=40))
    run_wave_clocks(at=ready_at(wave, ThresholdKind.CLOSING) - timedelta(seconds=1))
    return list(parallel(CLOCKS, lambda _: len(draw_statements(wave=wave, by=scene.pilot, at=at))))


@pytest.mark.usefixtures("slow_figures")
def test_numbers_follow_one_another(scene: Scene, wave: Wave) -> None:
    assert sorted(str(one) for one in draw(scene, wave)) == ["0", "0", "2"]
    numbers = ClosingStatement.objects.filter(wave=wave).order_by("series_rank").values_list("number", flat=True)
    assert list(numbers) == [f"AV-{wave.number}-0001", f"AV-{wave.number}-0002"]


@pytest.mark.usefixtures("slow_figures", "locks_off")
def test_control_without_the_lock_the_same_number_is_taken_twice(scene: Scene, wave: Wave) -> None:
    """The constraint refuses the second, which fails instead of finding the work done."""
    assert Counter(type(one).__name__ for one in draw(scene, wave)) == {"int": 1, "IntegrityError": CLOCKS - 1}
    assert ClosingStatement.objects.filter(wave=wave).count() == 2


def test_a_side_signs_once_and_a_funder_confirms_once(scene: Scene, wave: Wave) -> None:
    at = end_of_day(LAST_DAY + timedelta(days=40))
    run_wave_clocks(at=at)
    statement = ClosingStatement.objects.get(wave=wave)
    agents = [person(scene.funder, Role.FUNDER) for _ in range(CLOCKS)]
    signed = parallel(CLOCKS, lambda i: sign_statement(statement=statement, by=agents[i], at=at))
    assert Counter(type(one) for one in signed) == {ClosingStatement: 1, StatementAlreadySigned: CLOCKS - 1}
    told = parallel(CLOCKS, lambda i: confirm_freeze(wave=wave, funder=scene.funder, by=agents[i], at=at))
    assert Counter(type(one) for one in told) == {FreezeConfirmation: 1, FreezeAlreadyConfirmed: CLOCKS - 1}
