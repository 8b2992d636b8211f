"""Every attempt is kept, refused ones too, outside of the act that it tried."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mediation.models import Attempt, AttemptKind, Redemption, Site
from passnum.kit.actor import Actor
from passnum.kit.errors import TooManyAttempts

# Guessing a code: 60 bits against at most 30 tries per 10 minutes and person.
GUESS_WINDOW = timedelta(minutes=10)
MOST_GUESSES = 30
GUESSES = ("TICKET_UNKNOWN", "CODE_MALFORMED", "CHECK_LETTER_WRONG", "PAYLOAD_FORGED", "PAYLOAD_KEY_UNKNOWN")


def check_guesses(*, by: Actor, at: datetime) -> None:
    """Slow down whoever tries codes. Raises TooManyAttempts."""
    recent = Attempt.objects.filter(by_id=by.id, by_kind=by.kind, reason__in=GUESSES, recorded_at__gt=at - GUESS_WINDOW)
    if recent.count() >= MOST_GUESSES:
        raise TooManyAttempts(seconds=int(GUESS_WINDOW.total_seconds()))


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
