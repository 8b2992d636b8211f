"""A real worker, on the file-system broker and on Redis where one is given: it takes messages, shows that it lives, ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery
from kombu import Connection

from passnum.celery import app
from tests.database import ROOT, FreshDatabase

REDIS = os.environ.get("TEST_REDIS_URL", "")
BROKERS = ["files", *(["redis"] if REDIS else [])]
SECONDS = 15.0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def empty_redis() -> str:
    """Return the address of a Redis database that nobody uses."""
    for number in range(15, 0, -1):
        url = f"{REDIS.rstrip('/')}/{number}"
        with redis.Redis.from_url(url) as client:
            if client.dbsize() == 0:
                return url
    raise AssertionError("every database of this Redis is in use")


class Worker:
    """A worker process on a fresh database, with a broker of its own; `redis_url` empty means files."""

    def __init__(self, database: FreshDatabase, folder: Path, redis_url: str) -> None:
        self.alive = folder / "alive"
        self.log = folder / "log"
        environment = database.environment() | {
            "PASSNUM_VAR": str(folder),
            "PASSNUM_WORKER_ALIVE_FILE": str(self.alive),
            "CELERY_BROKER_URL": redis_url,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "ignore:You:UserWarning", "-m", "celery", "--app", "passnum"),
                    *("--quiet", "worker", "--pool", "solo", "--loglevel", "INFO"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        queue = str(folder / "broker" / "queue")
        options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": f"{folder}/broker/control"}
        self.broker = (
            Connection(redis_url) if redis_url else Connection("filesystem://localhost", transport_options=options)
        )

    def send(self, task: str) -> None:
        with Celery(set_as_current=False) as sender:
            sender.send_task(task, connection=self.broker)


@pytest.fixture(params=BROKERS)
def worker(request: pytest.FixtureRequest, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[Worker]:
    redis_url = empty_redis() if request.param == "redis" else ""
    one = Worker(fresh_database, tmp_path, redis_url)
    wait_for(lambda: one.alive.exists() or one.process.poll() is not None)
    yield one
    one.process.kill()
    one.process.wait()
    one.broker.close()
    if redis_url:
        with redis.Redis.from_url(redis_url) as client:
            client.flushdb()


def test_every_regular_task_is_known_to_a_worker() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= app.tasks.keys()


def test_a_worker_takes_a_message_and_ends_when_told(worker: Worker) -> None:
    worker.send("passnum.kit.tasks.sweep_jobs")
    wait_for(lambda: "succeeded" in worker.log.read_text())
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(20) == 0
    assert not worker.alive.exists(), "a worker that ended well does not pass for alive"


def test_a_killed_worker_no_longer_shows_that_it_lives(worker: Worker) -> None:
    seen = worker.alive.stat().st_mtime_ns
    wait_for(lambda: worker.alive.stat().st_mtime_ns > seen)
    worker.process.kill()
    worker.process.wait()
    last = worker.alive.stat().st_mtime_ns
    time.sleep(1.5)
    assert worker.alive.stat().st_mtime_ns == last
