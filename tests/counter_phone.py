"""A phone of 320 px before the scanning page, and what a person does with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page, expect

from passnum.kit.codes.code import code_from_bits
from passnum.kit.codes.payload import pack
from passnum.kit.codes.url import full_url
from passnum.kit.keys import production_keyring
from tests.axe import faults_of
from tests.browsing import WAIT_MS
from tests.printed import HOST

SIZE = {"width": 320, "height": 640}
# Smallest targets of the design: 44 px.
TARGETS = "button, select, input:not([type=radio], [type=checkbox]), .choice, summary"


def printed(number: int, position: int, *, wave: int = 1) -> str:
    """What the QR of a ticket says, signed by the keys of the tests."""
    code = code_from_bits(number << 8 | position)
    keyring = production_keyring()
    payload = pack(keyring, kid=1, series=wave, number=number, position=position, code=code)
    return "".join(full_url(HOST, "ABCDEFGHJK", payload))


class Server(Protocol):
    """What a phone speaks to, which a test may cut."""

    is_up: bool

    def serve(self, context: BrowserContext) -> None: ...


class Phone:
    """One profile of a browser; it may close its page and open another."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context, self.server = context, server
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

    def reopen(self) -> None:
        """Close the page and open it again, as a phone does at each pause."""
        self.page.close()
        self.open()

    def pair(self) -> None:
        self.page.get_by_label("Les 6 chiffres").fill("123 456")
        self.page.get_by_role("button", name="Relier ce téléphone").click()
        self.is_online()

    def is_online(self) -> None:
        expect(self.page.locator("#mode")).to_have_text("En ligne")

    def type(self, code: str) -> None:
        self.page.get_by_label("Ou tapez le code").fill(code)
        self.page.get_by_role("button", name="Ajouter").click()

    def scan(self, address: str) -> None:
        """A hand scanner: whole address, very fast, then Enter, wherever the focus is."""
        self.page.keyboard.type(address)
        self.page.keyboard.press("Enter")

    def tickets(self, count: int) -> None:
        expect(self.page.locator("#basket li")).to_have_count(count)

    def choose_service(self) -> None:
        self.page.get_by_label("Service").select_option("bases")

    def tap(self) -> None:
        self.page.locator("#tap").click()

    def sees(self, sentence: str) -> None:
        expect(self.page.locator("#result")).to_contain_text(sentence)

    def says(self, sentence: str) -> None:
        """A screen reader is told at once."""
        expect(self.page.locator("#announce[aria-live=assertive]")).to_contain_text(sentence)

    def journal(self) -> None:
        self.page.get_by_role("button", name="Journal").click()
        expect(self.page.get_by_role("heading", name="Journal du jour")).to_be_visible()

    def scanner(self) -> None:
        self.page.get_by_role("button", name="Scanner", exact=True).click()

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
        wide = (
            "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)"
        )
        found = page.evaluate(f"{wide}.map((e) => e.outerHTML.slice(0, 90))")
        assert found == [], f"scrolls sideways: {found}"
        small = page.evaluate(
            """(targets) => [...document.querySelectorAll(targets)].filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([html]) => html)""",
            TARGETS,
        )
        assert small == []
        assert faults_of(page) == []


@contextmanager
def phone_of(
    browser: Browser, server: Server, base: str, *, lacking: str = "", at: datetime | None = None
) -> Iterator[Phone]:
    """A phone; at the end nothing failed in its page, the security policy was not met, no request left the host.

    `lacking`: a script that takes from the browser what an older one has not. `at`: what its clock says, and goes on.
    """
    context = browser.new_context(base_url=base, locale="fr-FR", timezone_id="Europe/Paris", viewport=SIZE)
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    context.add_init_script(lacking)
    if at is not None:
        context.clock.install(time=at)
    phone = Phone(context, server)
    yield phone
    context.close()
    said = [text for text in phone.said if not text.startswith("Failed to load resource")]
    assert said == [], f"the page said {said}"
    elsewhere = [url for url in phone.asked if not url.startswith((base, "data:", "blob:"))]
    assert elsewhere == [], f"the page asked {elsewhere}"
