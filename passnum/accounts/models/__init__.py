from passnum.accounts.models.membership import Membership
from passnum.accounts.models.organisation import Organisation, OrganisationKind, OrganisationName
from passnum.accounts.models.token import ApiToken
from passnum.accounts.models.user import User

__all__ = ["ApiToken", "Membership", "Organisation", "OrganisationKind", "OrganisationName", "User"]
