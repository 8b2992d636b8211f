"""The scanning page in a real Chromium, before a server of its own (tests/counter_server.py): typed codes, no camera."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.axe import faults_of
from tests.browsing import WAIT_MS
from tests.counter_server import BIBLIOTHEQUE, ESPACE, CounterServer

pytestmark = pytest.mark.browser
PHONE = {"width": 320, "height": 640}
# Well written codes (docs/vectors/codes.json), and one with a letter wrong.
ONE, TWO, THREE, WRONG = "87TM8Q3DZK8KT", "S8ZRTQDCZHBW1", "DGW7X8S87VQV4", "07TM8Q3DZK8KT"
BLOCKED = ("TICKET_BLOCKED", "Ce ticket est en opposition (perte ou vol déclaré).")
TARGETS = "button, select, input:not([type=radio], [type=checkbox]), .choice, summary"


class Phone:
    """A phone of 320 px, its page and what a person does with it."""

    def __init__(self, context: BrowserContext, server: CounterServer, base: str) -> None:
        self.context, self.server, self.base = context, server, base
        self.said: list[str] = []
        self.asked: list[str] = []
        server.serve(context)
        context.on("console", lambda message: self.said.append(message.text))
        context.on("request", lambda request: self.asked.append(request.url))
        self.page = self.open()

    def open(self, address: str = "/comptoir/") -> Page:
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(f"failed: {error}"))
        self.page.goto(address)
        return self.page

    def pair(self) -> None:
        self.page.get_by_label("Les 6 chiffres").fill("123 456")
        self.page.get_by_role("button", name="Relier ce téléphone").click()
        expect(self.page.locator("#mode")).to_contain_text("En ligne")

    def type(self, code: str) -> None:
        self.page.get_by_label("Ou tapez le code").fill(code)
        self.page.get_by_role("button", name="Ajouter").click()

    def choose_service(self) -> None:
        self.page.get_by_label("Service").select_option("bases")

    def tap(self) -> None:
        self.page.locator("#tap").click()

    def sees(self, sentence: str) -> None:
        expect(self.page.locator("#result")).to_contain_text(sentence)

    def cut(self) -> None:
        self.server.is_up = False
        self.context.set_offline(True)
        expect(self.page.locator("#mode")).to_contain_text("Hors ligne")

    def back(self) -> None:
        self.server.is_up = True
        self.context.set_offline(False)

    def settle(self) -> None:
        """Nothing overflows, targets are large enough, axe is content."""
        page = self.page
        wide = "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)"
        assert page.evaluate(f"{wide}.map((e) => e.outerHTML.slice(0, 90))") == [], "scrolls sideways"
        small = page.evaluate(
            """(targets) => [...document.querySelectorAll(targets)].filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([html]) => html)""",
            TARGETS,
        )
        assert small == []
        assert faults_of(page) == []


@pytest.fixture
def server() -> CounterServer:
    return CounterServer()


@pytest.fixture
def phone(chromium: Any, live: Any, server: CounterServer) -> Iterator[Phone]:
    context = chromium.new_context(base_url=live.url, locale="fr-FR", timezone_id="Europe/Paris", viewport=PHONE)
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    phone = Phone(context, server, live.url)
    yield phone
    context.close()
    assert [text for text in phone.said if not text.startswith("Failed to load resource")] == []
    assert [url for url in phone.asked if not url.startswith((live.url, "data:", "blob:"))] == []


@pytest.fixture
def ready(phone: Phone) -> Phone:
    phone.pair()
    return phone


def test_pairing_by_figures_a_typed_code_and_one_tap(phone: Phone, server: CounterServer) -> None:
    phone.settle()
    phone.page.get_by_label("Les 6 chiffres").fill("999999")
    phone.page.get_by_role("button", name="Relier ce téléphone").click()
    expect(phone.page.get_by_role("alert").filter(has_text="n’est pas ou plus valable")).to_be_visible()
    phone.settle()
    phone.pair()
    phone.settle()
    phone.type(ONE)
    expect(phone.page.get_by_text("Valable", exact=True)).to_be_visible()
    phone.settle()
    phone.tap()
    phone.sees("Indiquez le service")
    phone.choose_service()
    phone.tap()
    phone.sees("1 heure utilisée")
    phone.settle()
    assert server.redeemed() == 1
    phone.type(TWO)
    phone.tap()  # the service is remembered: one scan, one tap
    expect(phone.page.locator("#tap")).to_have_count(0)
    phone.sees("1 heure utilisée")
    assert server.redeemed() == 2
    assert ONE not in phone.page.url
