"""May this actor do this, for this organisation?"""

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.errors import NotAllowed


def check_role(by: Actor, *roles: Role) -> None:
    """Let one of these roles act, or the system. Raises NotAllowed."""
    if by.kind != ActorKind.SYSTEM and by.role not in roles:
        raise NotAllowed


def check_acts_for(by: Actor, organisation: Organisation | None, *roles: Role) -> None:
    """Let one of these roles act in this very organisation, or the system. Raises NotAllowed."""
    check_role(by, *roles)
    if by.kind != ActorKind.SYSTEM and (organisation is None or by.organisation_id != organisation.uid):
        raise NotAllowed


def can_act_for(by: Actor, organisation: Organisation | None, *roles: Role) -> bool:
    """Tell what `check_acts_for` would say."""
    try:
        check_acts_for(by, organisation, *roles)
    except NotAllowed:
        return False
    return True
