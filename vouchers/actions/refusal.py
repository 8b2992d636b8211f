"""A refused attempt on a stock is kept: who tried what, and the code of the refusal; never what was typed."""

from datetime import datetime
from uuid import UUID

from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError


def keep_refusal(
    refusal: DomainError, *, act: str, subject_type: str, subject: UUID | None, by: Actor, at: datetime
) -> None:
    """Write an audit line for an act that was refused and rolled back. `subject` names what it was tried on."""
    numbers = {name: value for name, value in refusal.details.items() if isinstance(value, int)}
    record_audit(
        act=f"{act}_REFUSED", subject_type=subject_type, subject=subject, by=by, at=at, code=refusal.code, **numbers
    )
