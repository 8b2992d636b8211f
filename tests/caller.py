"""Those who use the product from outside, in tests: a program with its token, a person with their browser session."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from passnum.accounts.actions.token import create_token
from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.post import SESSION_KEY
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor, ActorKind

API = "/api/v1"


@dataclass
class Caller:
    """A program that calls the API; without token when `token` is empty."""

    token: str = ""
    client: Client = field(default_factory=Client)

    def headers(self, key: UUID | str | None = None) -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return found | ({"Idempotency-Key": str(key)} if key else {})

    def get(self, path: str) -> HttpResponse:
        return self.client.get(API + path, headers=self.headers())

    def post(self, path: str, body: Any, *, key: UUID | str | None = None) -> HttpResponse:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(API + path, text, content_type="application/json", headers=self.headers(key))

    def write(self, path: str, body: Any) -> HttpResponse:
        """Post with a key of its own."""
        return self.post(path, body, key=uuid4())


def caller_for(organisation: Organisation, role: Role, at: datetime) -> Caller:
    """A program of an organisation, with a fresh token."""
    _, text = create_token(
        name="essai", organisation=organisation, role=role, expires_at=at + timedelta(days=365), by=SYSTEM, at=at
    )
    return Caller(text)


def person_at(organisation: Organisation, role: Role, at: datetime, email: str = "") -> tuple[User, Actor]:
    """An account with one post, and the actor it is."""
    user = User.objects.create_user(
        email or f"{uuid4().hex[:10]}@example.org", None, full_name="Jeanne Martin", created_at=at
    )
    Membership.objects.create(user=user, organisation=organisation, role=role, created_at=at)
    return user, Actor(ActorKind.USER, user.uid, organisation.uid, role.value)


def signed_in(organisation: Organisation, role: Role, at: datetime) -> Client:
    """The browser of somebody who works for an organisation in a role."""
    user, _ = person_at(organisation, role, at)
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = str(user.memberships.get().uid)
    session.save()
    return client
