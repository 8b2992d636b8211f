"""A real Celery worker on the file-system broker: woken up by a message, killed, taken up again at the next start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from passnum.kit.models import Job, JobStatus
from tests.database import ROOT, FreshDatabase
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import check_register
from tools.processes import Child
from vouchers.models import Booklet, Order, ProductionFile, Ticket

SECONDS = 60.0  # what a slow machine may take; it takes about five
WEB = """
import sys
import django
django.setup()
from uuid import UUID
from passnum.kit import clock
from passnum.kit.actor import Actor, ActorKind
from vouchers.actions.production import start_production
from vouchers.models import Order
for reference in sys.argv[1:]:
    order = Order.objects.get(reference=reference)
    start_production(order=order, by=Actor(ActorKind.USER, UUID(int=1), None, "PILOT"), at=clock.now())
"""

Worker = Callable[[], Child]


@pytest.fixture
def environment(fresh_database: FreshDatabase, tmp_path: Path) -> dict[str, str]:
    """What web and worker share in a trial: a database, and a folder for messages."""
    return fresh_database.environment() | {
        "CELERY_BROKER_URL": "",
        "CELERY_BROKER_FOLDER": str(tmp_path / "broker"),
        "PASSNUM_WORKER_ALIVE_FILE": str(tmp_path / "alive"),
    }


@pytest.fixture
def start_worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """Start a worker as `make run` does, and wait until it listens."""
    workers: list[Child] = []

    def start() -> Child:
        alive = tmp_path / "alive"
        alive.unlink(missing_ok=True)
        workers.append(
            Child(
                "worker",
                [
                    *(sys.executable, "-W", "ignore:You're running the worker with superuser", "-m", "celery"),
                    *("--app", "passnum", "--quiet", "worker", "--pool", "solo", "--loglevel", "WARNING"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                env=environment,
                cwd=ROOT,
                stops=((signal.SIGKILL, 5.0),),
                log=tmp_path / "worker.log",
            )
        )
        wait_until(alive.exists, tmp_path)
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


def wait_until(is_so: Callable[[], bool], tmp_path: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()
        time.sleep(0.02)


def job_of(order: Order) -> Job:
    return Job.objects.get(subject=order.uid)


def ask(environment: dict[str, str], *orders: Order) -> None:
    """The web process: it commits, leaves a message per order in the folder, and is gone."""
    command = [sys.executable, "-c", WEB, *(order.reference for order in orders)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=SECONDS)


def has_message(order: Order, tmp_path: Path) -> bool:
    """Tell whether the wake-up of an order's job waits in the folder."""
    uid = str(job_of(order).uid)
    return any(uid in path.read_text() for path in (tmp_path / "broker" / "queue").iterdir())


def check_produced(order: Order, booklets: int, files: int) -> None:
    """Exactly what was ordered, active, with its files, in a register that is right."""
    first = Order.objects.get(pk=order.pk).first_booklet_number or 0
    made = Booklet.objects.filter(order=order, funded_at__isnull=False).order_by("number")
    assert list(made.values_list("number", flat=True)) == list(range(first, first + booklets))
    assert Ticket.objects.filter(booklet__order=order).count() == booklets * 5
    assert ProductionFile.objects.filter(order=order).count() == files
    check_register()


def test_a_worker_is_woken_up_killed_and_replaced(
    environment: dict[str, str], start_worker: Worker, tmp_path: Path
) -> None:
    scene = Scene()
    long, short = scene.approved((scene.ccas, 5, 260)), scene.approved((scene.ccas, 5, 4))
    for order in (long, short):
        scene.fund(order)
    ask(environment, long, short)
    assert has_message(long, tmp_path) and has_message(short, tmp_path)
    assert not Booklet.objects.exists()

    worker = start_worker()
    wait_until(lambda: job_of(long).done_count >= 1, tmp_path)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    assert not has_message(long, tmp_path)  # the broker has forgotten the one in hand: only its Job row knows
    left = job_of(long)
    assert left.status == JobStatus.RUNNING and left.done_count < left.total_count
    check_register()

    Job.objects.filter(pk=left.pk).update(lease_until=timezone.now())  # a minute and a half later
    start_worker()  # it looks for what was left as soon as it listens, and reads the message that waited
    wait_until(lambda: {job_of(long).status, job_of(short).status} == {JobStatus.DONE}, tmp_path)
    check_produced(long, 260, files=2)
    check_produced(short, 4, files=1)
    assert not has_message(short, tmp_path)
