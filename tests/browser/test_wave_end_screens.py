"""Every screen of a wave's end at 320 px: axe finds nothing, nothing overflows, a thumb confirms and signs."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mediation.actions.wave_clock import run_wave_clocks
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.browser.test_contested_screens import sign_in
from tests.browser.test_vouchers_screens import PHONE, faults
from tests.lifecycle import Scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(live: Any) -> Scene:
    """A wave that ended, its statement drawn; one whose freeze is asked; a CAP of this year."""
    scene = Scene(now=now() - timedelta(days=100))
    today = now().date()
    ended = scene.make_wave(7, valid_from=today - timedelta(days=200), valid_until=today - timedelta(days=40))
    scene.redeem(scene.codes(scene.in_hand(wave=ended))[0])
    ending = scene.make_wave(8, valid_until=today + timedelta(days=10))
    scene.delivered((scene.ccas, 5, 3), (scene.other_ccas, 10, 2), wave=ending)
    year = {"valid_from": date(today.year, 1, 1), "valid_until": date(today.year, 12, 31)}
    cap = scene.make_wave(9, profile="CAP", grace_days=0, issuer_address="15 avenue de l’Essai, 75013 Paris", **year)
    scene.delivered((scene.ccas, 5, 1), wave=cap)
    scene.now = now()
    run_wave_clocks(at=scene.now)
    return scene


def test_every_screen_of_the_end_fits_a_phone(browser_page: Page, scene: Scene) -> None:
    page = browser_page
    page.set_viewport_size(PHONE)
    ends = ["/fin-de-validite/", "/fin-de-validite/7/", "/fin-de-validite/8/"]
    seen = {
        Role.PILOT: (scene.metropole, [*ends, "/vagues/8/"]),
        Role.FUNDER: (scene.funder, ends),
        Role.DISTRIBUTOR: (scene.ccas, ["/fin-de-validite/8/", "/fin-de-validite/9/lieux/"]),
    }
    found: dict[str, list[str]] = {}
    for role, (where, addresses) in seen.items():
        sign_in(page, where, role)
        found |= {f"{role} {address}": faults(page, address) for address in addresses}
    assert {address: told for address, told in found.items() if told} == {}


def test_a_funder_confirms_and_signs_with_a_phone(browser_page: Page, scene: Scene) -> None:
    page = browser_page
    page.set_viewport_size(PHONE)
    sign_in(page, scene.funder, Role.FUNDER)
    page.goto("/fin-de-validite/8/")
    page.get_by_role("button", name="Confirmer l’arrêt des remises").click()
    expect(page.locator("main")).to_contain_text("Remises arrêtées")
    page.goto("/fin-de-validite/7/")
    page.get_by_role("button", name="Signer le décompte AV-7-0001").click()
    expect(page.locator("main")).to_contain_text("l’autre côté doit encore signer")
    expect(page.get_by_role("button", name="Signer")).to_have_count(0)
