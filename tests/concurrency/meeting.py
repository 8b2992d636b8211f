"""Where the racers of a control meet, so that it does not depend on luck."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, local

import pytest

# Without locks everybody comes; with them nobody can, and each goes on alone.
PATIENCE_OF_A_CONTROL = 20.0
PATIENCE = 0.2


class Meeting:
    """Put between a read and a write: nobody writes before everybody has read.

    With the locks on, the others wait for the one that is here, which goes on after a short while: the race is lost.
    """

    def __init__(self, count: int, request: pytest.FixtureRequest) -> None:
        self._barrier = Barrier(count)
        self._patience = PATIENCE_OF_A_CONTROL if "locks_off" in request.fixturenames else PATIENCE
        self._mine = local()

    def wait(self) -> None:
        """Wait for the others, once per thread."""
        if getattr(self._mine, "came", False):
            return
        self._mine.came = True
        with suppress(BrokenBarrierError):
            self._barrier.wait(self._patience)
