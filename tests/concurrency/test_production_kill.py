"""A worker killed anywhere leaves a register that is right, and the next ones end with exactly what was ordered."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from passnum.kit import jobs
from passnum.kit.jobs import LEASE, Lease
from passnum.kit.models import Job, JobBatch, JobStatus
from tests.concurrency.parallel import parallel
from tests.database import ROOT, FreshDatabase
from tests.guards import capture_after_commit
from tests.lifecycle import Scene
from tests.settings import TEST_ENVIRONMENT
from tests.vouchers.actions.unchanged import check_register
from vouchers.actions import production
from vouchers.actions.production import PRODUCE_ORDER, start_production
from vouchers.actions.production_file import batch_task, print_batch
from vouchers.models import Booklet, Movement, Order, ProductionFile, Ticket
from vouchers.register import check
from vouchers.states import Act

BATCH = 3
BOOKLETS = 10  # 4 batches of titles, then 4 files
LIVES: list[tuple[tuple[str, int], int]] = [
    # where it dies, how many batches are done then
    (("between booklets and tickets of batch", 1), 0),
    (("before the commit of batch", 2), 1),
    (("after the commit of batch", 2), 2),
    (("between booklets and tickets of batch", 2), 3),
    (("in the PDF", 1), 4),
    (("between the file and its row", 1), 4),
    (("before the commit of batch", 6), 5),
    (("after the commit of batch", 7), 7),
    (("before the activation", 1), 8),
    (("before it is said done", 1), 8),
]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(production, "BATCH_BOOKLETS", BATCH)


@pytest.fixture
def dying_worker(fresh_database: FreshDatabase) -> Iterator[Callable[..., int]]:
    """Live one life of a worker in another process; return the signal that ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.concurrency.dying_worker", str(BATCH)],
        env=fresh_database.environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def life(**order: Any) -> int:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield life
    process.communicate(timeout=10)


def started(scene: Scene) -> Job:
    """An order in production, funded for 7 of its booklets, whose job nobody has taken."""
    order = scene.approved((scene.ccas, 5, 6), (scene.other_ccas, 8, 4))
    scene.fund(order, 6 * 50_00 + 80_00 + 79_99)
    with capture_after_commit(execute=False):
        return start_production(order=order, by=scene.pilot, at=scene.tick())


def check_produced(order: Order) -> None:
    """Exactly what was ordered: numbers, tickets, funding and files."""
    booklets = list(Booklet.objects.filter(order=order).order_by("number"))
    assert [b.number for b in booklets] == list(range(1, BOOKLETS + 1))
    assert [b.size for b in booklets] == [5] * 6 + [8] * 4
    tickets = Ticket.objects.filter(booklet__order=order)
    assert tickets.count() == 6 * 5 + 4 * 8 == tickets.values("ref").distinct().count()
    assert [b.funded_at is not None for b in booklets] == [True] * 7 + [False] * 3
    assert Movement.objects.filter(act=Act.PRODUCE, subject=order.uid).count() == 4
    files = list(ProductionFile.objects.filter(order=order).order_by("batch"))
    assert [(f.first_number, f.last_number) for f in files] == [(1, 3), (4, 6), (7, 9), (10, 10)]
    folder = Path(settings.PRIVATE_ROOT) / "production" / order.reference
    assert sorted(p.name for p in folder.iterdir()) == [f"{n:05d}.pdf" for n in range(1, 5)]
    for file in files:
        path = Path(settings.PRIVATE_ROOT) / file.path
        assert hashlib.sha256(path.read_bytes()).digest() == bytes(file.sha256)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_bytes().rstrip().endswith(b"%%EOF")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that draw, for this process and for those that it starts."""
    monkeypatch.setattr(settings, "PRODUCTION_PROCESSES", 2)
    monkeypatch.setitem(os.environ, "PASSNUM_PRODUCTION_PROCESSES", "2")
    monkeypatch.setitem(TEST_ENVIRONMENT, "PASSNUM_PRODUCTION_PROCESSES", "2")


def of_this_database(name: str) -> list[int]:
    """The processes whose environment leads to a database."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"/{name}".encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
    return found


@pytest.mark.usefixtures("small_batches", "two_cores", "fresh_database")
def test_files_drawn_on_two_cores_are_those_of_one() -> None:
    scene = Scene()
    job = started(scene)
    assert jobs.run_job(job.uid, now=lambda: scene.now)
    order = Order.objects.get()
    check_produced(order)
    for file in ProductionFile.objects.filter(order=order):
        task = batch_task(order=order, batch=file.batch, first=file.first_number, last=file.last_number)
        assert print_batch(task).sha256 == bytes(file.sha256)
        assert task.partial.read_bytes() == (Path(settings.PRIVATE_ROOT) / file.path).read_bytes()
        task.partial.unlink()


