"""Long work that survives a crash and produces once (register.md, *Long work*).

A runner is registered by kind. It is called with a `Lease`; for each numbered batch it calls `lease.batch(number)`, a
transaction that writes the batch's mark beside what the batch produced. The unique mark settles a race between two
workers; the lease only keeps them from meeting.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import Q

from passnum.kit import clock
from passnum.kit.errors import DomainError
from passnum.kit.logs import mask
from passnum.kit.models import Job, JobBatch, JobStatus

logger = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

# Longer than any batch; a lapsed lease is taken up by the sweeper, which looks every minute.
LEASE = timedelta(seconds=90)
# A job that failed this many times waits for a person.
MOST_ATTEMPTS = 10


class LeaseLost(Exception):
    """Another worker took the job up: this one stops, its open batch rolls back."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on a job; `now` is the clock it reads (a simulation brings its own)."""

    job: Job
    worker: UUID
    now: Clock = clock.now

    def pending(self) -> list[int]:
        """Return the numbers of the batches still to do."""
        done = set(JobBatch.objects.filter(job=self.job).values_list("number", flat=True))
        return [n for n in range(1, self.job.total_count + 1) if n not in done]

    @contextmanager
    def batch(self, number: int, **result: Any) -> Iterator[datetime]:
        """Do one batch in a transaction, with its mark; yields the instant to use as `at`.

        Raises LeaseLost when another worker holds the job or has done the batch.
        """
        at = self.now()
        with transaction.atomic():
            held = Job.objects.filter(pk=self.job.pk, worker=self.worker, status=JobStatus.RUNNING)
            if not held.update(lease_until=at + LEASE):
                raise LeaseLost
            _, is_new = JobBatch.objects.get_or_create(
                job=self.job, number=number, defaults={"done_at": at, "result": result}
            )
            if not is_new:
                raise LeaseLost
            yield at
            Job.objects.filter(pk=self.job.pk).update(done_count=JobBatch.objects.filter(job=self.job).count())


Runner = Callable[[Lease], None]
RUNNERS: dict[str, Runner] = {}


def register(kind: str) -> Callable[[Runner], Runner]:
    """Declare the function that runs jobs of a kind."""

    def decorate(runner: Runner) -> Runner:
        RUNNERS[kind] = runner
        return runner

    return decorate


def create_job(*, kind: str, subject: UUID, total: int, at: datetime, **parameters: Any) -> Job:
    """Create the job of a subject, or return the one it has (unique by kind and subject)."""
    job, _ = Job.objects.get_or_create(
        kind=kind, subject=subject, defaults={"total_count": total, "created_at": at, "parameters": parameters}
    )
    return job


def take(job_uid: UUID, *, now: Clock = clock.now) -> Lease | None:
    """Take a waiting or lapsed job; None when it is done, failed or held by another worker."""
    worker, at = uuid4(), now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    taken = (
        Job.objects.filter(free, uid=job_uid, status__in=[JobStatus.WAITING, JobStatus.RUNNING])
        .filter(attempts_count__lt=MOST_ATTEMPTS)
        .update(status=JobStatus.RUNNING, worker=worker, lease_until=at + LEASE)
    )
    return Lease(Job.objects.get(uid=job_uid), worker, now) if taken else None


def _is_final(error: Exception, attempts: int) -> bool:
    """Tell whether a person must look first. A refusal is final at once: trying again would be refused again."""
    return isinstance(error, DomainError) or attempts >= MOST_ATTEMPTS


def _told(error: Exception, attempts: int) -> str:
    """Say in French what a screen shows of a failure: what happened, and what comes next."""
    if isinstance(error, DomainError):
        return mask(error.sentence)[:300]
    if attempts < MOST_ATTEMPTS:
        what_next = f"Essai {attempts} sur {MOST_ATTEMPTS}, un autre suit."
    else:
        what_next = f"Abandon après {attempts} essais : prévenez la personne qui exploite le service."
    first_line = next(iter(str(error).splitlines()), "")
    return f"{what_next} {mask(f'{type(error).__name__} : {first_line}')}"[:300]


def restart_job(job_uid: UUID) -> bool:
    """Give a job that was given up its attempts back, once its cause is mended; tell whether there was one.

    What it had done stays done. The sweeper, or the caller's wake-up, takes it up.
    """
    given_up = Job.objects.filter(uid=job_uid, status=JobStatus.FAILED)
    return bool(given_up.update(status=JobStatus.WAITING, attempts_count=0, lease_until=None, error=""))


def run_job(job_uid: UUID, *, now: Clock = clock.now) -> bool:
    """Run a job to its end if it can be taken; tell whether it is done after this call.

    An error gives the lease back at once with the attempt counted, so that the sweeper tries again; a refusal is final.
    """
    lease = take(job_uid, now=now)
    if lease is None:
        return Job.objects.filter(uid=job_uid, status=JobStatus.DONE).exists()
    mine = Job.objects.filter(pk=lease.job.pk, worker=lease.worker)
    try:
        RUNNERS[lease.job.kind](lease)
    except LeaseLost:
        return False
    except Exception as error:
        attempts = lease.job.attempts_count + 1
        mine.update(
            attempts_count=attempts,
            lease_until=now() + timedelta(seconds=5 * attempts),
            error=_told(error, attempts),
            status=JobStatus.FAILED if _is_final(error, attempts) else JobStatus.RUNNING,
        )
        raise
    return bool(mine.update(status=JobStatus.DONE, finished_at=now(), lease_until=None, error="", attempts_count=0))


def lapsed_jobs(*, at: datetime) -> list[UUID]:
    """Return the jobs that nobody holds and that are not done, oldest first."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    unfinished = Job.objects.filter(free, status__in=[JobStatus.WAITING, JobStatus.RUNNING])
    return list(unfinished.order_by("created_at", "pk").values_list("uid", flat=True))
