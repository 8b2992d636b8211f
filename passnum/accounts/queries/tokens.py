"""Whose bearer token this is. The token has 256 random bits: its SHA-256 digest is enough, and cannot be undone."""

import hashlib
from datetime import datetime

from passnum.accounts.models import ApiToken


def digest_of_token(text: str) -> bytes:
    """Return the 32 bytes under which a token is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def token_in_force(*, text: str, at: datetime) -> ApiToken | None:
    """Return the token that a caller shows, None when it is unknown, expired or revoked."""
    return (
        ApiToken.objects.select_related("organisation")
        .filter(digest=digest_of_token(text), revoked_at__isnull=True, expires_at__gt=at)
        .first()
    )
