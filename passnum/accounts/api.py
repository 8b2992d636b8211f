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
    """Let in the tokens of some roles (of any role when none is named). Raises TokenRefused, NotAllowed."""

    openapi_description = "Jeton d'une organisation et d'un rôle (« manage.py make_token »)."

    def __init__(self, *roles: Role) -> None:
        super().__init__()
        self.roles = roles

    def __call__(self, request: HttpRequest) -> Actor:
        actor = super().__call__(request)
        if actor is None:
            raise TokenRefused
        return cast(Actor, actor)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor of a token, None when it is not in force."""
        row = token_in_force(text=token, at=now()) if 0 < len(token) <= TOKEN_MAX else None
        if row is None:
            return None
        if self.roles and row.role not in self.roles:
            raise NotAllowed
        return Actor(ActorKind.TOKEN, row.uid, row.organisation.uid, row.role)


def guarded(*roles: Role) -> dict[str, Any]:
    """Return what lets these roles alone (any role when none is named) call an operation, and says so in its description."""
    return {"auth": BearerToken(*roles), "openapi_extra": {"x-roles": [role.value for role in roles]}}


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls an operation guarded by BearerToken."""
    return cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by ninja
