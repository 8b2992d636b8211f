from uuid import UUID

from passnum.kit.models import Job


def job_of(*, kind: str, subject: UUID) -> Job | None:
    """Return the one job of a kind on a subject, None when none was asked."""
    return Job.objects.filter(kind=kind, subject=subject).first()
