"""Write one audit line (step 6 of an action)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg2.extras import Json

from passnum.kit.actor import Actor
from passnum.kit.together import Part, run_together


def record_audit(*, act: str, subject_type: str, subject: UUID | None, by: Actor, at: datetime, **details: Any) -> None:
    """Append an audit line; `details` hold ids, counts and codes of choices, never a name nor a spendable code."""
    run_together([audit_part(act=act, subject_type=subject_type, subject=subject, by=by, at=at, **details)])


_AUDIT = """
INSERT INTO kit_auditentry (uid, act, subject_type, subject, details, recorded_at, by_kind, by_id, by_organisation,
    by_role)
VALUES (%(audit_uid)s, %(audit_act)s, %(audit_subject_type)s, %(audit_subject)s, %(audit_details)s, %(audit_at)s,
    %(audit_by_kind)s, %(audit_by_id)s, %(audit_by_organisation)s, %(audit_by_role)s)"""


def audit_part(*, act: str, subject_type: str, subject: UUID | None, by: Actor, at: datetime, **details: Any) -> Part:
    """Return what `record_audit` would write, for `run_together`."""
    row = {
        "uid": uuid4(),
        "act": act,
        "subject_type": subject_type,
        "subject": subject,
        "details": Json(details),
        "at": at,
        **by.columns(),
    }
    return Part("audit", _AUDIT, {f"audit_{name}": value for name, value in row.items()})
