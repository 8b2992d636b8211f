"""Every attempt is kept, refused ones too, outside of the act that it tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from mediation.models import AttemptKind
from mediation.queries.counter import GUESS_WINDOW, GUESSES
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError, TooManyAttempts
from passnum.kit.together import Part, run_together

MOST_GUESSES: Final = 30


def check_guesses(count: int) -> None:
    """Slow down whoever tries codes, this device or person alone. Raises TooManyAttempts."""
    if count >= MOST_GUESSES:
        raise TooManyAttempts(seconds=int(GUESS_WINDOW.total_seconds()))


@dataclass(slots=True)
class Kept:
    """What is known of an attempt while it goes on."""

    digests: Sequence[bytes] = field(default_factory=list)
    redemption: UUID | None = None


@contextmanager
def keeping_refusals(
    *,
    kind: AttemptKind,
    by: Actor,
    at: datetime,
    key: UUID | None = None,
    site_uid: UUID | None = None,
    device_at: datetime | None = None,
) -> Iterator[Kept]:
    """Keep the attempt of a refused act, then let its refusal through. The act itself keeps the one that succeeds.

    A basket of several unknown codes is as many guesses.
    """
    kept = Kept()
    try:
        yield kept
    except DomainError as refusal:
        guesses = sum(told["code"] in GUESSES for told in refusal.details.get("tickets", ()))
        tried = attempt_part(
            kind=kind,
            site_uid=site_uid,
            digests=kept.digests,
            by=by,
            at=at,
            reason=refusal.code,
            key=key,
            redemption=kept.redemption,
            device_at=device_at,
            times=max(guesses, 1),
        )
        run_together([tried])
        raise


# An act is found by its public id, unless the same statement makes it.
MADE_BEFORE = "(SELECT id FROM mediation_redemption WHERE uid = %(attempt_redemption)s::uuid)"

_ATTEMPT = """
INSERT INTO mediation_attempt (uid, kind, site_id, key, digests, is_accepted, is_replay, reason, redemption_id,
    device_at, recorded_at, by_kind, by_id, by_organisation, by_role)
SELECT gen_random_uuid(), %(attempt_kind)s::text, (SELECT id FROM mediation_site WHERE uid = %(attempt_site)s::uuid),
    %(attempt_key)s::uuid, to_jsonb(%(attempt_digests)s::text[]), %(attempt_reason)s::text = '',
    %(attempt_is_replay)s::boolean, %(attempt_reason)s::text, {redemption}, %(attempt_device_at)s::timestamptz,
    %(attempt_at)s::timestamptz, %(attempt_by_kind)s::text, %(attempt_by_id)s::uuid,
    %(attempt_by_organisation)s::uuid, %(attempt_by_role)s::text
FROM generate_series(1, %(attempt_times)s::int)"""


def attempt_part(
    *,
    kind: AttemptKind,
    site_uid: UUID | None,
    digests: Sequence[bytes],
    by: Actor,
    at: datetime,
    reason: str = "",
    key: UUID | None = None,
    redemption: UUID | None = None,
    device_at: datetime | None = None,
    is_replay: bool = False,
    times: int = 1,
    made: str = MADE_BEFORE,
) -> Part:
    """Return the write of an attempt (of `times` alike), for `run_together`; an empty `reason` means accepted.

    Digests, never codes. `redemption` is the public id of the act; where the statement itself makes the act, `made` is
    what gives its primary key there.
    """
    values = {
        "kind": kind.value,
        "site": site_uid,
        "key": key,
        "digests": [digest.hex() for digest in digests],
        "reason": reason,
        "is_replay": is_replay,
        "redemption": redemption,
        "device_at": device_at,
        "at": at,
        "times": times,
        **by.columns(),
    }
    return Part("attempt", _ATTEMPT.format(redemption=made), {f"attempt_{name}": one for name, one in values.items()})
