"""Every screen of orders, custody and waves at 320 px: axe finds nothing, nothing overflows, a thumb is enough."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.axe import faults_of
from tests.browsing import sign_in
from tests.lifecycle import SIRETS, Scene, organisation
from tests.staff import PASSWORD, person_with_password
from vouchers.actions.inventory import read_booklets, start_inventory
from vouchers.actions.order import submit_order
from vouchers.actions.shipment import send_booklets
from vouchers.models import Booklet, Inventory
from vouchers.register.sealer import seal_movements

pytestmark = pytest.mark.browser
PHONE = {"width": 320, "height": 640}
INPUTS = "input:not([type=hidden], [type=radio], [type=checkbox])"
SMALL = f"""() => [...document.querySelectorAll(
    "main :is(button:not([hidden]), .button, .choice, select, summary, {INPUTS})"
)].map(e => [e, e.getBoundingClientRect()]).filter(([e, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
  .map(([e]) => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def scene(live: Any) -> Scene:
    """Orders in several states, booklets everywhere, a parcel on its way, a dormant stock."""
    scene = Scene(now=now() - timedelta(days=100))
    scene.wave = scene.make_wave(7, valid_until=now().date() + timedelta(days=20))
    relay = organisation("Centre social des Bleuets", OrganisationKind.ASSOCIATION)
    Organisation.objects.filter(pk=relay.pk).update(parent=scene.ccas)
    scene.draft((scene.ccas, 5, 30), (scene.other_ccas, 10, 300))
    submit_order(order=scene.draft((scene.ccas, 8, 12)), by=scene.buyer, at=scene.tick())
    scene.fund(scene.produced((scene.ccas, 5, 40), (scene.other_ccas, 10, 25)), 50_000)
    booklets = scene.delivered((scene.ccas, 5, 6), (relay, 5, 2), (scene.other_ccas, 6, 3))
    for booklet in booklets[:3]:
        scene.hand_over(booklet)
    scene.redeem(*scene.codes(booklets[0])[:2], minutes=120)
    scene.block(booklets[1])
    seal_movements(at=scene.tick())
    send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 3), (5, 9)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    inventory = start_inventory(holder=scene.ccas, wave=scene.wave, by=scene.agent, at=scene.tick())
    numbers = [booklets[4].number, booklets[-1].number]  # one of another's
    read_booklets(inventory=inventory, numbers=numbers, by=scene.agent, at=scene.tick())
    return scene


def faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = faults_of(page)
    page.wait_for_load_state("load")  # its style sheets too
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("scrolls sideways")
    return [*found, *page.evaluate(SMALL)]


def addresses(scene: Scene, role: Role) -> list[str]:
    orders = scene.wave.orders.order_by("pk")
    used, blocked = Booklet.objects.filter(order=orders[3]).order_by("number")[:2]
    booklets = [f"/carnets/7-{used.number}/", f"/carnets/7-{blocked.number}/"]
    parcel = scene.wave.shipments.order_by("-pk")[0]
    if role is Role.FUNDER:
        return ["/commandes/", "/commandes/nouvelle/", f"/commandes/{orders[0].uid}/", "/registre/"]
    if role is Role.DISTRIBUTOR:
        holder = f"/stock/{scene.ccas.uid}/"
        inventory = Inventory.objects.get()
        drawer = f"/stock/inventaires/{inventory.uid}/"
        own = ["/stock/inventaires/", drawer, "/stock/valeurs/", "/stock/pertes/nouvelle/", "/stock/rappels/"]
        return [*own, "/stock/", holder, "/envois/", "/envois/nouveau/", f"/envois/{parcel.uid}/", *booklets]
    kept = ["/stock/lots/nouveau/", "/stock/rappels/nouveau/", "/stock/pertes/nouvelle/"]
    watched = [*kept, *[f"/commandes/{order.uid}/" for order in orders[1:3]]]
    return ["/vagues/", "/vagues/nouvelle/", "/vagues/7/", "/commandes/", *watched, "/stock/", "/envois/nouveau/"]


def test_every_screen_of_each_role_fits_a_phone(browser_page: Page, scene: Scene) -> None:
    page, found = browser_page, {}
    page.set_viewport_size(PHONE)
    for role, where in ((Role.PILOT, scene.metropole), (Role.FUNDER, scene.funder), (Role.DISTRIBUTOR, scene.ccas)):
        page.context.clear_cookies()
        sign_in(page, person_with_password(where, role).email, PASSWORD)
        found |= {f"{role} {address}": faults(page, address) for address in addresses(scene, role)}
    assert {address: told for address, told in found.items() if told} == {}


def test_refused_forms_fit_too(browser_page: Page, scene: Scene) -> None:
    page = browser_page
    page.set_viewport_size(PHONE)
    sign_in(page, person_with_password(scene.funder, Role.FUNDER).email, PASSWORD)
    page.goto("/commandes/nouvelle/")
    page.locator("#id_siret").fill("123")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("main")).to_contain_text("Ce SIRET n’est pas valide")
    assert faults_of(page) == []
    page.locator("#id_wave").select_option("7")
    page.locator("#id_siret").fill(SIRETS[1])
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator("#id_size_5").fill("40")
    assert faults_of(page) == []
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.locator("#id_form-1-quantity").fill("12")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.locator("main")).to_contain_text("Choisissez qui remettra ces carnets.")
    assert faults_of(page) == []
    page.get_by_role("button", name="Ajouter des lignes").click()
    expect(page.locator(".rows > li")).to_have_count(8)
    expect(page.locator("#id_form-1-quantity")).to_have_value("12")
    assert faults_of(page) == []
    base = page.url.rstrip("/").rsplit("/", 1)[0]
    for step in range(1, 6):
        assert faults(page, f"{base}/{step}/") == []
    assert faults(page, "/commandes/") == []
    page.get_by_role("link", name="Reprendre").first.click()
    expect(page.locator("main")).to_contain_text("Pour qui, où et quand")
