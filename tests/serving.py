"""The web service as `make run` starts it, real processes, on a database of a test or of the bench."""

import secrets
import signal
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.database import ROOT, process_environment
from tools.database_roles import DatabaseUrls
from tools.processes import Child
from tools.run import web_command

START_SECONDS = 60.0
APPLICATION = "passnum.wsgi:application"


@contextmanager
def served(urls: DatabaseUrls, *, application: str = APPLICATION, environment: str = "trial") -> Iterator[int]:
    """Serve until the end of the block; give the port (loopback only). Another `application` may wrap the product's.

    Pages need their static files gathered, but in the `environment` « test »; the API does not.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="passnum-web-") as folder:
        static = Path(folder) / "static"
        static.mkdir()
        server = Child(
            "gunicorn",
            [application if part == APPLICATION else part for part in web_command(port)],
            env=process_environment(urls)
            | {
                "PASSNUM_ENV": environment,
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
