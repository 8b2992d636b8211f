"""Gives a key to an act that has none of its own: the same request sent again finds it done."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from passnum.kit.actor import Actor
from passnum.kit.idempotency import claim


@transaction.atomic
def do_once(
    *,
    key: UUID,
    act: str,
    subject: UUID,
    do: Callable[[], object],
    by: Actor,
    at: datetime,
    content: Mapping[str, Any] | None = None,
) -> None:
    """Do an act on a subject, unless this key already did it; a refusal leaves the key free.

    Raises KeyReused, and whatever `do` raises.
    """
    scope = f"organisation:{by.organisation_id}"
    claimed = claim(
        key=key, act=act, scope=scope, content={"subject": subject, **(content or {})}, result=subject, at=at
    )
    if claimed.result is None:
        do()
