from passnum.accounts.models.device import Device, DevicePairing, DevicePresence, RevokeReason
from passnum.accounts.models.membership import Membership
from passnum.accounts.models.organisation import Organisation, OrganisationKind, OrganisationName
from passnum.accounts.models.pin import Pin
from passnum.accounts.models.token import ApiToken
from passnum.accounts.models.user import User

__all__ = [
    "ApiToken",
    "Device",
    "DevicePairing",
    "DevicePresence",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "OrganisationName",
    "Pin",
    "RevokeReason",
    "User",
]
