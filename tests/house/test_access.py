"""Who gets in: every address × every role, as access.csv says it.

`status` is what a GET answers, or an empty POST where GET is not allowed. Operations of the API are called by their
own method with a token of the role, pages with a session. « anonymous » has neither, « no_post » is signed in without
any role. An object that does not exist stands in the address: those who may look get 404, the others 403.

A new address fails here: add the lines that the failure prints, after reading them.
"""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern, RoutePattern

from passnum.accounts.actions.token import create_token
from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.api import openapi_document
from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now
from tests.caller import Caller

FILE = Path(__file__).parent / "access.csv"
ANONYMOUS, NO_POST = "anonymous", "no_post"
ROLES = (ANONYMOUS, NO_POST, *Role.values)
NOT_ALLOWED = 405
SAMPLES: dict[str, object] = {
    "UUIDConverter": UUID(int=1),
    "UUIDStrConverter": UUID(int=1),
    "NinjaUUIDConverter": UUID(int=1),
    "IntConverter": 999_999,
    "StringConverter": "inconnu",
    "SlugConverter": "inconnu",
    "PathConverter": "inconnu",
}
METHODS = {
    told["operationId"]: method for methods in openapi_document()["paths"].values() for method, told in methods.items()
}
# Pages that anybody may read without signing in; the rest of what « anonymous » gets is a way to the sign-in page.
PUBLIC = {
    "home",
    "find_ticket",
    "style",
    "accounts:login",
    "api_guide",
    "api:openapi-json",
    "mediation:counter",
    "mediation:counter_manifest",
    "mediation:counter_worker",
    "api:pair_device",
    "mediation:find_places",
    "mediation:public_ticket",
    "vouchers:register",
}


def addresses(
    resolver: URLResolver | None = None, space: str = "", given: dict[str, object] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (name, path) of every pattern, with a sample of each parameter."""
    for pattern in (resolver or get_resolver()).url_patterns:
        found = {**(given or {}), **samples_of(pattern.pattern)}
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner, found)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{pattern} has no name: nothing can lead to it"
            yield space + pattern.name, reverse(space + pattern.name, kwargs=found)


def samples_of(pattern: object) -> dict[str, object]:
    if isinstance(pattern, RoutePattern):
        return {name: SAMPLES[type(converter).__name__] for name, converter in pattern.converters.items()}
    return dict.fromkeys(pattern.regex.groupindex, "0000000000") if isinstance(pattern, RegexPattern) else {}


class People:
    """One organisation, one person and one token for each role."""

    def __init__(self) -> None:
        at = now()
        organisation = Organisation.objects.create(kind="METROPOLE", name="Métropole", created_at=at)
        self.users: dict[str, User] = {}
        self.clients: dict[str, Client] = {}
        self.tokens: dict[str, str] = {ANONYMOUS: "", NO_POST: ""}
        for role in (NO_POST, *Role):
            self.users[role] = User.objects.create_user(f"{role}@example.org", None, full_name=role, created_at=at)
            if role == NO_POST:
                continue
            Membership.objects.create(user=self.users[role], organisation=organisation, role=role, created_at=at)
            _, self.tokens[role] = create_token(
                name=role,
                organisation=organisation,
                role=Role(role),
                expires_at=at + timedelta(days=1),
                by=SYSTEM,
                at=at,
            )

    def status(self, name: str, path: str, role: str) -> int:
        """What a role meets at an address."""
        cache.clear()
        if name.startswith("api:"):
            answer = self.call(METHODS.get(name.removeprefix("api:"), "get"), path, role)
        else:
            answer = self.open(path, role)
        return answer.status_code

    def call(self, method: str, path: str, role: str) -> HttpResponse:
        caller = Caller(self.tokens[role])
        if method == "get":
            return caller.client.get(path, headers=caller.headers())
        headers = caller.headers() | {"Idempotency-Key": str(UUID(int=2))}
        return caller.client.generic(method.upper(), path, b"{}", content_type="application/json", headers=headers)

    def open(self, path: str, role: str) -> HttpResponse:
        client = self.clients.setdefault(role, Client())
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if role != ANONYMOUS and not (cookie and cookie.value):  # one of the addresses signs out
            client.force_login(self.users[role])
        answer = client.get(path)
        return client.post(path) if answer.status_code == NOT_ALLOWED else answer


def listed() -> dict[tuple[str, str], int]:
    with FILE.open(encoding="utf-8", newline="") as rows:
        return {(row["url_name"], row["role"]): int(row["status"]) for row in csv.DictReader(rows)}


def told(rows: dict[tuple[str, str], int]) -> str:
    return "\n".join(f"{name},{role},{status}" for (name, role), status in rows.items())


@pytest.mark.django_db
def test_every_address_lets_in_who_the_table_says() -> None:
    people, table = People(), listed()
    found = {(name, role): people.status(name, path, role) for name, path in addresses() for role in ROLES}
    missing = {pair: status for pair, status in found.items() if pair not in table}
    changed = {pair: status for pair, status in found.items() if table.get(pair, status) != status}
    gone = {pair: status for pair, status in table.items() if pair not in found}
    assert not missing, f"to read, then to add to access.csv:\n{told(missing)}"
    assert not changed, f"answers otherwise than access.csv says:\n{told(changed)}"
    assert not gone, f"to take out of access.csv, no such address:\n{told(gone)}"


def test_the_public_reads_these_pages_and_no_other() -> None:
    shown = {
        name
        for (name, role), status in listed().items()
        if role == ANONYMOUS and status not in {302, 401} and not (name.startswith("api:") and status == 404)
    }
    assert shown == PUBLIC


def test_nothing_breaks_for_anybody() -> None:
    assert [pair for pair, status in listed().items() if status >= 500] == []


def test_the_table_says_each_thing_once_in_order() -> None:
    with FILE.open(encoding="utf-8", newline="") as rows:
        pairs = [(row["url_name"], row["role"]) for row in csv.DictReader(rows)]
    assert len(pairs) == len(set(pairs))
    names = list(dict.fromkeys(name for name, _ in pairs))
    assert all([role for n, role in pairs if n == name] == list(ROLES) for name in names)
