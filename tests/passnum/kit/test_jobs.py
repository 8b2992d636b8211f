"""Long work: once whatever is lost, killed or repeated; a person is told when it is given up."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from passnum.kit import jobs, tasks
from passnum.kit.actor import SYSTEM
from passnum.kit.audit import record_audit
from passnum.kit.errors import NotAllowed
from passnum.kit.jobs import LEASE, MOST_ATTEMPTS, Lease, LeaseLost, create_job, lapsed_jobs, restart_job, run_job, take
from passnum.kit.models import AuditEntry, Job, JobBatch, JobStatus
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIND = "TEST_WRITE"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def write_one(lease: Lease, number: int) -> None:
    with lease.batch(number) as at:
        record_audit(act=KIND, subject_type="job", subject=lease.job.subject, by=SYSTEM, at=at, batch=number)
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that writes one audit line per batch: what it did can be counted."""

    def write(lease: Lease) -> None:
        for number in lease.pending():
            write_one(lease, number)

    monkeypatch.setitem(jobs.RUNNERS, KIND, write)


def make(total: int = 4) -> Job:
    return create_job(kind=KIND, subject=uuid.uuid4(), total=total, at=START)


def written(job: Job) -> list[int]:
    found = AuditEntry.objects.filter(act=KIND, subject=job.subject).order_by("pk")
    return [entry.details["batch"] for entry in found]


def state(job: Job) -> tuple[str, int, int]:
    job.refresh_from_db()
    return job.status, job.done_count, job.attempts_count


@pytest.mark.django_db
def test_a_job_does_its_batches_in_order_and_once(clock: Clock) -> None:
    job = make()
    assert run_job(job.uid, now=clock)
    assert written(job) == [1, 2, 3, 4]
    assert state(job) == (JobStatus.DONE, 4, 0)
    assert (job.finished_at, job.lease_until, job.error) == (START, None, "")
    assert run_job(job.uid, now=clock)  # a second message does nothing more
    assert run_job(uuid.uuid4(), now=clock) is False
    assert written(job) == [1, 2, 3, 4]


@pytest.mark.django_db
def test_a_subject_has_one_job(clock: Clock) -> None:
    job = make()
    assert create_job(kind=KIND, subject=job.subject, total=9, at=START, other=True) == job
    assert Job.objects.get(pk=job.pk).total_count == 4


@pytest.mark.django_db
def test_a_batch_is_marked_once_by_the_database() -> None:
    job = make()
    JobBatch.objects.create(job=job, number=1, done_at=START)
    with pytest.raises(IntegrityError, match="job_batch_is_done_once"), transaction.atomic():
        JobBatch.objects.create(job=job, number=1, done_at=START)


@pytest.mark.django_db
def test_a_job_in_hand_is_not_taken_until_its_lease_lapses(clock: Clock) -> None:
    job = make()
    first = take(job.uid, now=clock)
    assert first and take(job.uid, now=clock) is None
    assert run_job(job.uid, now=clock) is False
    clock.at = START + LEASE
    assert take(job.uid, now=clock) is None
    clock.at += timedelta(microseconds=1)
    assert take(job.uid, now=clock)


@pytest.mark.django_db
def test_each_batch_renews_the_lease(clock: Clock) -> None:
    job = make()
    lease = take(job.uid, now=clock)
    assert lease
    clock.at = START + LEASE - timedelta(seconds=1)
    with lease.batch(1):
        pass
    job.refresh_from_db()
    assert job.lease_until == clock.at + LEASE
    clock.at += timedelta(seconds=2)
    assert take(job.uid, now=clock) is None


@pytest.mark.django_db
def test_whoever_lost_the_lease_writes_nothing_more(clock: Clock) -> None:
    job = make()
    slow = take(job.uid, now=clock)
    assert slow
    clock.at += 2 * LEASE
    quick = take(job.uid, now=clock)
    assert quick
    with pytest.raises(LeaseLost), slow.batch(1):
        pytest.fail("the batch must not begin")
    with quick.batch(1):
        pass
    with pytest.raises(LeaseLost), quick.batch(1):  # nor twice by the one that holds it
        pytest.fail("the batch must not begin")
    assert list(job.batches.values_list("number", flat=True)) == [1]


