"""The sign of life of the worker: a file that it touches while it listens to the queue.

Read by /readyz where web and worker share a machine (WORKER_ALIVE_FILE). A worker without its broker, stopped or killed
no longer touches it.
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import bootsteps
from django.conf import settings

# Celery's timer sleeps until its next entry, and a worker that is told to stop waits for it.
TOUCH_SECONDS = 1.0
# A machine busy with a long page of booklets is late, not dead.
LATE_SECONDS = 20.0


class AliveFile(bootsteps.StartStopStep):
    """Step of the worker: touch WORKER_ALIVE_FILE as long as the worker can take messages."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._path = Path(settings.WORKER_ALIVE_FILE) if settings.WORKER_ALIVE_FILE else None
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        """Touch the file now and every second."""
        if self._path:
            self._path.touch()
            self._timer = consumer.timer.call_repeatedly(TOUCH_SECONDS, self._path.touch)

    def stop(self, consumer: Any) -> None:
        """Remove the file: this worker takes no more messages."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._path:
            with suppress(FileNotFoundError):
                self._path.unlink()


def worker_is_alive(path: Path) -> bool:
    """Return whether a worker touched the file a short while ago."""
    try:
        return time.time() - path.stat().st_mtime < LATE_SECONDS
    except FileNotFoundError:
        return False
