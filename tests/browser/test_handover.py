"""The desk in a real Chromium: an agent with a queue, on a phone 320 px wide, with a hand scanner, by keyboard alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from passnum.accounts.models import User
from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.clock import now
from passnum.kit.models import Job
from tests import browsing
from tests.axe import faults_of
from tests.browsing import wait_for_focus
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from tests.staff import PASSWORD, person_with_password
from vouchers.actions.order import approve_order, submit_order
from vouchers.models import Booklet, Handover
from vouchers.states import TitleStatus

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
TAPS = re.compile(r"/remettre/7-\d+/$")
RECEIPT = re.compile(r"/remettre/recu/[0-9a-f-]{36}/")
INPUTS = "input:not([type=hidden], [type=radio], [type=checkbox])"
TARGETS = f"main :is(button:not([hidden]), .button, .choice, select, summary, {INPUTS})"


@pytest.fixture
def scene(live: Any) -> Scene:
    """A stock that came a fortnight ago, in a wave that is open today."""
    return Scene(now=now() - timedelta(days=14))


def stock(scene: Scene, count: int = 3) -> list[Booklet]:
    wave = scene.make_wave(7, valid_until=now().date() + timedelta(days=200))
    return scene.delivered((scene.ccas, 5, count), wave=wave)


def sign_in(page: Page, user: User) -> None:
    browsing.sign_in(page, user.email, PASSWORD)


def overflow(page: Page) -> int:
    page.wait_for_load_state("load")  # its style sheets too
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def small_targets(page: Page) -> list[str]:
    return page.evaluate(
        """(targets) => [...document.querySelectorAll(targets)].map(e => [e, e.getBoundingClientRect()])
             .filter(([e, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
             .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 80)}`)""",
        TARGETS,
    )


def read(page: Page, text: str) -> None:
    """What a hand scanner does, wherever the focus is: it types key by key, then presses Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def scan(page: Page, text: str) -> None:
    """What a person does: they see the field ready, then scan."""
    wait_for_focus(page)
    read(page, text)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_one_scan_and_four_taps(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page, booklets = browser_page, stock(scene)
    page.set_viewport_size(size)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/remettre/")
    seen = {}
    for turn, booklet in enumerate(booklets[:2]):  # the second is scanned from the first one's receipt
        scan(page, printed_addresses(booklet)[0])
        expect(page.get_by_role("heading", level=1)).to_contain_text("À qui remettez-vous ce carnet")
        seen[f"taps {turn}"] = (faults_of(page), overflow(page), small_targets(page))
        page.get_by_text("Personne de 70 ans et plus").click()
        page.get_by_text("70 ans et plus", exact=True).click()
        page.get_by_role("group", name="Genre").get_by_text("Femme").click()
        page.get_by_role("button", name="Retraité").click()
        page.wait_for_url(RECEIPT)
        expect(page.locator(".receipt")).to_have_text(Handover.objects.get(booklet=booklet).receipt)
        expect(page.locator(".receipt")).to_be_in_viewport()
        seen[f"receipt {turn}"] = (faults_of(page), overflow(page), small_targets(page))
    assert {name: found for name, found in seen.items() if found != ([], 0, [])} == {}
    assert Booklet.objects.filter(status=TitleStatus.HANDED_OVER).count() == 2


def test_the_keyboard_is_enough(browser_page: Page, scene: Scene) -> None:
    page, (booklet, *_) = browser_page, stock(scene)
    page.set_viewport_size(PHONE)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/remettre/")
    scan(page, booklet.label)
    page.wait_for_url(TAPS)
    keys = (
        *("Space", "ArrowDown", "Tab", "Tab"),  # the second public; « Autres publics » stays folded
        *("Space", "ArrowDown", "ArrowDown", "Tab"),  # 18 - 24 ans
        *("Space", "Tab", "Tab"),  # Femme; « Préciser » stays folded
        *("Tab", "Tab", "Enter"),  # En emploi
    )
    wait_for_focus(page)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(RECEIPT)
    profile = Handover.objects.get(booklet=booklet).profile
    answers = (profile.target_public, profile.age_band, profile.gender, profile.social_status)
    assert answers == ("jeune-neet", "dix_huit_vingt_quatre", "feminin", "en_emploi")


def test_a_scanner_that_reads_once_more_records_nothing(browser_page: Page, scene: Scene) -> None:
    page, (booklet, *_) = browser_page, stock(scene)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/remettre/")
    scan(page, booklet.label)
    page.wait_for_url(TAPS)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.is_navigation_request() else None)
    taps = {"Public": "Senior", "Âge": "70 ans et plus", "Genre": "Femme"}
    for group, tap in taps.items():
        page.get_by_role("group", name=group, exact=True).get_by_text(tap, exact=True).click()
        read(page, printed_addresses(booklet)[1])
    for group, tap in taps.items():
        expect(page.get_by_role("group", name=group, exact=True).get_by_label(tap, exact=True)).to_be_checked()
    assert (sent, Handover.objects.count()) == ([], 0)
    page.get_by_role("button", name="Retraité").click()
    page.wait_for_url(RECEIPT)
    assert sent == ["POST", "GET"], "the last tap and its receipt; nothing before"


def test_without_script_a_scan_too_many_records_nothing(chromium: Browser, live: LiveServer, scene: Scene) -> None:
    booklet = stock(scene)[0]
    context = chromium.new_context(base_url=live.url, locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto(f"/remettre/7-{booklet.number}/")
    for tap in ("Senior", "70 ans et plus"):
        page.get_by_text(tap, exact=True).click()
    page.get_by_role("group", name="Genre").get_by_text("Femme").click()
    read(page, booklet.label)
    expect(page.locator(".summary")).to_contain_text("Choisissez la situation")
    assert not Handover.objects.exists()
    page.get_by_text("Retraité", exact=True).click()
    read(page, booklet.label)
    expect(page.locator(".summary")).to_be_hidden()
    assert not Handover.objects.exists()
    page.get_by_role("button", name="Remettre le carnet").click()
    page.wait_for_url(RECEIPT)
    context.close()


def test_a_scan_is_never_lost(browser_page: Page, scene: Scene) -> None:
    page, (booklet, given, _) = browser_page, stock(scene)
    scene.hand_over(given)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/remettre/")
    read(page, given.label)  # at once: the field may not have the focus yet
    expect(page.locator(".result-sentence")).to_contain_text("déjà été remis")
    scan(page, printed_addresses(booklet)[0])  # what was refused stands in the field, and is replaced
    page.wait_for_url(TAPS)
    page.goto("/remettre/#contenu")
    page.get_by_role("heading", level=1).click()  # a tap beside
    read(page, printed_addresses(booklet)[1])
    page.wait_for_url(TAPS)
    page.goto("/remettre/")
    wait_for_focus(page)
    page.get_by_role("link", name="Accueil").focus()  # Enter would follow it
    read(page, printed_addresses(booklet)[2])
    page.wait_for_url(TAPS)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_refusals_and_missing_taps_are_seen_and_mended(browser_page: Page, scene: Scene, size: dict[str, int]) -> None:
    page, (booklet, given, _) = browser_page, stock(scene)
    scene.hand_over(given)
    page.set_viewport_size(size)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto("/remettre/")
    scan(page, given.label)
    expect(page.locator(".result-sentence")).to_contain_text("déjà été remis")
    expect(page.locator(".result-sentence")).to_be_in_viewport()
    field = page.get_by_label("Carnet à remettre")
    expect(field).to_be_focused()
    expect(field).to_have_value(given.label)
    assert faults_of(page) == []
    field.fill(booklet.label)
    page.keyboard.press("Enter")
    page.get_by_text("Homme", exact=True).click()
    page.get_by_role("button", name="Sans emploi").click()
    summary = page.locator(".summary")
    expect(summary).to_contain_text("Choisissez le public")
    expect(summary).to_contain_text("Choisissez l’âge")
    assert faults_of(page) == []
    assert overflow(page) <= 0
    for kept in ("Homme", "Sans emploi"):
        expect(page.get_by_label(kept, exact=True)).to_be_checked()
    page.get_by_text("Étudiante ou étudiant").or_(page.get_by_text("Autres publics")).first.click()
    page.get_by_text("Étudiante ou étudiant").click()
    page.get_by_text("18 - 24 ans", exact=True).click()
    page.get_by_role("button", name="Remettre le carnet").click()
    page.wait_for_url(RECEIPT)
    assert Handover.objects.get(booklet=booklet).profile.target_public == "etudiants"


def test_what_is_folded_is_reached_and_sent(browser_page: Page, scene: Scene) -> None:
    page, (booklet, *_) = browser_page, stock(scene)
    page.set_viewport_size(PHONE)
    sign_in(page, person_with_password(scene.ccas, Role.DISTRIBUTOR))
    page.goto(f"/remettre/7-{booklet.number}/")
    page.get_by_text("Préciser").click()
    assert faults_of(page) == []
    assert (overflow(page), small_targets(page)) == (0, [])
    page.get_by_role("group", name="Habite un quartier prioritaire").get_by_text("Oui").click()
    page.get_by_text("A déjà eu un carnet").click()
    page.get_by_label("Langue").select_option("ta")
    for group in ("Public", "Âge", "Genre", "Situation"):
        page.get_by_role("group", name=group, exact=True).get_by_text("Non communiqué").click()
    page.wait_for_url(RECEIPT)
    handover = Handover.objects.get(booklet=booklet)
    assert (handover.had_one_already, handover.profile.lives_in_qpv, handover.profile.language) == (True, True, "ta")


def test_the_receipt_prints_alone(browser_page: Page, scene: Scene) -> None:
    page, (booklet, *_) = browser_page, stock(scene)
    agent = person_with_password(scene.ccas, Role.DISTRIBUTOR)
    handover = scene.hand_over(booklet)
    sign_in(page, agent)
    page.goto(f"/remettre/recu/{handover.uid}/imprimer/")
    assert faults_of(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".receipt")).to_be_visible()
    for hidden in (".masthead", ".footer", ".no-print", ".breadcrumb"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_the_progress_of_a_production_moves_by_itself(browser_page: Page, scene: Scene) -> None:
    page = browser_page
    wave = scene.make_wave(7, valid_until=now().date() + timedelta(days=200))
    order = scene.draft((scene.ccas, 5, 2), wave=wave)
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    scene.proved(order)
    sign_in(page, person_with_password(scene.metropole, Role.PILOT))
    page.goto(f"/commandes/{order.uid}/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.get_by_role("button", name="Lancer la production").click()
    expect(page.locator("#progress")).to_contain_text("0 sur 2")
    assert faults_of(page) == []
    assert jobs.run_job(Job.objects.get(subject=order.uid).uid)
    expect(page.get_by_text("Production terminée")).to_be_visible()
    expect(page.get_by_role("button", name="Télécharger")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Télécharger").click()
    assert downloading.value.suggested_filename.endswith(".pdf")
    assert said == [], "the security policy is not stumbled over"
