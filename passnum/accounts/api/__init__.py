"""What every router of the API shares (`guard`), and the operations of accounts (`router`)."""

from passnum.accounts.api.guard import (
    REQUEST_KEY,
    BearerToken,
    Problem,
    TokenRefused,
    actor_of,
    device_of,
    device_or_none,
    guarded,
    guarded_for_devices,
    open_to_all,
    refusals,
)

__all__ = [
    "REQUEST_KEY",
    "BearerToken",
    "Problem",
    "TokenRefused",
    "actor_of",
    "device_of",
    "device_or_none",
    "guarded",
    "guarded_for_devices",
    "open_to_all",
    "refusals",
]
