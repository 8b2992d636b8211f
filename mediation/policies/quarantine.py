"""Who recovers what a revoked device had in its queue: a manager of the place, or the pilot."""

from mediation.models import QuarantinedAct
from passnum.accounts.policies import can_act_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotAllowed


def check_may_recover(aside: QuarantinedAct, *, by: Actor) -> None:
    """Let a person who manages the place, or a pilot, recover an act; a machine never. Raises NotAllowed."""
    check_role(by, Role.SITE_MANAGER, Role.PILOT)
    if by.id is None:
        raise NotAllowed
    if by.role != Role.PILOT and not can_act_for(by, aside.site.operator, Role.SITE_MANAGER):
        raise NotAllowed