@pytest.mark.django_db
def test_an_error_undoes_its_batch_and_the_next_attempt_goes_on(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    job, broken = make(), [True]
    write = jobs.RUNNERS[KIND]

    def breaks_in_the_third(lease: Lease) -> None:
        if not broken:
            return write(lease)
        for number in lease.pending():
            with lease.batch(number) as at:
                record_audit(act=KIND, subject_type="job", subject=lease.job.subject, by=SYSTEM, at=at, batch=number)
                if number == 3:
                    raise OSError(28, "No space left on device")
        return None

    monkeypatch.setitem(jobs.RUNNERS, KIND, breaks_in_the_third)
    with pytest.raises(OSError, match="No space"):
        run_job(job.uid, now=clock)
    assert written(job) == [1, 2]
    assert state(job) == (JobStatus.RUNNING, 2, 1)
    assert job.error == "Essai 1 sur 10, un autre suit. OSError : [Errno 28] No space left on device"
    assert run_job(job.uid, now=clock) is False  # it breathes a little before
    broken.clear()
    clock.at += timedelta(seconds=6)
    assert run_job(job.uid, now=clock)
    assert written(job) == [1, 2, 3, 4]
    assert state(job) == (JobStatus.DONE, 4, 0)
    assert job.error == ""


def fail_until_given_up(job: Job, clock: Clock) -> list[float]:
    """Run until nothing more happens; return the seconds waited between attempts."""
    waits = []
    for _ in range(MOST_ATTEMPTS + 3):
        try:
            if run_job(job.uid, now=clock) is False:
                break
        except OSError:
            job.refresh_from_db()
            assert job.lease_until is not None
            waits.append((job.lease_until - clock.at).total_seconds())
            clock.at = job.lease_until + timedelta(seconds=1)
    return waits


@pytest.mark.django_db
def test_a_job_that_always_fails_waits_for_a_person(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_lease: Lease) -> None:
        raise OSError(28, "No space left on device")

    write = jobs.RUNNERS[KIND]
    monkeypatch.setitem(jobs.RUNNERS, KIND, breaks)
    job = make()
    assert fail_until_given_up(job, clock) == [5.0 * n for n in range(1, MOST_ATTEMPTS + 1)]
    assert state(job) == (JobStatus.FAILED, 0, MOST_ATTEMPTS)
    assert job.get_status_display() == "En échec"
    assert job.error.startswith("Abandon après 10 essais : prévenez la personne qui exploite le service.")
    assert "No space left on device" in job.error
    assert lapsed_jobs(at=clock.at + 10 * LEASE) == []

    monkeypatch.setitem(jobs.RUNNERS, KIND, write)
    assert restart_job(job.uid)
    assert not restart_job(job.uid)
    assert lapsed_jobs(at=clock.at) == [job.uid]
    assert run_job(job.uid, now=clock)
    assert written(job) == [1, 2, 3, 4]


@pytest.mark.django_db
def test_a_refusal_is_final_at_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses_the_second(lease: Lease) -> None:
        write_one(lease, 1)
        with lease.batch(2):
            raise NotAllowed

    write = jobs.RUNNERS[KIND]
    monkeypatch.setitem(jobs.RUNNERS, KIND, refuses_the_second)
    job = make()
    with pytest.raises(NotAllowed):
        run_job(job.uid, now=clock)
    assert state(job) == (JobStatus.FAILED, 1, 1)
    assert job.error == NotAllowed.message
    assert lapsed_jobs(at=clock.at + 10 * LEASE) == []
    assert run_job(job.uid, now=lambda: clock.at + 10 * LEASE) is False

    monkeypatch.setitem(jobs.RUNNERS, KIND, write)
    assert restart_job(job.uid)
    assert run_job(job.uid, now=clock)
    assert written(job) == [1, 2, 3, 4]


@pytest.mark.django_db
def test_an_error_tells_no_code(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaks(_lease: Lease) -> None:
        raise ValueError("unreadable: 7K3M Q0ZD 4XW9T, asked by jean@exemple.fr\nDETAIL: more")

    monkeypatch.setitem(jobs.RUNNERS, KIND, leaks)
    job = make()
    with pytest.raises(ValueError, match="unreadable"):
        run_job(job.uid, now=clock)
    job.refresh_from_db()
    assert job.error.endswith("ValueError : unreadable: [masqué], asked by [masqué]")


@pytest.fixture
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that the sweeper sends."""
    sent: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    return sent


@pytest.mark.django_db
def test_the_sweeper_takes_up_what_nobody_holds(clock: Clock, wake_ups: list[str], monkeypatch: Any) -> None:
    waiting, held, lapsed, done, failed = (make() for _ in range(5))
    assert take(held.uid, now=clock) and take(lapsed.uid, now=clock)
    assert run_job(done.uid, now=clock)
    Job.objects.filter(pk=failed.pk).update(status=JobStatus.FAILED)
    clock.at += LEASE + timedelta(seconds=1)
    Job.objects.filter(pk=held.pk).update(lease_until=clock.at + LEASE)
    monkeypatch.setattr("passnum.kit.clock.now", clock)
    tasks.sweep_jobs()
    assert wake_ups == [str(waiting.uid), str(lapsed.uid)]


@pytest.mark.django_db
def test_a_task_received_twice_does_nothing_more() -> None:
    job = make()
    tasks.run_job(str(job.uid))
    tasks.run_job(str(job.uid))
    assert written(job) == [1, 2, 3, 4]


def race(job: Job, clock: Clock, workers: int = 4) -> list[Any]:
    return parallel(workers, lambda _: run_job(job.uid, now=clock))


def test_workers_at_once_do_each_batch_once(fresh_database: FreshDatabase, clock: Clock) -> None:
    job = make(6)
    found = race(job, clock)
    assert found.count(True) >= 1 and not any(isinstance(one, Exception) for one in found)
    assert sorted(written(job)) == [1, 2, 3, 4, 5, 6]
    assert state(job) == (JobStatus.DONE, 6, 0)


@pytest.fixture
def everybody_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers whose clocks disagree: each believes that the lease of the others has lapsed."""

    def take_anyway(job_uid: uuid.UUID, *, now: Callable[[], datetime]) -> Lease | None:
        worker = uuid.uuid4()
        unfinished = Job.objects.filter(uid=job_uid).exclude(status=JobStatus.DONE)
        taken = unfinished.update(status=JobStatus.RUNNING, worker=worker, lease_until=now() + LEASE)
        return Lease(Job.objects.get(uid=job_uid), worker, now) if taken else None

    monkeypatch.setattr(jobs, "take", take_anyway)


@pytest.mark.usefixtures("everybody_takes_it")
def test_workers_that_take_the_job_from_one_another_do_each_batch_once(
    fresh_database: FreshDatabase, clock: Clock
) -> None:
    job = make(6)
    race(job, clock)
    while not run_job(job.uid, now=clock):
        pass
    assert sorted(written(job)) == [1, 2, 3, 4, 5, 6]


@pytest.fixture
def marks_off(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The control: neither the lease nor the unique mark of a batch is looked at."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE kit_jobbatch DROP CONSTRAINT job_batch_is_done_once")

    @contextmanager
    def batch(self: Lease, number: int) -> Iterator[datetime]:
        with transaction.atomic():
            JobBatch.objects.create(job=self.job, number=number, done_at=self.now())
            yield self.now()

    monkeypatch.setattr(Lease, "batch", batch)
    monkeypatch.setattr(Lease, "pending", lambda self: list(range(1, self.job.total_count + 1)))
    yield


@pytest.mark.usefixtures("everybody_takes_it", "marks_off")
def test_control_without_lease_nor_mark_the_work_is_done_twice(clock: Clock) -> None:
    job = make(6)
    race(job, clock)
    assert sorted(written(job)) == sorted([1, 2, 3, 4, 5, 6] * 4)


def test_a_worker_waits_for_a_batch_in_progress_then_leaves_it(fresh_database: FreshDatabase, clock: Clock) -> None:
    """A lease taken over in the middle of a batch: the batch in progress ends, the other finds it done."""
    job = make(1)
    slow = take(job.uid, now=clock)
    assert slow
    later = clock.at + 2 * LEASE

    def act(index: int) -> Any:
        if index == 0:
            with slow.batch(1) as at:
                record_audit(act=KIND, subject_type="job", subject=job.subject, by=SYSTEM, at=at, batch=1)
                time.sleep(0.3)
            return "done"
        time.sleep(0.1)
        return run_job(job.uid, now=lambda: later)

    assert parallel(2, act) == ["done", True]
    assert written(job) == [1]
