"""The camera of the scanning page: a real Chromium films a ticket of the project's own PDF, and reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.counter_phone import Phone, phone_of
from tests.counter_server import CounterServer
from tests.film import film, filming, pictures_of_tickets
from tests.lifecycle import Scene
from vouchers.models import ProductionFile

pytestmark = pytest.mark.browser


@pytest.fixture
def paper(live: Any) -> tuple[str, Image.Image]:
    """What the first ticket of a booklet says, and its picture: produced, printed, filmed."""
    cache.clear()
    booklet = Scene().in_hand()
    file = ProductionFile.objects.get(order=booklet.order)
    pictures = pictures_of_tickets((Path(settings.PRIVATE_ROOT) / file.path).read_bytes())
    tickets = sorted((said, picture) for said, picture in pictures.items() if "#" in said)
    assert len(tickets) == booklet.size
    return tickets[0]


# What browsers of two years ago had not (Chrome 120, Firefox 121), then one that refuses WebAssembly as well.
OLDER = """
const verify = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
  if ((algorithm.name ?? algorithm) === "Ed25519") return Promise.reject(new DOMException("no", "NotSupportedError"));
  return verify.call(this, format, key, algorithm, ...rest);
};
delete MediaStreamTrack.prototype.getCapabilities;
delete Navigator.prototype.vibrate;
"""
NO_WASM = OLDER + "delete globalThis.WebAssembly;"


@pytest.fixture
def lens(chromium: Browser, paper: tuple[str, Image.Image], tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the paper."""
    browser = filming(chromium, film(paper[1], tmp_path / "ticket.mjpeg"))
    yield browser
    browser.close()


@pytest.fixture
def filmed(lens: Browser, live: Any) -> Iterator[Phone]:
    with phone_of(lens, CounterServer(), live.url) as phone:
        phone.pair()
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        yield phone


@pytest.mark.parametrize("lacking", [OLDER, NO_WASM], ids=["two years ago", "without WebAssembly"])
def test_an_older_browser_reads_and_verifies_in_script(lens: Browser, live: Any, lacking: str) -> None:
    with phone_of(lens, CounterServer(), live.url, lacking=lacking) as phone:
        phone.pair()
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        phone.cut()
        phone.page.get_by_role("button", name="Ouvrir la caméra").click()
        expect(phone.page.get_by_text("Signature valable")).to_be_visible()
        phone.choose_service()
        phone.tap()
        phone.sees("Noté hors ligne")


def test_a_filmed_ticket_is_read_and_used(filmed: Phone, paper: tuple[str, Image.Image]) -> None:
    filmed.page.get_by_role("button", name="Ouvrir la caméra").click()
    filmed.tickets(1)
    expect(filmed.page.get_by_text("Valable", exact=True)).to_be_visible()
    filmed.settle()
    filmed.choose_service()
    filmed.tap()
    filmed.sees("1 heure utilisée")
    filmed.settle()
    (body,) = [told for method, path, told in filmed.server.calls if (method, path) == ("POST", "/redemptions")]
    assert body["codes"] == [paper[0].partition("#")[2]]
    filmed.tickets(0)  # still before the lens: read once
    filmed.page.get_by_role("button", name="Fermer la caméra").click()
    expect(filmed.page.get_by_role("button", name="Ouvrir la caméra")).to_be_visible()


def test_the_decoder_is_kept_and_reads_offline_after_the_page_was_closed(filmed: Phone) -> None:
    filmed.page.get_by_role("button", name="Ouvrir la caméra").click()
    filmed.tickets(1)
    kept = filmed.page.evaluate("caches.open('passnum-decoder').then((c) => c.keys()).then((k) => k.map((r) => r.url))")
    assert sorted(url.partition("vendor/")[2].partition("?")[0] for url in kept) == ["decoder.js", "zxing_reader.wasm"]
    filmed.page.get_by_role("button", name="Retirer").click()
    filmed.cut()
    filmed.reopen()
    filmed.tickets(1)  # the camera was open: it opens again by itself
    filmed.choose_service()
    filmed.tap()
    filmed.sees("Noté hors ligne")
    filmed.settle()
    filmed.back()
    filmed.is_online()
    assert filmed.server.redeemed() == 1


def test_a_camera_refused_says_what_to_do(ready: Phone) -> None:
    ready.page.get_by_role("button", name="Ouvrir la caméra").click()
    told = ready.page.get_by_text("tapez le code")
    expect(told.first).to_be_visible()
    ready.settle()
