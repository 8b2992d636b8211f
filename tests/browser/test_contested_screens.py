"""Every screen of contested acts at 320 px: axe finds nothing, nothing overflows, a thumb is enough."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from mediation.actions.recovery import recover
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.models import QuarantinedAct, RedemptionLine
from mediation.states import SettleReason
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.axe import faults_of
from tests.browser.test_vouchers_screens import PHONE, faults
from tests.lifecycle import Scene
from tests.mediation.contested import used_twice
from tests.mediation.policies.test_undo import denied
from tests.mediation.revoked import lost_phone, queued, send
from tests.staff import PASSWORD, person_with_password

pytestmark = pytest.mark.browser


@pytest.fixture
def lines(live: Any) -> tuple[Scene, list[RedemptionLine]]:
    """Hours contested for several reasons; some are decided."""
    scene = Scene(now=now() - timedelta(days=60))
    scene.wave = scene.make_wave(7, valid_until=now().date() + timedelta(days=120))
    booklet = scene.in_hand(10)
    lines = [used_twice(scene, booklet, first=rank) for rank in range(3)]
    lines.append(used_twice(scene, scene.in_hand(), hours=3))
    lines.append(denied(scene)[1].lines.get())
    by, reason = scene.finance, SettleReason.GOOD_FAITH
    settle_contested(line=lines[0], is_payable=True, reason=reason, by=by, at=scene.tick())
    grant_goodwill(line=lines[1], amount_cents=750, reason=reason, by=by, at=scene.tick())
    return scene, lines


@pytest.fixture
def aside(lines: tuple[Scene, list[RedemptionLine]]) -> Scene:
    """Acts of a lost phone: one is recovered, one cannot be read, two wait."""
    scene, _ = lines
    codes = scene.codes(scene.in_hand())
    acts = [queued(scene, code, happened_at=scene.tick(hours=1)) for code in (*codes[:3], "???")]
    send(scene, lost_phone(scene), *acts)
    first = QuarantinedAct.objects.get(key=acts[0].key)
    recover(aside=first, reason="Vu avec la médiatrice", by=scene.manager, at=scene.tick())
    return scene


def sign_in(page: Page, where: Organisation, role: Role) -> None:
    page.context.clear_cookies()
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(person_with_password(where, role).email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/")


def test_every_screen_of_contested_acts_fits_a_phone(
    browser_page: Page, lines: tuple[Scene, list[RedemptionLine]]
) -> None:
    page, (scene, contested) = browser_page, lines
    page.set_viewport_size(PHONE)
    acts = [f"/contestes/{line.redemption.uid}/" for line in contested]
    seen = {
        Role.FINANCE: (scene.metropole, ["/contestes/", "/contestes/?etat=tous", *acts]),
        Role.PILOT: (scene.metropole, ["/contestes/", acts[2]]),
        Role.MEDIATOR: (scene.other_operator, ["/utiliser/contestes/", "/utiliser/journal/"]),
        Role.DISTRIBUTOR: (scene.ccas, ["/contestes/carnets/"]),
    }
    found: dict[str, list[str]] = {}
    for role, (where, addresses) in seen.items():
        sign_in(page, where, role)
        found |= {f"{role} {address}": faults(page, address) for address in addresses}
    assert {address: told for address, told in found.items() if told} == {}


def test_acts_put_aside_fit_a_phone_and_are_recovered_with_it(browser_page: Page, aside: Scene) -> None:
    page = browser_page
    page.set_viewport_size(PHONE)
    sign_in(page, aside.metropole, Role.PILOT)
    assert faults(page, "/actes-mis-de-cote/") == []
    sign_in(page, aside.operator, Role.SITE_MANAGER)
    assert faults(page, "/actes-mis-de-cote/") == []
    page.get_by_role("button", name="Récupérer les actes cochés").click()
    assert faults_of(page) == []
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Pourquoi récupérer").fill("Feuille à l’appui")
    page.get_by_role("button", name="Récupérer les actes cochés").click()
    assert "1 acte récupéré" in page.locator("main").inner_text().replace("\u00a0", " ")


def test_an_officer_decides_with_a_phone(browser_page: Page, lines: tuple[Scene, list[RedemptionLine]]) -> None:
    page, (scene, contested) = browser_page, lines
    page.set_viewport_size(PHONE)
    sign_in(page, scene.metropole, Role.FINANCE)
    page.goto(f"/contestes/{contested[2].redemption.uid}/")
    page.get_by_role("button", name="Décider").click()
    assert "Choisissez ce que vous décidez" in page.locator("main").inner_text()
    page.get_by_label("Payer 10,00").check()
    page.get_by_label("Le lieu ne pouvait pas le savoir").check()
    page.get_by_role("button", name="Décider").click()
    assert "Payé sur une heure libre" in page.locator("main").inner_text()
