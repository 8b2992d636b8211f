"""The issuer of a wave is an organisation like another: it acts on its own wave only."""

from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import Wave


def check_issues(by: Actor, wave: Wave, *others: Role) -> None:
    """Let the issuer of this very wave act, or one of the `others`. Raises NotAllowed."""
    check_role(by, Role.ISSUER, *others)
    if by.role == Role.ISSUER:
        check_acts_for(by, wave.issuer, Role.ISSUER)
