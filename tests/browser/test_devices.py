"""The pages of devices, codes and rules in a real Chromium: 320 px and desktop, without JavaScript, axe finds nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pairing import create_pairing
from passnum.accounts.models import RevokeReason
from passnum.accounts.queries.devices import actor_of_device
from passnum.accounts.roles import Role
from tests.axe import faults_of
from tests.browser.test_redeem import SIZES, work_as
from tests.browser.test_vouchers_screens import SMALL
from tests.browsing import sideways
from tests.lifecycle import Scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(live: Any) -> Iterator[Scene]:
    """A place with a phone in use, a shared one, a stolen one, an invitation that waits."""
    cache.clear()
    scene = Scene()
    used = scene.device("Accueil 1").device
    scene.device("Tablette de l’atelier du mercredi après-midi", is_shared=True)
    stolen = scene.device("Téléphone du bureau").device
    scene.redeem(scene.codes(scene.in_hand())[0], by=actor_of_device(used))
    revoke_device(device=stolen, reason=RevokeReason.STOLEN, by=scene.manager, at=scene.tick())
    with time_machine.travel(scene.now + timedelta(days=1), tick=True):
        create_pairing(
            organisation=scene.operator, name="Accueil 2", by=scene.manager, at=scene.now + timedelta(days=1)
        )
        yield scene


def settle(page: Page) -> None:
    """Nothing overflows, a thumb is enough, axe is content."""
    assert sideways(page) == []
    assert page.evaluate(SMALL) == []
    assert faults_of(page) == []


@SIZES
def test_the_pages_of_devices(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    work_as(page, scene.operator, Role.SITE_MANAGER, scene)
    page.goto("/appareils/")
    settle(page)
    page.get_by_role("link", name="Renommer ou révoquer Accueil 1").click()
    page.get_by_text("Révoquer cet appareil…").click()
    settle(page)
    page.get_by_role("button", name="Révoquer maintenant").click()
    assert "Choisissez pourquoi vous révoquez cet appareil." in page.locator("main").inner_text()
    settle(page)
    page.goto("/appareils/")
    page.get_by_role("link", name="Associer un appareil").click()
    settle(page)
    page.get_by_label("Nom de l’appareil").fill("Téléphone de la borne")
    page.get_by_role("button", name="Afficher le code").click()
    assert page.get_by_role("img", name="Code QR d’association, à scanner avec le téléphone").is_visible()
    settle(page)
    assert "#" not in page.url
    page.get_by_role("button", name="Annuler cette invitation").click()
    assert "L’invitation est annulée" in page.locator("#messages").inner_text()


@SIZES
def test_the_code_and_the_rules(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/compte/code/")
    settle(page)
    page.get_by_label("Nouveau code").fill("1234")
    page.get_by_label("Le même code").fill("1234")
    page.get_by_role("button", name="Enregistrer ce code").click()
    assert "se devine trop vite" in page.locator("main").inner_text()
    settle(page)
    work_as(page, scene.metropole, Role.PILOT, scene)
    page.goto("/vagues/1/")
    page.get_by_role("link", name="Règles au comptoir").click()
    settle(page)


def test_a_phone_is_invited_without_javascript(chromium: Browser, live: LiveServer, scene: Scene) -> None:
    context = chromium.new_context(base_url=live.url, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    work_as(page, scene.operator, Role.SITE_MANAGER, scene)
    page.goto("/appareils/nouveau/")
    page.get_by_label("Nom de l’appareil").fill("Borne")
    page.get_by_role("button", name="Afficher le code").click()
    shown = page.locator(".figures-six").inner_text().replace(" ", "").replace("\n", "")
    assert len(shown) == 6 and shown.isdigit()
    page.get_by_role("link", name="C’est fait").click()
    assert "Borne" in page.locator("main").inner_text()
    context.close()
