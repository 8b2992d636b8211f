"""The rest of the desk on a phone 320 px wide: a loss, a workshop, the post, a paper day, what the person leaves with."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.axe import faults_of
from tests.browser.test_handover import PHONE, overflow, sign_in, small_targets, stock
from tests.lifecycle import Scene
from tests.staff import person_with_password
from vouchers.models import Booklet, Dispute
from vouchers.states import TitleStatus

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(live: Any) -> Scene:
    """A stock that came a fortnight ago, in a wave that is open today."""
    return Scene(now=now() - timedelta(days=14))


def test_a_loss_is_settled_from_the_receipt(browser_page: Page, scene: Scene) -> None:
    page, (booklet, *_) = browser_page, stock(scene)
    receipt = scene.hand_over(booklet).receipt
    page.set_viewport_size(PHONE)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/opposition/")
    seen = {"search": (faults_of(page), overflow(page), small_targets(page))}
    page.get_by_label("Carnet ou reçu").fill(receipt)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(booklet.label)
    page.get_by_text("Quelques tickets seulement").click()
    seen["what is lost"] = (faults_of(page), overflow(page), small_targets(page))
    page.get_by_text("Perdu", exact=True).click()
    page.get_by_role("button", name="Bloquer et remplacer").click()
    expect(page.get_by_text("est bloqué")).to_be_visible()
    assert {name: found for name, found in seen.items() if found != ([], 0, [])} == {}
    assert Dispute.objects.get().mask == 0b11111


def test_the_other_rooms_of_the_desk_fit(browser_page: Page, scene: Scene) -> None:
    page, (one, two, posted) = browser_page, stock(scene)
    letter = scene.post(posted)
    page.set_viewport_size(PHONE)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    seen = {}
    for name, address in {
        "post": "/remettre/poste/",
        "posted": f"/remettre/recu/{letter.uid}/",
        "print": "/remettre/feuille/",
        "type in": "/remettre/feuille/saisir/",
        "places": "/lieux-proches/",
        "contact": f"/remettre/recu/{letter.uid}/contact/",
        "appointment": f"/rendez-vous/remise/{letter.uid}/",
        "workshop": "/remettre/atelier/",
    }.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        seen[name] = (faults_of(page), overflow(page), small_targets(page))
    page.get_by_label("Carnets à remettre").fill(f"{one.label}\n{two.label}")
    page.get_by_role("button", name="Continuer").click()
    for name, option in {
        "target_public": "seniors",
        "age_band": "soixante_dix_plus",
        "gender": "feminin",
        "social_status": "retraite",
    }.items():
        page.locator(f"#id_{name}").select_option(option)
    page.get_by_text(two.label).click()
    seen["workshop taps"] = (faults_of(page), overflow(page), small_targets(page))
    page.get_by_role("button", name="Remettre 2 carnets").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 carnets remis")
    seen["receipts"] = (faults_of(page), overflow(page), [])
    assert {name: found for name, found in seen.items() if found != ([], 0, [])} == {}
    assert Booklet.objects.filter(status=TitleStatus.HANDED_OVER).count() == 3
