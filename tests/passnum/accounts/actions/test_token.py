"""Tokens: shown once, kept as a digest, in force between two instants, for one organisation and one role."""

import hashlib
from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from passnum.accounts.actions.token import create_token, revoke_token
from passnum.accounts.models import ApiToken, Organisation
from passnum.accounts.queries.tokens import token_in_force
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor, ActorKind
from passnum.kit.clock import now
from passnum.kit.errors import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return Organisation.objects.create(kind="ASSOCIATION", name="Maison", siret="00000010900017", created_at=now())


def make(organisation: Organisation, **terms: object) -> tuple[ApiToken, str]:
    at = now()
    given = {
        "name": "caisse",
        "organisation": organisation,
        "role": Role.MEDIATOR,
        "expires_at": at + timedelta(days=1),
        "by": SYSTEM,
        "at": at,
    }
    return create_token(**{**given, **terms})  # type: ignore[arg-type]


def test_only_the_digest_is_kept(organisation: Organisation) -> None:
    token, text = make(organisation)
    assert text.startswith("pn_")
    assert len(text) == 46
    assert bytes(token.digest) == hashlib.sha256(text.encode()).digest()
    row = str(ApiToken.objects.values().get())
    assert text not in row
    assert text[3:] not in row


def test_it_is_in_force_until_it_expires_or_is_revoked(organisation: Organisation) -> None:
    token, text = make(organisation)
    at = token.created_at
    assert token_in_force(text=text, at=at) == token
    assert token_in_force(text=text, at=token.expires_at) is None
    assert token_in_force(text=text + "x", at=at) is None
    assert token_in_force(text=text.lower(), at=at) is None
    revoke_token(token=token, by=SYSTEM, at=at)
    assert token_in_force(text=text, at=at) is None
    first = ApiToken.objects.get().revoked_at
    revoke_token(token=token, by=SYSTEM, at=at + timedelta(hours=1))
    assert ApiToken.objects.get().revoked_at == first


def test_two_tokens_differ(organisation: Organisation) -> None:
    assert len({make(organisation)[1] for _ in range(20)}) == 20


@pytest.mark.parametrize("terms", [{"name": " "}, {"name": "x" * 81}, {"role": "KING"}])
def test_an_incomplete_token_is_refused(organisation: Organisation, terms: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        make(organisation, **terms)
    with pytest.raises(InvalidInput):
        make(organisation, expires_at=now() - timedelta(seconds=1))


def test_a_mediator_makes_no_token(organisation: Organisation) -> None:
    mediator = Actor(ActorKind.USER, uuid4(), organisation.uid, Role.MEDIATOR.value)
    with pytest.raises(NotAllowed):
        make(organisation, by=mediator)
    token, _ = make(organisation)
    with pytest.raises(NotAllowed):
        revoke_token(token=token, by=mediator, at=now())


def command(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("make_token", *args, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue()


@pytest.mark.parametrize("named", ["uid", "siret", "name"])
def test_the_command_prints_the_token_once(organisation: Organisation, named: str) -> None:
    text, told = command(
        "--name", "caisse", "--organisation", str(getattr(organisation, named)), "--role", "MEDIATOR", "--days", "30"
    )
    token = token_in_force(text=text, at=now())
    assert token is not None
    assert token.expires_at - token.created_at == timedelta(days=30)
    assert "Il ne sera plus jamais affiché" in told
    assert str(token.uid) in told
    assert text not in told

    said, _ = command("--revoke", str(token.uid))
    assert said == f"Jeton {token.uid} révoqué."
    assert token_in_force(text=text, at=now()) is None


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Il manque --name, --organisation, --role"),
        (["--name", "a", "--organisation", "Inconnue", "--role", "MEDIATOR"], "Aucune organisation"),
        (["--name", "a", "--organisation", "99999999999999", "--role", "MEDIATOR"], "Aucune organisation"),
        (["--name", "a", "--organisation", "Maison", "--role", "MEDIATOR", "--days", "0"], "--days va de 1"),
        (["--name", " ", "--organisation", "Maison", "--role", "MEDIATOR"], "Donnez au jeton un nom"),
        (["--revoke", str(UUID(int=1))], "Aucun jeton"),
    ],
)
def test_the_command_says_what_is_wrong(organisation: Organisation, args: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*args)
    assert not ApiToken.objects.exists()


def test_a_shared_name_is_not_guessed(organisation: Organisation) -> None:
    Organisation.objects.create(kind="CCAS", name="Maison", created_at=now())
    with pytest.raises(CommandError, match="Plusieurs organisations"):
        command("--name", "a", "--organisation", "Maison", "--role", "MEDIATOR")
