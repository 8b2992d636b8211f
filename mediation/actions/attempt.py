"""Every attempt is kept, refused ones too, outside of the act that it tried."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from mediation.models import Attempt, AttemptKind, Redemption, Site
from mediation.queries.counter import GUESS_WINDOW, GUESSES
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError, TooManyAttempts

MOST_GUESSES: Final = 30


def check_guesses(count: int) -> None:
    """Slow down whoever tries codes, this device or person alone. Raises TooManyAttempts."""
    if count >= MOST_GUESSES:
        raise TooManyAttempts(seconds=int(GUESS_WINDOW.total_seconds()))


@dataclass(slots=True)
class Kept:
    """What is known of an attempt while it goes on."""

    digests: Sequence[bytes] = field(default_factory=list)
    redemption: Redemption | None = None


@contextmanager
def keeping_refusals(
    *,
    kind: AttemptKind,
    by: Actor,
    at: datetime,
    key: UUID | None = None,
    site: Site | None = None,
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
        place = site or (Site.objects.filter(uid=site_uid).first() if site_uid else None)
        guesses = sum(told["code"] in GUESSES for told in refusal.details.get("tickets", ()))
        for _ in range(max(guesses, 1)):
            record_attempt(
                kind=kind,
                site=place,
                digests=kept.digests,
                by=by,
                at=at,
                reason=refusal.code,
                key=key,
                redemption=kept.redemption,
                device_at=device_at,
            )
        raise


def record_attempt(
    *,
    kind: AttemptKind,
    site: Site | None,
    digests: Sequence[bytes],
    by: Actor,
    at: datetime,
    reason: str = "",
    key: UUID | None = None,
    redemption: Redemption | None = None,
    device_at: datetime | None = None,
    is_replay: bool = False,
) -> Attempt:
    """Append one attempt; an empty `reason` means accepted. Digests, never codes."""
    return Attempt.objects.create(
        kind=kind,
        site=site,
        key=key,
        digests=[d.hex() for d in digests],
        is_accepted=not reason,
        is_replay=is_replay,
        reason=reason,
        redemption=redemption,
        device_at=device_at,
        recorded_at=at,
        **by.columns(),
    )
