"""The shell in a real Chromium: axe finds nothing, nothing overflows at 320 px, the keyboard is enough."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.axe import faults_of

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
PUBLIC = ["/", "/style/", "/style/?erreurs=1", "/compte/connexion/", "/nulle-part/"]
PASSWORD = "un-mot-de-passe-d-essai"
# 44 px: the smallest target of the design; text links inside a sentence are exempt (WCAG 2.5.8).
TARGETS = (
    "button, .button, .menu a, .account a, .choice, .tile, select, "
    "input:not([type=hidden], [type=radio], [type=checkbox])"
)


@pytest.fixture
def person(live: Any) -> User:
    user = User.objects.create_user("jeanne@example.org", PASSWORD, full_name="Jeanne Martin", created_at=now())
    for name, role in (("CCAS de Montreuil", Role.DISTRIBUTOR), ("Métropole du Grand Paris", Role.PILOT)):
        organisation = Organisation.objects.create(kind="CCAS", name=name, created_at=now())
        Membership.objects.create(user=user, organisation=organisation, role=role, created_at=now())
    return user


def _sign_in(page: Page) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill("jeanne@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def _overflow(page: Page) -> int:
    page.wait_for_load_state("load")  # its style sheets too
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_pass_axe_and_fit(browser_page: Page, size: dict[str, int]) -> None:
    browser_page.set_viewport_size(size)
    found = {}
    for address in PUBLIC:
        browser_page.goto(address)
        assert _overflow(browser_page) <= 0, f"{address} scrolls sideways"
        found[address] = faults_of(browser_page)
    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_person_signs_in_chooses_and_leaves(browser_page: Page, person: User, size: dict[str, int]) -> None:
    page = browser_page
    page.set_viewport_size(size)
    _sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Choisir son rôle")
    assert faults_of(page) == []
    page.locator(".choice", has_text="Métropole du Grand Paris").click()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator(".post")).to_contain_text("Métropole du Grand Paris Pilote (Métropole)")
    assert faults_of(page) == []
    assert _overflow(page) <= 0
    if size is PHONE:
        page.get_by_role("button", name="Menu").click()
        assert faults_of(page) == []
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


def test_the_keyboard_is_enough(browser_page: Page, person: User) -> None:
    page = browser_page
    page.goto("/compte/connexion/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Adresse électronique")).to_be_focused()
    page.keyboard.type("jeanne@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/compte/role/**")
    expect(page.locator("#contenu")).to_be_focused()  # the redirection kept the fragment
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continuer")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator(".post")).to_contain_text("Métropole du Grand Paris")


def test_the_focus_is_seen_on_every_kind_of_control(browser_page: Page) -> None:
    browser_page.goto("/style/")
    hidden = browser_page.evaluate(
        """() => [...document.querySelectorAll('a[href], button:enabled, input, select, textarea')].map(e => {
             e.focus({focusVisible: true});
             const tile = e.closest('.choice') || e;
             const style = getComputedStyle(tile);
             return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? e.outerHTML.slice(0, 80) : '';
           }).filter(Boolean)"""
    )
    assert hidden == []


def test_targets_are_large_enough_for_a_thumb(browser_page: Page) -> None:
    browser_page.set_viewport_size(PHONE)
    for address in ("/", "/style/", "/compte/connexion/"):
        browser_page.goto(address)
        small = browser_page.evaluate(
            """(targets) => [...document.querySelectorAll(targets)].map(e => [e, e.getBoundingClientRect()])
                 .filter(([e, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
                 .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 80)}`)""",
            TARGETS,
        )
        assert small == [], address


def test_pages_work_and_fit_when_the_text_is_twice_as_large(browser_page: Page) -> None:
    browser_page.set_viewport_size({"width": 640, "height": 800})
    browser_page.goto("/style/")
    browser_page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert _overflow(browser_page) <= 0


def test_paper_holds_the_content_and_not_the_menu(browser_page: Page) -> None:
    browser_page.goto("/style/")
    browser_page.emulate_media(media="print")
    expect(browser_page.locator(".masthead")).to_be_hidden()
    expect(browser_page.locator(".footer")).to_be_hidden()
    expect(browser_page.get_by_role("heading", level=1)).to_be_visible()


def test_the_security_policy_is_not_stumbled_over(browser_page: Page) -> None:
    said: list[str] = []
    browser_page.on("console", lambda message: said.append(message.text))
    for address in ("/", "/style/", "/compte/connexion/"):
        browser_page.goto(address)
    assert said == []


def test_axe_itself_finds_a_fault_when_there_is_one(browser_page: Page) -> None:
    browser_page.goto("/")
    browser_page.evaluate("document.querySelector('#id_ref').removeAttribute('id')")
    assert "label" in json.dumps(faults_of(browser_page))


def test_axe_comes_from_the_lock_which_names_no_address() -> None:
    root = Path(__file__).resolve().parents[2]
    lock = json.loads((root / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
