"""The report in a real Chromium: axe finds nothing, nothing overflows at 320 px, the files are one click away."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from passnum.accounts.roles import Role
from tests.axe import faults_of
from tests.browsing import sideways
from tests.caller import signed_in
from tests.lifecycle import START, Scene
from vouchers.register.sealer import seal_movements

pytestmark = pytest.mark.browser
PAGE = "/vagues/1/rapport/"
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture
def scene(live: LiveServer) -> Scene:
    scene = Scene()
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0])
    scene.redeem(codes[1], site=scene.other_site, by=scene.other_mediator)
    seal_movements(at=scene.tick())
    return scene


def enter(page: Page, live: LiveServer, scene: Scene) -> None:
    client = signed_in(scene.metropole, Role.PILOT, START)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live.url}])


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_report_passes_axe_and_fits(
    browser_page: Page, live: LiveServer, scene: Scene, size: dict[str, int]
) -> None:
    enter(browser_page, live, scene)
    browser_page.set_viewport_size(size)  # type: ignore[arg-type]
    for address in ("/rapports/", PAGE, PAGE + "?scelle=99"):
        browser_page.goto(address)
        assert (address, sideways(browser_page)) == (address, [])
        assert faults_of(browser_page) == [], address


def test_a_pair_is_chosen_then_printed(browser_page: Page, live: LiveServer, scene: Scene) -> None:
    page = browser_page
    enter(page, live, scene)
    page.goto(PAGE)
    page.get_by_label("Arrêté au").fill("2026-03-02")
    page.get_by_role("button", name="Recalculer").click()
    page.wait_for_url("**arrete_au=2026-03-02*")
    expect(page.locator(".lead")).to_contain_text("Arrêté au 2")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "rapport-vague-1-2026-03-02-scelle-1.pdf"
