"""Whose bearer token this is. The token has 256 random bits: its SHA-256 digest is enough, and cannot be undone."""

import hashlib
from datetime import datetime

from passnum.accounts.models import ApiToken, Organisation
from passnum.kit.prepared import fetch_first


def digest_of_token(text: str) -> bytes:
    """Return the 32 bytes under which a token is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


_READ = """
SELECT t.id, t.uid, t.organisation_id, t.role, o.uid
FROM accounts_apitoken t JOIN accounts_organisation o ON o.id = t.organisation_id
WHERE t.digest = %(digest)s::bytea AND t.revoked_at IS NULL AND t.expires_at > %(at)s::timestamptz"""


def token_in_force(*, text: str, at: datetime) -> ApiToken | None:
    """Return the token that a caller shows, None when it is unknown, expired or revoked.

    Read at each request and kept nowhere: a revocation counts at once.
    """
    rows = fetch_first(_READ, {"digest": digest_of_token(text), "at": at})
    if not rows:
        return None
    ((pk, uid, organisation_id, role, organisation_uid),) = rows
    token = ApiToken.from_db(None, ("id", "uid", "organisation_id", "role"), (pk, uid, organisation_id, role))
    token.organisation = Organisation.from_db(None, ("id", "uid"), (organisation_id, organisation_uid))
    return token
