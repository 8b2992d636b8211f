"""The page of a report: who opens it, what it shows, what it never does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import START, Scene
from tests.world import bare, built_once
from vouchers.models import Seal
from vouchers.register.sealer import seal_movements

PAGE = "/vagues/1/rapport/"
READERS = {Role.PILOT, Role.EVALUATOR, Role.AUDITOR, Role.FUNDER}

__all__ = ["bare"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """A day of spring, after what the scene does."""
    with time_machine.travel(datetime(2026, 5, 20, 10, 0, tzinfo=UTC), tick=False):
        yield


def lived() -> Scene:
    scene = Scene()
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0])
    scene.redeem(codes[1], site=scene.other_site, by=scene.other_mediator)
    seal_movements(at=scene.tick())
    return scene


scene = built_once(lived)


@pytest.fixture
def pilot(scene: Scene) -> Client:
    return signed_in(scene.metropole, Role.PILOT, START)


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The page as one reads it: no tag, single spaces."""
    response = client.get(address)
    assert response.status_code == status, response.content[:300]
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@pytest.mark.parametrize("role", Role)
def test_only_its_readers_open_it(scene: Scene, role: Role) -> None:
    client = signed_in(scene.funder, role, START)
    expected = 200 if role in READERS else 403
    for address in ("/rapports/", PAGE, "/vagues/1/rapport.pdf", "/vagues/1/rapport.csv"):
        assert client.get(address).status_code == expected, address


def test_nobody_else_does(scene: Scene) -> None:
    for address in ("/rapports/", PAGE, "/vagues/1/rapport.pdf", "/vagues/1/rapport.csv"):
        response = Client().get(address)
        assert response.status_code == 302
        assert "/connexion/" in response.headers["Location"]


def test_the_list_leads_to_each_wave(pilot: Client) -> None:
    assert f'href="{PAGE}"' in pilot.get("/rapports/").content.decode()


def test_it_shows_figures_tables_map_and_marks(pilot: Client) -> None:
    text = text_of(pilot, PAGE)
    assert "Arrêté au 20 mai 2026, d’après le scellé n° 1" in text
    assert "40,0 % des tickets remis sont utilisés 2 / 5" in text
    for title in (
        "Par mois", "Heures par service", "Par financeur", "Par distributeur", "Par commune de remise",
        "Par commune d’utilisation", "Par lieu", "Heures à part", "Méthode et limites",
    ):  # fmt: skip
        assert title in text
    assert "L'Autre Lieu" in text or "L&#x27;Autre Lieu" in text
    content = pilot.get(PAGE).content.decode()
    assert content.count("<svg") >= 3
    assert bytes(Seal.objects.get(number=1).hash).hex()[:8] in content


def test_the_address_chooses_the_pair(scene: Scene, pilot: Client) -> None:
    scene.redeem(scene.codes(scene.in_hand())[0])
    seal_movements(at=scene.tick())
    assert "3 heures utilisées" in text_of(pilot, PAGE)
    assert "2 heures utilisées" in text_of(pilot, PAGE + "?scelle=1")
    assert "aucune commande n’est approuvée" in text_of(pilot, PAGE + "?arrete_au=2026-03-01")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("arrete_au=2026-05-21", "Choisissez un jour d’arrêté entre le 01/01/2016 et aujourd’hui."),
        ("arrete_au=9999-12-31", "Choisissez un jour d’arrêté"),
        ("arrete_au=hier", "Ce jour n’est pas une date"),
        ("scelle=99", "Le scellé n° 99 n’existe pas : le dernier est le n° 1."),
        ("scelle=0", "Le premier scellé porte le n° 1."),
        ("scelle=99999999999999999999", "n’existe pas"),
        ("scelle=abc", "Donnez un numéro de scellé"),
    ],
)
def test_a_pair_that_cannot_be_is_told_and_kept(pilot: Client, query: str, sentence: str) -> None:
    text = text_of(pilot, f"{PAGE}?{query}", 422)
    assert sentence in text
    assert f'value="{query.partition("=")[2]}"' in pilot.get(f"{PAGE}?{query}").content.decode()
    assert sentence in text_of(pilot, f"/vagues/1/rapport.pdf?{query}", 422)


def test_an_unknown_wave_is_not_found(pilot: Client) -> None:
    for number in ("7", "99999999999999999999"):
        assert pilot.get(f"/vagues/{number}/rapport/").status_code == 404


def test_nothing_sealed_is_said_in_one_sentence(bare: Scene) -> None:
    client = signed_in(bare.metropole, Role.PILOT, START)
    assert "Le registre n’a encore aucun scellé" in text_of(client, PAGE)
    assert client.get("/vagues/1/rapport.pdf").status_code == 404


def test_a_get_writes_nothing(pilot: Client) -> None:
    pilot.get(PAGE)  # the session is fresh
    for address in (PAGE, "/rapports/", "/vagues/1/rapport.pdf", "/vagues/1/rapport.csv"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            pilot.get(address)
        written = [q["sql"] for q in captured if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"], re.I)]
        assert written == []


def queries_of(client: Client) -> int:
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_booklets(scene: Scene, pilot: Client) -> None:
    before = queries_of(pilot)
    for booklet in scene.delivered((scene.ccas, 5, 4), (scene.other_ccas, 5, 3))[:4]:
        scene.hand_over(booklet)
        scene.redeem(*scene.codes(booklet)[:2], minutes=120)
    seal_movements(at=scene.tick())
    assert queries_of(pilot) == before
    assert before <= 25


def test_a_funder_reads_their_own_and_no_place(scene: Scene) -> None:
    client = signed_in(scene.funder, Role.FUNDER, START)
    text = text_of(client, PAGE)
    assert "Titres financés par Mairie de Créteil" in text
    assert "masqué" in text
    assert "Le Lieu" not in text
    assert "Par lieu" not in text
    stranger = signed_in(scene.other_operator, Role.FUNDER, START)
    assert stranger.get(PAGE).status_code == 404
    assert PAGE not in stranger.get("/rapports/").content.decode()


def test_files_carry_the_pair_in_their_name(pilot: Client) -> None:
    for kind, start in (("pdf", b"%PDF-"), ("csv", "\ufeffvague,".encode())):
        response = pilot.get(f"/vagues/1/rapport.{kind}?arrete_au=2026-05-01&scelle=1")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="rapport-vague-1-2026-05-01-scelle-1.{kind}"'
        )
        assert response.content.startswith(start)
        again = pilot.get(f"/vagues/1/rapport.{kind}?arrete_au=2026-05-01&scelle=1")
        assert again.content == response.content
