"""Somebody holds a copy of the database and the keys of the web: they can neither redeem nor print (register.md, *Codes*)."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from mediation.actions import attempt
from mediation.actions.basket import MOST_TICKETS
from mediation.actions.check import check_tickets
from passnum.kit.codes.code import code_from_bits, derive_code
from passnum.kit.keys import digest_keyring, production_keyring, public_keyring
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from vouchers.actions.production_file import booklet_sheets
from vouchers.models import Ticket
from vouchers.states import TitleStatus

pytestmark = pytest.mark.django_db
CODE_SHIFT = 4  # 64 bits of a digest → the 60 of a code


@pytest.fixture
def scene() -> Scene:
    """Titles in every state that a thief would like: handed over, in stock, reissued; one already used."""
    scene = Scene()
    used = scene.in_hand()
    scene.redeem(scene.codes(used)[0])
    scene.reissue(scene.block(scene.in_hand()))
    scene.delivered((scene.ccas, 5, 1))
    return scene


def texts_of(value: object) -> Iterator[str]:
    """Every way of writing one cell of a table."""
    match value:
        case bytes() | memoryview():
            raw = bytes(value)
            yield raw.hex()
            yield raw.hex()[:13]
        case UUID():
            yield str(value)
            yield value.hex[:13]
        case str():
            yield value
        case dict() | list():
            yield json.dumps(value)
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts_of(inner)


def dump() -> set[str]:
    """Return every text of every row of every table."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    found.update(texts_of(value))
    return found


def guesses_with_web_keys() -> Iterator[str]:
    """What the formulas of docs/codes.md give with the keys that the web holds in place of those it does not."""
    web: list[bytes] = [*digest_keyring().keys.values(), *public_keyring().keys.values()]
    for ticket in Ticket.objects.all():
        yield code_from_bits(int.from_bytes(bytes(ticket.digest)[:8], "big") >> CODE_SHIFT)
        for key in web:
            yield derive_code(key, ticket.uid, ticket.generation)
        yield f"HTTPS://PASS.METROPOLE.EXAMPLE/T/{ticket.ref}#{'A' * 130}"


def accepted(scene: Scene, texts: list[str]) -> list[str]:
    """Return those that a place would take, or that are only known."""
    found = []
    for start in range(0, len(texts), MOST_TICKETS):
        part = texts[start : start + MOST_TICKETS]
        checks = check_tickets(codes=part, site=scene.site, service=None, by=scene.mediator, at=scene.tick())
        found += [part[check.rank] for check in checks if check.is_accepted or check.ticket is not None]
    return found


@pytest.fixture
def patient_thief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody slows the thief down: it is not what holds."""
    monkeypatch.setattr(attempt, "MOST_GUESSES", 10**9)


@pytest.mark.usefixtures("patient_thief")
def test_nothing_in_the_database_is_a_code(scene: Scene, settings: Any) -> None:
    real = [code for booklet in {t.booklet for t in Ticket.objects.all()} for code in scene.codes(booklet)]
    stolen = dump()
    settings.PRODUCTION_KEYS_FILE = ""
    tickets = Ticket.objects.count()
    assert len(real) == tickets
    assert {t.ref for t in Ticket.objects.all()} <= stolen, "the dump does hold the tickets"
    assert len(stolen) > 50 * tickets
    everything = "\n".join(stolen).upper()
    assert [code for code in real if code in everything] == []
    assert accepted(scene, sorted(stolen)) == []
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1


@pytest.mark.usefixtures("patient_thief")
def test_the_keys_of_the_web_make_no_code(scene: Scene, settings: Any) -> None:
    settings.PRODUCTION_KEYS_FILE = ""
    guesses = list(guesses_with_web_keys())
    assert len(guesses) > 2 * Ticket.objects.count()
    assert accepted(scene, guesses) == []


@pytest.mark.usefixtures("patient_thief")
def test_control_the_paper_itself_is_accepted(scene: Scene) -> None:
    """The same eye does see a real code: in letters, and as the QR gives it."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    paper = [scene.codes(booklet)[0], printed_addresses(booklet)[1]]
    assert accepted(scene, paper) == paper


def test_without_the_production_file_nothing_is_printed(scene: Scene, settings: Any) -> None:
    settings.PRODUCTION_KEYS_FILE = ""
    with pytest.raises(ImproperlyConfigured, match="de production"):
        production_keyring()
    booklet = Ticket.objects.latest("pk").booklet
    with pytest.raises(ImproperlyConfigured, match="de production"):
        list(booklet_sheets(order=booklet.order, booklets=[booklet]))
    assert not hasattr(digest_keyring(), "derive")
    assert not hasattr(public_keyring(), "sign")
