"""The counter and the pages of the public in a real Chromium: 320 px and desktop, keyboard alone, axe finds nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page, expect

from mediation.models import Site
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from tests.axe import faults_of
from tests.browsing import sideways
from tests.caller import signed_in
from tests.lifecycle import Scene, site_of
from tests.printed import printed_addresses
from vouchers.models import Booklet, Ticket
from vouchers.states import TitleStatus

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def scene(live: Any) -> Iterator[Scene]:
    """A scene whose pages are read a day later; the clock of the server's threads goes on from there."""
    cache.clear()
    scene = Scene()
    with time_machine.travel(scene.now + timedelta(days=1), tick=True):
        yield scene


@pytest.fixture
def booklet(scene: Scene) -> Booklet:
    Site.objects.filter(pk=scene.site.pk).update(
        phone="+33143000000",
        opening_hours="Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00",
        specific_care=["Handicaps moteurs"],
        services=["Maîtrise des outils numériques du quotidien"],
    )
    return scene.in_hand()


def work_as(page: Page, organisation: Organisation, role: Role, scene: Scene) -> None:
    """Give the browser the session of somebody in a role."""
    client = signed_in(organisation, role, scene.now)
    page.goto("/")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}])


def settle(page: Page) -> None:
    """Nothing overflows, axe is content."""
    assert sideways(page) == []
    assert faults_of(page) == []


def used() -> int:
    return Ticket.objects.filter(status=TitleStatus.REDEEMED).count()


@SIZES
def test_check_use_undo(browser_page: Page, scene: Scene, booklet: Booklet, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/utiliser/")
    settle(page)
    one, two = scene.codes(booklet)[:2]
    page.get_by_label("Codes des tickets").fill(f"{one}\n{two}")
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_role("status").filter(has_text="2 tickets valables")).to_be_visible()
    settle(page)
    assert one not in page.url
    page.get_by_role("button", name="Utiliser 2 heures").click()
    expect(page.get_by_role("status").filter(has_text="2 heures utilisées")).to_be_visible()
    settle(page)
    assert used() == 2
    page.get_by_role("link", name="Annuler (jusqu’à").click()
    expect(page.get_by_role("button", name="Annuler cet acte")).to_be_visible()
    settle(page)
    page.get_by_text("Mauvais ticket", exact=True).click()
    page.get_by_role("button", name="Annuler cet acte").click()
    expect(page.get_by_role("alert").filter(has_text="Acte annulé")).to_be_visible()
    settle(page)
    assert used() == 0
    page.get_by_role("link", name="Journal du jour").click()
    expect(page.get_by_text("Mauvais ticket")).to_be_visible()
    settle(page)


@SIZES
def test_some_tickets_refused(browser_page: Page, scene: Scene, booklet: Booklet, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    one, two = scene.codes(booklet)[:2]
    scene.redeem(two)
    page.goto("/utiliser/")
    page.get_by_label("Codes des tickets").fill(f"{one}\n{two}\nABCD")
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_role("alert").filter(has_text="3 heures demandées, 1 possible")).to_be_visible()
    settle(page)


def test_the_keyboard_is_enough(browser_page: Page, scene: Scene, booklet: Booklet) -> None:
    page = browser_page
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/utiliser/")

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to("textarea[name=codes]")
    page.keyboard.type(scene.codes(booklet)[0])
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Contrôler")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 ticket valable")).to_be_visible()
    tab_to("button.big")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 heure utilisée")).to_be_visible()
    assert used() == 1


def test_a_hand_scanner_types_whole_addresses_each_with_enter(
    browser_page: Page, scene: Scene, booklet: Booklet
) -> None:
    page = browser_page
    work_as(page, scene.operator, Role.MEDIATOR, scene)
    page.goto("/utiliser/")
    page.get_by_label("Codes des tickets").focus()
    expect(page.get_by_label("Codes des tickets")).to_be_focused()
    for address in printed_addresses(booklet)[:3]:
        page.keyboard.type(address)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Contrôler").click()
    expect(page.get_by_role("status").filter(has_text="3 tickets valables")).to_be_visible()


@SIZES
def test_the_distributor_confirms_in_one_tap(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    for kept in scene.delivered((scene.ccas, 5, 2)):
        scene.redeem(scene.codes(kept)[0])
    work_as(page, scene.ccas, Role.DISTRIBUTOR, scene)
    page.goto("/confirmations/")
    settle(page)
    page.get_by_role("button", name="Oui, nous l’avons remis").first.click()
    expect(page.get_by_text("est confirmée")).to_be_visible()
    page.get_by_role("button", name="Non").click()
    expect(page.get_by_text("Aucune remise n’attend votre réponse.")).to_be_visible()
    settle(page)


@SIZES
def test_the_public_page_of_a_ticket(browser_page: Page, scene: Scene, booklet: Booklet, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    address = printed_addresses(booklet)[0]
    path = address[address.index("/T/") :]
    page.goto(path)
    expect(page.get_by_text("Il reste 5 heures")).to_be_visible()
    expect(page.get_by_text("01 43 00 00 00")).to_be_visible()
    page.wait_for_function("!location.hash")
    assert page.evaluate("history.length") <= 2, "the proof is not left one step back"
    settle(page)
    date_size = page.locator(".left-date strong").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert date_size >= 28
    page.goto("/t/0000000000/")
    settle(page)


@SIZES
def test_where_to_use_a_pass(browser_page: Page, scene: Scene, booklet: Booklet, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    for rank in range(5):
        site_of(scene.operator, f"Espace {rank}", commune_code="92012" if rank % 2 else "94028")
    page.goto("/ou-utiliser/")
    settle(page)
    page.get_by_label("Commune ou code postal").fill("créteil")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="Créteil")).to_be_visible()
    settle(page)


@SIZES
def test_places_and_api_guide(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    site_of(scene.operator, "Sans label", labelled=False)
    work_as(page, scene.metropole, Role.LABEL_OFFICER, scene)
    page.goto("/lieux/")
    expect(page.get_by_text("Sans label").first).to_be_visible()
    settle(page)
    page.goto("/api/")
    settle(page)
