"""Write one audit line (step 6 of an action)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from passnum.kit.actor import Actor
from passnum.kit.models import AuditEntry


def record_audit(*, act: str, subject_type: str, subject: UUID | None, by: Actor, at: datetime, **details: Any) -> None:
    """Append an audit line; `details` hold ids, counts and codes of choices, never a name nor a spendable code."""
    AuditEntry.objects.create(
        act=act, subject_type=subject_type, subject=subject, details=details, recorded_at=at, **by.columns()
    )
