"""Regular work of this package."""

from celery import shared_task

from mediation.actions.owed import settle_by_silence as settle
from mediation.actions.wave_clock import run_wave_clocks as run_clocks
from passnum.kit import clock


@shared_task
def settle_by_silence() -> None:
    """Take as a yes the distributors' silence that has lasted long enough; days missed are caught up."""
    settle(at=clock.now())


@shared_task
def run_wave_clocks() -> None:
    """Meet the thresholds of the waves' end that are due; days missed are caught up, each threshold once."""
    run_clocks(at=clock.now())
