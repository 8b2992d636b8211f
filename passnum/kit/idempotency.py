"""The same request twice counts once: the unique key settles the race, in the database.

Two doors. `claim` is an action's first step, inside its transaction: the second request with one key waits until the
first commits (then reads its result) or rolls back (then goes on). The counter, where each statement counts, does not
wait: it asks for the key's turn (`turn_of`) in the statement that reads, and writes the key (`key_part`) in the one that
writes; a second request meanwhile is told InProgress, and repeats. Only final outcomes stay.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from passnum.kit.canonical import digest_of
from passnum.kit.errors import DomainError, KeyReused
from passnum.kit.together import Part


class InProgress(DomainError):
    """The same request is being served at this moment: its outcome is not known yet, and this answer is none."""

    code = "IN_PROGRESS"
    message = "Cette demande est déjà en cours. Répétez-la dans un instant : elle ne comptera qu’une fois."
    status = 409


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a key stands for: `result` is the public id of the first outcome, None when this call is the first."""

    key: UUID
    result: UUID | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its key holds it: `scope` names who may repeat it (a place, an organisation)."""

    key: UUID
    act: str
    scope: str
    content_hash: bytes

    def result_of(self, row: tuple[str, str, bytes, UUID]) -> UUID:
        """Return the outcome of a stored (act, scope, content hash, result). Raises KeyReused when it is another's."""
        if (row[0], row[1], bytes(row[2])) != (self.act, self.scope, self.content_hash):
            raise KeyReused
        return row[3]


def request_of(*, key: UUID, act: str, scope: str, content: Mapping[str, Any]) -> Request:
    """Return the request of a key; `content` is its canonical input."""
    return Request(key, act, scope, digest_of({"act": act, "content": content}))


def turn_of(key: UUID, *, of: str = "key") -> int:
    """Return the number (signed, 64 bits) of the advisory lock that a request with this key holds until it ends.

    A digest: callers draw their keys, and none may be drawn that takes another lock of the project. `of` keeps apart
    what is not a request's key.
    """
    return int.from_bytes(hashlib.sha256(f"{of}:{key}".encode()).digest()[:8], "big", signed=True)


def take_turn(key: UUID) -> None:
    """Wait for the turn of a key, and hold it until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turn_of(key)])


def served(request: Request) -> UUID | None:
    """Return the outcome that a request had, None when it had none. Raises KeyReused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, scope, content_hash, result FROM kit_idempotencykey WHERE key = %s", [request.key])
        row = cursor.fetchone()
    return request.result_of(row) if row else None


def key_part(request: Request, *, result: UUID, at: datetime) -> Part:
    """Return the write of a key with its outcome, for `run_together`."""
    return Part(
        "kept_key",
        "INSERT INTO kit_idempotencykey (key, act, scope, content_hash, result, recorded_at)"
        " VALUES (%(key_key)s, %(key_act)s, %(key_scope)s, %(key_hash)s, %(key_result)s, %(key_at)s)",
        {
            "key_key": request.key,
            "key_act": request.act,
            "key_scope": request.scope,
            "key_hash": request.content_hash,
            "key_result": result,
            "key_at": at,
        },
    )


# The turn is taken before the key is looked at, so that the two doors cannot wait for each other.
_CLAIM = """
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s))
INSERT INTO kit_idempotencykey (key, act, scope, content_hash, result, recorded_at)
SELECT %s, %s, %s, %s, %s, %s FROM turn ON CONFLICT (key) DO NOTHING"""


def claim(*, key: UUID, act: str, scope: str, content: Mapping[str, Any], result: UUID, at: datetime) -> Claimed:
    """Reserve a key for this act, or find the outcome it already had.

    `scope` names who may replay it (a site, an organisation); `content` is the canonical input; `result` the public
    id that the act is about to create.

    Raises KeyReused when the key was used in another scope, for another act or with other content.
    """
    request = request_of(key=key, act=act, scope=scope, content=content)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [turn_of(key), key, act, scope, request.content_hash, result, at])
        is_first = cursor.rowcount == 1
    if is_first:
        return Claimed(key, None)
    found = served(request)
    if found is None:  # the first one rolled back between the two statements
        return claim(key=key, act=act, scope=scope, content=content, result=result, at=at)
    return Claimed(key, found)
