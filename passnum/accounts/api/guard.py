"""What every router of the API shares: who calls, in which role, how a refusal is told, the number of a request.

A router declares on each operation `**guarded(Role.X, …)` and `response={200: Out, **refusals(401, 403, …)}`; a write
takes `key: UUID = REQUEST_KEY`.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from ninja import Header, Schema
from ninja.security import HttpBearer
from pydantic import Field

from passnum.accounts.models import Device
from passnum.accounts.queries.devices import DEVICE_PREFIX, actor_of_device, device_in_force, device_of_token
from passnum.accounts.queries.tokens import token_in_force
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotAllowed

TOKEN_MAX = 200
REQUEST_KEY: Any = Header(
    ...,
    alias="Idempotency-Key",
    description="UUID tiré par l'appelant pour cette demande. La répéter avec le même contenu rend le premier résultat ; "
    "avec un autre contenu, la réponse est 409 KEY_REUSED.",
)


class TokenRefused(DomainError):
    code = "TOKEN_REFUSED"
    message = (
        "Cette demande doit porter un jeton valable, dans l’en-tête « Authorization: Bearer … ». "
        "Il manque, a expiré ou a été révoqué."
    )
    status = 401


class Problem(Schema):
    """The one shape of a refusal."""

    code: str = Field(description="Motif, stable : les programmes s'y fient.", examples=["TICKET_UNKNOWN"])
    message: str = Field(description="Une phrase en français qui dit quoi faire.")
    details: dict[str, Any] = Field(default_factory=dict, description="Ce qui précise le motif, selon celui-ci.")


def refusals(*statuses: int) -> Mapping[int, type[Problem]]:
    """Return the `response=` entries of an operation that may be refused with these statuses."""
    return dict.fromkeys(statuses, Problem)


class BearerToken(HttpBearer):
    """Let in the tokens of some roles (of any role when none is named), and those of devices when it is said.

    `tokens=False`: devices alone. `revoked=True`: the operation itself answers a revoked device (`device_of`).
    Raises TokenRefused, DeviceRevoked, NotAllowed.
    """

    openapi_description = (
        "Jeton d'une organisation et d'un rôle (« manage.py make_token », pn_…), ou d'un appareil associé (pd_…)."
    )

    def __init__(self, *roles: Role, devices: bool = False, tokens: bool = True, revoked: bool = False) -> None:
        super().__init__()
        self.roles, self.devices, self.tokens, self.revoked = roles, devices, tokens, revoked

    def __call__(self, request: HttpRequest) -> Actor:
        actor = super().__call__(request)
        if actor is None:
            raise TokenRefused
        return cast(Actor, actor)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor of a token, None when it is not in force."""
        if not 0 < len(token) <= TOKEN_MAX:
            return None
        if token.startswith(DEVICE_PREFIX):
            return self._device(request, token)
        row = token_in_force(text=token, at=now())
        if row is None:
            return None
        if not self.tokens or (self.roles and row.role not in self.roles):
            raise NotAllowed
        return Actor(ActorKind.TOKEN, row.uid, row.organisation.uid, row.role)

    def _device(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor of a device's token, None when no device has it."""
        device = device_of_token(text=token) if self.revoked else device_in_force(text=token)
        if device is None:
            return None
        if not self.devices:
            raise NotAllowed
        request.device = device  # type: ignore[attr-defined]  # read by `device_of`
        return actor_of_device(device)


def guarded(*roles: Role, devices: bool = False) -> dict[str, Any]:
    """Return what lets these roles alone (any role when none is named) call an operation, and says so in its description.

    `devices=True`: paired devices as well; without it none may, whatever the roles.
    """
    told: dict[str, Any] = {"x-roles": [role.value for role in roles]}
    return {
        "auth": BearerToken(*roles, devices=devices),
        "openapi_extra": told | ({"x-devices": "too"} if devices else {}),
    }


def guarded_for_devices(*, revoked: bool = False) -> dict[str, Any]:
    """Return what lets paired devices alone call an operation; `revoked=True`: it answers a revoked one itself."""
    return {
        "auth": BearerToken(devices=True, tokens=False, revoked=revoked),
        "openapi_extra": {"x-roles": [], "x-devices": "alone"},
    }


def open_to_all() -> dict[str, Any]:
    """Return what lets anybody call an operation, without a token."""
    return {"auth": None, "openapi_extra": {"x-roles": []}}


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls an operation guarded by BearerToken."""
    return cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by ninja


def device_or_none(request: HttpRequest) -> Device | None:
    """Return the device that calls an operation, its organisation loaded; None when a token does."""
    return getattr(request, "device", None)


def device_of(request: HttpRequest) -> Device:
    """Return the device that calls an operation guarded by `guarded_for_devices`. Raises NotAllowed without one."""
    device = device_or_none(request)
    if device is None:
        raise NotAllowed
    return device
