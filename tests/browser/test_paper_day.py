"""A paper day in a real Chromium: the sheet is asked for, typed in, corrected; 320 px and desktop, axe finds nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from passnum.accounts.roles import Role
from tests.browser.test_redeem import SIZES, settle, used, work_as
from tests.lifecycle import Scene

pytestmark = pytest.mark.browser
DAY = "2026-03-02"


@pytest.fixture
def scene(live: Any) -> Iterator[Scene]:
    """A scene whose pages are read a day later."""
    cache.clear()
    scene = Scene()
    with time_machine.travel(scene.now + timedelta(days=1), tick=True):
        yield scene


@SIZES
def test_the_sheet_is_chosen_and_comes_as_a_pdf(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    work_as(page, scene.operator, Role.SITE_MANAGER, scene)
    page.goto("/utiliser/feuille-emargement/")
    settle(page)
    page.get_by_label("Nombre de feuilles").fill("2")
    with page.expect_download() as given:
        page.get_by_role("button", name="Télécharger le PDF").click()
    assert given.value.suggested_filename == "feuille-emargement.pdf"
    page.goto("/utiliser/feuille-emargement/")
    page.get_by_label("Nombre de feuilles").fill("0")
    page.get_by_role("button", name="Télécharger le PDF").click()
    expect(page.get_by_role("alert").filter(has_text="Un point est à corriger")).to_be_visible()
    settle(page)


@SIZES
def test_one_act_then_a_sheet_with_a_row_to_correct(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    codes = scene.codes(scene.in_hand())
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/utiliser/saisie-differee/")
    settle(page)
    page.get_by_label("Codes des tickets").fill(codes[0])
    page.get_by_label("Date de l’accompagnement").fill(DAY)
    page.get_by_label("Heure de début").fill("14:00")
    page.get_by_role("button", name="Enregistrer cet acte").click()
    expect(page.get_by_role("status").filter(has_text="C’est enregistré")).to_be_visible()
    assert codes[0] not in page.url
    settle(page)
    page.get_by_role("link", name="Saisir toute une feuille").click()
    settle(page)
    page.get_by_label("Date de la feuille").fill(DAY)
    page.locator("select[name=service]").select_option(label=scene.service.name)
    _fill(page, 1, codes[1], "15:00")
    _fill(page, 2, codes[2], "")
    page.get_by_role("button", name="Enregistrer les lignes").click()
    expect(page.get_by_role("alert").filter(has_text="1 ligne à corriger")).to_be_visible()
    settle(page)
    assert used() == 2
    page.get_by_role("link", name="Ligne 2").click()
    _fill(page, 2, codes[2], "16:00")
    page.get_by_role("button", name="Enregistrer les lignes").click()
    expect(page.get_by_role("status").filter(has_text="2 lignes enregistrées")).to_be_visible()
    settle(page)
    assert used() == 3
    page.goto("/utiliser/journal/?jour=" + DAY)
    expect(page.get_by_text("Saisie différée").last).to_be_visible()
    settle(page)


def test_lines_are_pasted_from_a_spreadsheet(browser_page: Page, scene: Scene) -> None:
    page = browser_page
    page.set_viewport_size({"width": 320, "height": 640})
    codes = scene.codes(scene.in_hand())
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/utiliser/saisie-differee/feuille/")
    page.locator("select[name=service]").select_option(label=scene.service.name)
    page.get_by_text("Coller des lignes d’un tableur").click()
    lines = [f"{code}\t02/03/2026\t{rank + 13}:00\t60" for rank, code in enumerate(codes[:3])]
    page.get_by_label("Lignes copiées d’un tableur").fill("\n".join(["codes\tdate\theure\tminutes", *lines]))
    page.get_by_role("button", name="Mettre dans les lignes vides").click()
    expect(page.get_by_text("Relisez les lignes collées")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Enregistrer les lignes").click()
    expect(page.get_by_role("status").filter(has_text="3 lignes enregistrées")).to_be_visible()
    assert used() == 3


def _fill(page: Page, rank: int, code: str, hour: str) -> None:
    row: Any = page.get_by_role("group", name=f"Ligne {rank}", exact=True)
    row.get_by_label("Codes").fill(code)
    row.get_by_label("Heure").fill(hour)
    row.get_by_label("Minutes").fill("60")


@SIZES
def test_the_auditor_draws_the_place_shows_finance_decides(
    browser_page: Page, scene: Scene, size: dict[str, int]
) -> None:
    page = browser_page
    page.set_viewport_size(size)
    for code in scene.codes(scene.in_hand()):
        scene.redeem(code)
    work_as(page, scene.metropole, Role.AUDITOR, scene)
    page.goto("/controles-papier/")
    settle(page)
    page.get_by_role("link", name="Nouveau tirage").click()
    settle(page)
    page.get_by_role("button", name="Tirer au sort").click()
    expect(page.get_by_role("alert").filter(has_text="à corriger")).to_be_visible()
    settle(page)
    page.get_by_label("Lieu").select_option(label="Le Lieu, 94000")
    page.get_by_label("Accompagnements du").fill(DAY)
    page.get_by_label("Nombre de lignes").fill("2")
    page.get_by_role("button", name="Tirer au sort").click()
    expect(page.get_by_text("les mêmes lignes sortent")).to_be_visible()
    settle(page)
    work_as(page, scene.operator, Role.SITE_MANAGER, scene)
    page.goto("/controles-papier/")
    settle(page)
    page.get_by_role("region", name="Contrôles sur papier").get_by_role("link").click()
    page.get_by_role("button", name="Manquant (ligne 1)").click()
    expect(page.get_by_text("Les finances décideront")).to_be_visible()
    page.get_by_role("button", name="Présenté (ligne 2)").click()
    expect(page.get_by_text("Tout est noté")).to_be_visible()
    settle(page)
    work_as(page, scene.metropole, Role.FINANCE, scene)
    page.goto("/controles-papier/corrections/")
    settle(page)
    page.get_by_role("button", name="Retirer ces heures du dû").click()
    expect(page.get_by_text("ne sont plus dues à ce lieu")).to_be_visible()
    settle(page)
    page.goto("/controles-papier/")
    settle(page)
