"""Wake-ups of long work. The Job row is the truth: a lost message is made up for within a minute."""

from uuid import UUID

from celery import shared_task

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
