"""The web service as `make run` starts it, on a database of the bench."""

import secrets
import signal
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.database import ROOT, FreshDatabase
from tools.processes import Child
from tools.run import web_command

START_SECONDS = 30.0


@contextmanager
def served(database: FreshDatabase) -> Iterator[int]:
    """Serve until the end of the block; give the port (loopback only)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="passnum-bench-") as folder:
        static = Path(folder) / "static"
        static.mkdir()
        server = Child(
            "gunicorn",
            web_command(port),
            env=database.environment()
            | {
                "PASSNUM_ENV": "trial",
                "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
                "PASSNUM_VAR": folder,
                "CONN_MAX_AGE": "600",
            },
            cwd=ROOT,
            stops=((signal.SIGTERM, 7.0), (signal.SIGQUIT, 2.0)),
            log=Path(folder) / "log",
        )
        try:
            _wait(port, Path(folder) / "log")
            yield port
        finally:
            server.stop()


def _wait(port: int, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with opener.open(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
