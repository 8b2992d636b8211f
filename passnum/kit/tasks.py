"""Wake-ups of long work. The Job row is the truth: a lost message is made up for within a minute."""

from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from passnum.kit import clock, jobs


@shared_task
def run_job(job_uid: str) -> None:
    """Run one job if nobody else holds it."""
    jobs.run_job(UUID(job_uid))


@shared_task
def sweep_jobs() -> None:
    """Take up every lapsed job (at worker start and every minute)."""
    for uid in jobs.lapsed_jobs(at=clock.now()):
        run_job.delay(str(uid))


@worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """What a crash left is looked for as soon as a worker listens."""
    sweep_jobs.delay()
