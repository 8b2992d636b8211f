"""The end of every wave, as a clock: each threshold that is due and was not met is met, in order, at most once.

Days that the clock missed are caught up at its next run. It may be run by two beats at once, and at any time.
"""

import logging
from datetime import datetime

from mediation.actions.closing_statement import draw_statements
from passnum.kit.actor import SYSTEM
from vouchers.actions.expiry import expire_wave
from vouchers.actions.wave_end import meet_threshold
from vouchers.models import ThresholdKind, Wave, WaveThreshold
from vouchers.models.wave_end import ready_at
from vouchers.queries.wave_end import met_thresholds, waves_to_watch
from vouchers.register.sealer import seal_movements

logger = logging.getLogger(__name__)


def run_wave_clocks(*, at: datetime, due_by: datetime | None = None) -> list[WaveThreshold]:
    """Bring every wave to where its calendar says it is at an instant; return the thresholds met now.

    `due_by`, an earlier instant, leaves what became due after it: facts bear `at` all the same. A wave that fails does
    not hold the others back: its error is raised once they are done, in an ExceptionGroup.
    """
    met: list[WaveThreshold] = []
    failures: list[Exception] = []
    by = min(at, due_by or at)
    for wave in waves_to_watch(at=by):
        try:
            met += _run(wave, at, by)
        except Exception as error:  # the ends of the other waves are due too
            logger.error("the clock of wave %s stopped: %s", wave.number, type(error).__name__)
            failures.append(error)
    if failures:
        raise ExceptionGroup("clocks of waves", failures)
    return met


def _run(wave: Wave, at: datetime, due_by: datetime) -> list[WaveThreshold]:
    done = met_thresholds(wave=wave)
    seal_movements(at=at)
    met = []
    for kind in ThresholdKind:
        if kind not in done and due_by >= ready_at(wave, kind):
            _work(wave, kind, at)
            threshold = meet_threshold(wave=wave, kind=kind, by=SYSTEM, at=at)
            met += [threshold] if threshold else []
    if ThresholdKind.CLOSING in done and due_by >= ready_at(wave, ThresholdKind.CLOSING):
        _close(wave, at)  # what came since the statement: an act uploaded late, a contested one settled
    return met


def _work(wave: Wave, kind: ThresholdKind, at: datetime) -> None:
    """Do what a threshold stands for, before it is said to be met: a crash in between does it again, to no effect."""
    if kind == ThresholdKind.REFUSAL:
        expire_wave(wave=wave, by=SYSTEM, at=at)
    if kind == ThresholdKind.CLOSING:
        _close(wave, at)


def _close(wave: Wave, at: datetime) -> None:
    """Expire what was given back since the refusal (an act undone late), seal, and draw what is missing."""
    expire_wave(wave=wave, by=SYSTEM, at=at)
    seal_movements(at=at)
    draw_statements(wave=wave, by=SYSTEM, at=at)
