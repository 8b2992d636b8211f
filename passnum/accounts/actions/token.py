"""Tokens of machines: made once, shown once, revoked at once."""

import secrets
from datetime import datetime

from django.db import transaction

from passnum.accounts.models import ApiToken, Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.queries.tokens import digest_of_token
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import InvalidInput

# What a scanner of leaked secrets recognises.
PREFIX = "pn_"
TOKEN_BYTES = 32  # 256 bits
NAME_MAX = 80


@transaction.atomic
def create_token(
    *, name: str, organisation: Organisation, role: Role, expires_at: datetime, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token for one organisation and one role; return its row and its text, which is kept nowhere.

    Raises NotAllowed, InvalidInput.
    """
    check_role(by, Role.PILOT)
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise InvalidInput(sentence=f"Donnez au jeton un nom de {NAME_MAX} caractères au plus, qui dit à quoi il sert.")
    if role not in Role.values:
        raise InvalidInput(sentence=f"Ce rôle n’existe pas. Choisissez parmi : {', '.join(Role.values)}.")
    if expires_at <= at:
        raise InvalidInput(sentence="Le jeton doit expirer plus tard que maintenant.")
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken.objects.create(
        name=name,
        digest=digest_of_token(text),
        organisation=organisation,
        role=role,
        created_at=at,
        expires_at=expires_at,
        **by.columns(),
    )
    record_audit(act="CREATE_TOKEN", subject_type="token", subject=token.uid, by=by, at=at, role=str(role))
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    """Refuse a token from now on. A second call changes nothing. Raises NotAllowed."""
    check_role(by, Role.PILOT)
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        record_audit(act="REVOKE_TOKEN", subject_type="token", subject=token.uid, by=by, at=at)
    token.refresh_from_db()
    return token
