"""Child processes that are stopped in order and do not outlive the supervisor, even when it is killed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1  # Linux prctl(2): the signal that this process receives when its parent dies
LEFT_OVERS_SECONDS = 2.0


def dies_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before exec, so that the kernel signals it when the supervisor is killed."""
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    return prepare


class Child:
    """A process of its own group: a Ctrl-C in the terminal reaches the supervisor only, which stops it in order.

    `stops` are the signals tried one after the other, each with the seconds left to obey; SIGKILL to the group ends it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stops: Sequence[tuple[signal.Signals, float]],
        as_user: int | None = None,
        as_group: int | None = None,
        log: Path | None = None,
    ) -> None:
        self.name = name
        self._stops = stops
        self._asked = False
        output = log.open("ab") if log else None
        try:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                user=as_user,
                group=as_group,
                extra_groups=[] if as_user is not None else None,
                preexec_fn=dies_with_parent(stops[0][0]),  # noqa: PLW1509 (the callers have a single thread)
            )
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int:
        """Process id, also the id of its group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        return self._process.wait(timeout)

    def ask_to_stop(self) -> None:
        """Send the first of its signals and return at once, so that several end together; `stop` does the rest."""
        if self._process.poll() is None and not self._asked:
            self._asked = True
            self._process.send_signal(self._stops[0][0])

    def stop(self) -> None:
        """Ask it to end, more and more firmly; return when nothing of its group is left."""
        self.ask_to_stop()
        for step, (signum, seconds) in enumerate(self._stops):
            if self._process.poll() is not None:
                break
            if step:
                self._process.send_signal(signum)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self._end_group()
        self._process.wait()

    def _end_group(self) -> None:
        """End what is left of its group: itself if it did not obey, or the children of a pool whose head was killed."""
        signum = signal.SIGKILL if self._process.poll() is None else signal.SIGTERM
        deadline = time.monotonic() + LEFT_OVERS_SECONDS
        while _lives(self.pid):
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)
            time.sleep(0.05)
            self._process.poll()
            if time.monotonic() > deadline:
                signum = signal.SIGKILL


def _lives(group: int) -> bool:
    """Return whether a process of the group runs (the dead whom nobody buried yet still count for killpg)."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # macOS answers the latter for a group of the dead
        return False
    return any(_is_in(process, group) for process in psutil.process_iter())


def _is_in(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