@pytest.mark.usefixtures("small_batches", "two_cores")
def test_an_error_on_another_core_is_told_and_tried_again(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()
    job = started(scene)
    with monkeypatch.context() as broken:
        full = Path(settings.PRIVATE_ROOT) / "full"
        full.write_text("a file where a folder should be")
        broken.setattr(settings, "PRIVATE_ROOT", full)
        with pytest.raises(NotADirectoryError):
            jobs.run_job(job.uid, now=lambda: scene.now)
        full.unlink()
    job.refresh_from_db()
    assert (job.status, job.done_count, job.attempts_count) == (JobStatus.RUNNING, 4, 1)
    scene.tick()
    assert jobs.run_job(job.uid, now=lambda: scene.now)
    check_produced(Order.objects.get())


@pytest.mark.usefixtures("small_batches", "two_cores")
def test_a_worker_killed_takes_those_who_draw_for_it_along(
    fresh_database: FreshDatabase, dying_worker: Callable[..., int]
) -> None:
    scene = Scene()
    job = started(scene)
    before = set(of_this_database(fresh_database.name))
    ended = dying_worker(job=str(job.uid), at=scene.now.isoformat(), dies=("before the commit of batch", 6))
    assert ended == signal.SIGKILL
    assert JobBatch.objects.count() == 5
    deadline = time.monotonic() + 10
    while set(of_this_database(fresh_database.name)) - before:
        assert time.monotonic() < deadline, "a process outlives the worker that started it"
        time.sleep(0.05)
    assert jobs.run_job(job.uid, now=lambda: scene.now + LEASE * 2)
    check_produced(Order.objects.get())
    check_register()


@pytest.mark.usefixtures("small_batches")
def test_ten_kills_at_ten_places_end_with_exactly_the_booklets_ordered(dying_worker: Callable[..., int]) -> None:
    scene = Scene()
    job = started(scene)
    at = scene.now
    for dies, done in LIVES:
        assert dying_worker(job=str(job.uid), at=at.isoformat(), dies=dies) == signal.SIGKILL, dies
        job.refresh_from_db()
        assert (job.status, job.done_count, job.batches.count()) == (JobStatus.RUNNING, done, done), dies
        check_register()
        assert jobs.lapsed_jobs(at=at) == []  # its lease still runs: nobody else begins
        assert jobs.run_job(job.uid, now=lambda at=at: at) is False
        at += LEASE + timedelta(seconds=1)
        assert jobs.lapsed_jobs(at=at) == [job.uid]
    assert jobs.run_job(job.uid, now=lambda: at)
    job.refresh_from_db()
    assert (job.status, job.done_count) == (JobStatus.DONE, 8)
    check_produced(Order.objects.get())
    check_register()


@pytest.mark.usefixtures("small_batches")
def test_workers_at_once_produce_once(fresh_database: FreshDatabase) -> None:
    scene = Scene()
    job = started(scene)
    found = parallel(4, lambda _: jobs.run_job(job.uid, now=lambda: scene.now))
    assert Counter(found)[True] >= 1 and not any(isinstance(one, Exception) for one in found)
    check_produced(Order.objects.get())
    check_register()


def run_without_marks(job: Job, scene: Scene) -> None:
    """What a worker would do again if nothing told it what is done: every batch of titles."""
    order = Order.objects.get(uid=job.subject)
    for batch in production.batches_of(production.production_plan(order=order)):
        with transaction.atomic():
            production.produce_batch(order=order, batch=batch, at=scene.now)


@pytest.mark.usefixtures("small_batches")
def test_even_without_marks_the_numbers_of_the_series_refuse_a_second_time(fresh_database: FreshDatabase) -> None:
    scene = Scene()
    job = started(scene)
    run_without_marks(job, scene)
    with pytest.raises(IntegrityError, match="booklet_number_is_unique_in_its_wave"):
        run_without_marks(job, scene)
    assert Booklet.objects.count() == BOOKLETS
    check_register()


@pytest.mark.usefixtures("small_batches")
def test_control_without_marks_nor_unique_numbers_everything_is_produced_twice(
    fresh_database: FreshDatabase,
) -> None:
    scene = Scene()
    job = started(scene)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE vouchers_booklet DROP CONSTRAINT booklet_number_is_unique_in_its_wave")
    run_without_marks(job, scene)
    run_without_marks(job, scene)
    assert Booklet.objects.count() == 2 * BOOKLETS
    assert "ORDER_LINE_HELD" in {fault.rule for fault in check.faults()}


@pytest.mark.usefixtures("small_batches")
def test_control_without_lease_nor_marks_two_workers_at_once_meet(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both begin every batch; only the numbers of the series stop the second, in the middle of its work."""
    scene = Scene()
    job = started(scene)

    @contextmanager
    def batch(self: Lease, number: int) -> Iterator[datetime]:
        with transaction.atomic():
            yield scene.now

    monkeypatch.setattr(Lease, "batch", batch)
    runner = jobs.RUNNERS[PRODUCE_ORDER]
    found = parallel(2, lambda _: runner(Lease(job, job.uid, lambda: scene.now)))
    assert sum(isinstance(one, IntegrityError) for one in found) >= 1, found
    assert not JobBatch.objects.exists()
