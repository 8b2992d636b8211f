"""May this person hand over for this distributor?"""

from datetime import date

from passnum.accounts.models import Organisation
from passnum.accounts.policies import can_act_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotAllowed
from vouchers.queries.referents import desks_of, mandates_on


def check_answers_for(by: Actor, distributor: Organisation, day: date) -> None:
    """Let an agent replace what a desk gave: their own, a relay of theirs, one that they serve. Raises NotAllowed."""
    check_role(by, Role.DISTRIBUTOR)
    if not desks_of(by=by, day=day).filter(pk=distributor.pk).exists():
        raise NotAllowed


def check_hands_over_for(by: Actor, distributor: Organisation, day: date) -> None:
    """Let an agent of the distributor act, or of the referent that has its mandate that day. Raises NotAllowed."""
    check_role(by, Role.DISTRIBUTOR)
    if can_act_for(by, distributor, Role.DISTRIBUTOR):
        return
    if (
        by.organisation_id is None
        or not mandates_on(day=day).filter(served=distributor, referent__uid=by.organisation_id).exists()
    ):
        raise NotAllowed
