"""Fixtures of the tests that drive a real Chromium against a real server on a database of its own."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.database import FreshDatabase
from tools.chromium import find_chromium

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # No network: what is not on this machine does not exist.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
WAIT_MS = 10_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture
def live(fresh_database: FreshDatabase) -> Iterator[LiveServer]:
    """A server (threads, static files) on a fresh database; its `url` has no final slash."""
    server = LiveServer("127.0.0.1")
    yield server
    _stop(server)


def _stop(server: LiveServer) -> None:
    """Stop a server at once: its loop looks at its flag twice a second, or when somebody knocks."""
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    while stopping.is_alive():
        with (
            contextlib.suppress(OSError),
            socket.create_connection((server.thread.host, server.thread.port), timeout=1),
        ):
            pass
        stopping.join(0.02)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of this worker."""
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium manque sur cette machine et n'a pas pu être installé : test au navigateur ignoré.")
    # Playwright keeps an event loop in this thread, where Django would refuse its ORM to the test's own code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_page(chromium: Browser, live: LiveServer) -> Iterator[Page]:
    """A blank page of a fresh profile, in French; a relative address leads to the live server.

    The test fails when a script of the page fails.
    """
    context = chromium.new_context(base_url=live.url, locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults, f"scripts of the page failed: {faults}"


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by the page, and wait for the front page: an address that only ends alike is where one comes from."""
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


def wait_for_focus(page: Page) -> None:
    """Wait as a person does before they type: the focus comes with the first picture, after the page is loaded."""
    expect(page.locator("[autofocus], [data-scan]:not([autofocus])")).to_be_focused()


def sideways(page: Page) -> list[str]:
    """What sticks out to the right once the page and its style sheets are there; nothing when it does not scroll."""
    page.wait_for_load_state("load")
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? []
             : [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > window.innerWidth)
                 .map(e => e.outerHTML.slice(0, 120))"""
    )
