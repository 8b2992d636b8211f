"""The sheet to print, through HTTP: chosen, refused with a reason, never another's place."""

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client

from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene, site_of
from tests.mediation.pages.test_redeem import text_of

PAGE = "/utiliser/feuille-emargement/"


def printed(answer: HttpResponse) -> list[str]:
    assert answer.status_code == 200, text_of(answer)
    assert answer["Content-Type"] == "application/pdf"
    pdf = pypdfium2.PdfDocument(answer.content)
    found = [" ".join(pdf[page].get_textpage().get_text_bounded().split()) for page in range(len(pdf))]
    return [text.replace("\u00a0", " ") for text in found]


def ask(client: Client, scene: Scene, **asked: str) -> HttpResponse:
    return client.get(PAGE + "pdf/", {"place": str(scene.site.uid), "sheets": "1", **asked})


def test_sheets_for_a_day_say_the_place_and_until_when(scene: Scene, mediator: Client) -> None:
    assert "Laissez vide pour l’écrire à la main" in text_of(mediator.get(PAGE))
    pages = printed(ask(mediator, scene, sheets="2", day="2026-03-10", service=scene.service.code, has_my_name="on"))
    assert len(pages) == 2
    for words in (
        "Lieu : Le Lieu, 1 rue de l'Essai, 94000",
        "Date : 10 mars 2026",
        "Service : Les bases du numérique",
        "Médiateur, médiatrice : Jeanne Martin",
        "au plus tard le 25 mars 2026",
    ):
        assert words in pages[0]


def test_a_blank_sheet_names_nobody_and_says_the_shortest_delay(scene: Scene, mediator: Client) -> None:
    scene.make_wave(2, late_entry_days=8)
    (page,) = printed(ask(mediator, scene))
    assert "Jeanne" not in page
    assert "dans les 8 jours" in page
    assert "dans les 8 jours" in text_of(mediator.get(PAGE))


@pytest.mark.parametrize(
    "asked",
    [
        {"sheets": "0"},
        {"sheets": "41"},
        {"sheets": "x\x00"},
        {"day": "2026-02-30"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"service": "inconnu"},
        {"place": ""},
    ],
)
def test_what_cannot_be_printed_is_said(scene: Scene, mediator: Client, asked: dict[str, str]) -> None:
    answer = ask(mediator, scene, **asked)
    assert answer.status_code == 422
    assert "à corriger" in text_of(answer)


def test_only_ones_own_places_are_printed(scene: Scene, mediator: Client) -> None:
    other = ask(mediator, scene, place=str(scene.other_site.uid))
    assert other.status_code == 422
    assert scene.other_site.name not in text_of(other)
    second = site_of(scene.operator, "Annexe")
    assert "Lieu : Annexe" in printed(ask(mediator, scene, place=str(second.uid)))[0]


def test_an_organisation_without_a_place_is_told(scene: Scene) -> None:
    nobody = signed_in(scene.funder, Role.SITE_MANAGER, scene.now)
    assert "ne tient aucun lieu" in text_of(nobody.get(PAGE))
    assert "ne tient aucun lieu" in text_of(nobody.get("/utiliser/saisie-differee/feuille/"))
