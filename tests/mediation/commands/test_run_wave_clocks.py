from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from mediation.tasks import run_wave_clocks
from passnum.celery import app
from tests.lifecycle import Scene
from tests.world import stocked
from vouchers.models import WaveThreshold

__all__ = ["stocked"]


@pytest.fixture(autouse=True)
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 12, 18, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("run_wave_clocks", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_what_it_met_and_meets_it_once() -> None:
    assert run("--on", "2026-12-01").splitlines() == [
        "Vague 1\u00a0: Avis de fin de validité, prévu le 1er\u00a0décembre\u00a02026."
    ]
    assert WaveThreshold.objects.get().done_at == datetime(2026, 12, 18, 9, tzinfo=UTC), "never dated back"
    assert "Gel des remises demandé, prévu le 16\u00a0décembre\u00a02026." in run()
    assert run() == "Aucune échéance à passer.\n"


def test_a_day_to_come_is_played_outside_of_production() -> None:
    assert len(run("--on", "2027-03-01").splitlines()) == 6


def test_a_day_that_is_none_and_a_day_to_come_are_refused(settings) -> None:
    with pytest.raises(CommandError, match="n’est pas un jour"):
        run("--on", "31/01/2027")
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="n’est pas encore passé"):
        run("--on", "2027-01-31")
    assert not WaveThreshold.objects.exists()


def test_the_daily_task_does_the_same() -> None:
    run_wave_clocks()
    assert WaveThreshold.objects.count() == 2
    entry = app.conf.beat_schedule["run-wave-clocks"]
    assert entry["task"] == run_wave_clocks.name
    assert app.conf.timezone == "Europe/Paris"
