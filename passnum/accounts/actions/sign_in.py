"""Leave a trace of who came in, and as what."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from passnum.accounts.models import Membership, User
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.errors import NotAllowed


@transaction.atomic
def record_sign_in(*, user: User, at: datetime) -> None:
    """Write the audit line of a sign-in."""
    record_audit(act="SIGNED_IN", subject_type="user", subject=user.uid, by=Actor(ActorKind.USER, user.uid), at=at)


@transaction.atomic
def choose_post(*, user: User, membership_uid: UUID, at: datetime) -> Membership:
    """Return the membership that a person will work under, and write the audit line.

    Raises NotAllowed when it is not theirs, or has ended.
    """
    membership = (
        Membership.objects.select_related("organisation")
        .filter(user=user, uid=membership_uid, ended_at__isnull=True)
        .first()
    )
    if membership is None:
        raise NotAllowed
    record_audit(
        act="POST_CHOSEN",
        subject_type="membership",
        subject=membership.uid,
        by=Actor(ActorKind.USER, user.uid, membership.organisation.uid, Role(membership.role).value),
        at=at,
    )
    return membership
