"""Children end with the supervisor, in order, whatever they answer to signals."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tools.processes import Child

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
# The head of a pool: its own child knows nothing of signals.
POOL = (
    f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).pid, flush=True); {SLEEPER}"
)


def start(code: str, log: Path, *, patience: float = 5.0) -> Child:
    child = Child(
        "essai",
        [sys.executable, "-c", code],
        env=os.environ,
        cwd=log.parent,
        stops=((signal.SIGTERM, patience),),
        log=log,
    )
    wait_for(lambda: "up" in log.read_text())
    return child


def wait_for(condition: object, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_child_stops_when_told(tmp_path: Path) -> None:
    child = start(SLEEPER, tmp_path / "log")
    assert child.exit_code() is None
    child.ask_to_stop()
    child.stop()
    assert child.exit_code() == -signal.SIGTERM


def test_a_deaf_child_is_ended(tmp_path: Path) -> None:
    child = start(DEAF, tmp_path / "log", patience=0.2)
    child.stop()
    assert child.exit_code() == -signal.SIGKILL


def test_what_a_killed_child_leaves_is_ended(tmp_path: Path) -> None:
    child = start(POOL, tmp_path / "log")
    orphan = int((tmp_path / "log").read_text().split()[0])
    os.kill(child.pid, signal.SIGKILL)
    wait_for(lambda: child.exit_code() is not None)
    assert is_running(orphan)
    child.stop()
    wait_for(lambda: not is_running(orphan))


def test_ctrl_c_in_the_terminal_does_not_reach_a_child(tmp_path: Path) -> None:
    child = start(SLEEPER, tmp_path / "log")
    try:
        assert os.getpgid(child.pid) == child.pid != os.getpgrp()
    finally:
        child.stop()


def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, signal, sys, time\n"
            "from pathlib import Path\n"
            "from tools.processes import Child\n"
            f"child = Child('essai', [sys.executable, '-c', {SLEEPER!r}], env=os.environ, cwd=Path('.'),\n"
            "              stops=((signal.SIGTERM, 5.0),), log=Path(sys.argv[1]))\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)\n",
            str(tmp_path / "log"),
        ],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout
    with supervisor.stdout as output:
        child = int(output.readline())
    wait_for(lambda: (tmp_path / "log").is_file() and "up" in (tmp_path / "log").read_text())
    supervisor.kill()
    supervisor.wait()
    wait_for(lambda: not is_running(child))
