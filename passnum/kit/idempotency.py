"""The same request twice counts once: the unique key settles the race, in the database.

`claim` is an action's first step, inside its transaction. Two requests with one key: the second waits on the unique
index until the first commits (then reads its result) or rolls back (then goes on). Only final outcomes stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from passnum.kit.canonical import digest_of
from passnum.kit.errors import KeyReused


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a key stands for: `result` is the public id of the first outcome, None when this call is the first."""

    key: UUID
    result: UUID | None


def claim(*, key: UUID, act: str, scope: str, content: Mapping[str, Any], result: UUID, at: datetime) -> Claimed:
    """Reserve a key for this act, or find the outcome it already had.

    `scope` names who may replay it (a site, an organisation); `content` is the canonical input; `result` the public
    id that the act is about to create.

    Raises KeyReused when the key was used in another scope, for another act or with other content.
    """
    content_hash = digest_of({"act": act, "content": content})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_idempotencykey (key, act, scope, content_hash, result, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
            [key, act, scope, content_hash, result, at],
        )
        if cursor.rowcount == 1:
            return Claimed(key, None)
        cursor.execute("SELECT act, scope, content_hash, result FROM kit_idempotencykey WHERE key = %s", [key])
        row = cursor.fetchone()
    if row is None:  # the first one rolled back between the two statements
        return claim(key=key, act=act, scope=scope, content=content, result=result, at=at)
    if (row[0], row[1], bytes(row[2])) != (act, scope, content_hash):
        raise KeyReused
    return Claimed(key, row[3])
