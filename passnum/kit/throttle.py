"""How often something may be tried. Counts live in the cache, under a digest: no e-mail and no address is kept.

Fixed windows of time: simple, and enough to make guessing useless. With the cache in files (a trial) two attempts in
the same instant may count as one; Redis (production) counts each.
"""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from passnum.kit.clock import now
from passnum.kit.errors import TooManyAttempts


def _window(bucket: str, seconds: int, instant: datetime) -> tuple[str, int]:
    """Return the cache key of the present window and how many seconds remain of it."""
    index, elapsed = divmod(int(instant.timestamp()), seconds)
    digest = hashlib.sha256(bucket.encode()).hexdigest()[:40]
    return f"throttle:{digest}:{index}", seconds - elapsed


def throttle(bucket: str, limit: int, seconds: int) -> None:
    """Count one attempt; at most `limit` pass in each window of `seconds`.

    Raises TooManyAttempts, whose details say how many seconds remain to wait.
    """
    key, remaining = _window(bucket, seconds, now())
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the entry was evicted between the two calls
        cache.set(key, 1, timeout=seconds)
        count = 1
    if count > limit:
        raise TooManyAttempts(seconds=remaining)


def forgive(bucket: str, seconds: int) -> None:
    """Forget the attempts of the present window: the person has just proved who they are."""
    key, _ = _window(bucket, seconds, now())
    cache.delete(key)


def client_address(request: HttpRequest) -> str:
    """Return the address of the caller.

    Behind TRUSTED_PROXY_COUNT proxies, it is the entry that the outermost of them appended to X-Forwarded-For; what
    stands left of it was written by the caller and proves nothing.
    """
    proxies: int = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
