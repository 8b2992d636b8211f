"""The scanning page in a real Chromium, before a server of its own (tests/counter_server.py): one hand, 320 px."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.counter_phone import Phone, printed
from tests.counter_server import BIBLIOTHEQUE, ESPACE, CounterServer

pytestmark = pytest.mark.browser
# Well written codes (docs/vectors/codes.json), and one with a letter wrong.
ONE, TWO, THREE, WRONG = "87TM8Q3DZK8KT", "S8ZRTQDCZHBW1", "DGW7X8S87VQV4", "07TM8Q3DZK8KT"
BLOCKED = ("TICKET_BLOCKED", "Ce ticket est en opposition (perte ou vol déclaré).")


def test_pairing_by_figures_then_one_scan_and_one_tap(phone: Phone, server: CounterServer) -> None:
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
    phone.settle()
    phone.choose_service()
    phone.tap()
    phone.sees("1 heure utilisée")
    phone.says("Accepté. 1 heure utilisée")
    phone.settle()
    assert server.redeemed() == 1
    phone.scan(printed(7, 1))
    phone.tap()  # the service is remembered
    phone.sees("1 heure utilisée")
    phone.tickets(0)
    assert server.redeemed() == 2
    assert ONE not in phone.page.url


def test_pairing_by_the_link_of_the_qr(phone: Phone) -> None:
    phone.page.close()
    phone.open("/comptoir/#appairer=SECRET")
    phone.is_online()
    assert phone.page.evaluate("location.hash") == ""
    phone.page.close()
    phone.open("/comptoir/#appairer=SECRET")
    expect(phone.page.get_by_role("heading", name="Ce téléphone est déjà relié")).to_be_visible()
    phone.settle()
    phone.page.get_by_role("button", name="Le garder ainsi").click()
    expect(phone.page.get_by_label("Ou tapez le code")).to_be_visible()


def test_a_wrong_letter_is_told_while_it_is_typed(ready: Phone) -> None:
    told = ready.page.locator("#code-told")
    field = ready.page.get_by_label("Ou tapez le code")
    field.press_sequentially("87tm8q3d", delay=100)
    expect(field).to_have_value("87TM 8Q3D")
    expect(told).to_contain_text("Encore 5 lettres")
    field.fill(WRONG)
    expect(told).to_contain_text("Une lettre est fausse")
    expect(field).to_have_attribute("aria-invalid", "true")
    ready.settle()
    ready.page.get_by_role("button", name="Ajouter").click()
    ready.sees("Ce code contient une erreur de saisie")
    field.fill("o1ol oiol olio0")  # O → 0, I and L → 1
    expect(told).to_contain_text("Code bien écrit")
    ready.settle()


def test_a_refusal_says_what_to_do_and_uses_nothing(ready: Phone, server: CounterServer) -> None:
    server.refused = {ONE: BLOCKED}
    ready.type(ONE)
    expect(ready.page.locator("#basket").get_by_text("Refusé", exact=True)).to_be_visible()
    expect(ready.page.locator("#basket")).to_contain_text(BLOCKED[1])
    expect(ready.page.locator("#tap")).to_have_count(0)
    expect(ready.page.locator("#result .result-sentence")).to_have_text(BLOCKED[1])
    ready.says("Refusé.")  # at the scan, not at the tap
    ready.settle()
    ready.page.get_by_role("button", name=re.compile("Retirer")).click()
    ready.tickets(0)
    expect(ready.page.locator("#result")).to_have_count(0)
    ready.type(TWO)
    expect(ready.page.get_by_text("Valable", exact=True)).to_be_visible()
    server.refused = {TWO: ("TICKET_ALREADY_REDEEMED", "Ce ticket a déjà été utilisé le 03/03/2026.")}
    ready.choose_service()
    ready.tap()
    ready.sees("Ce ticket a déjà été utilisé le 03/03/2026.")
    ready.sees("Rien n’a été utilisé.")
    ready.says("Refusé.")
    ready.settle()
    assert server.redeemed() == 0


def test_undo_with_a_reason_and_the_act_stays_in_the_journal(ready: Phone, server: CounterServer) -> None:
    ready.scan(printed(7, 1))
    ready.choose_service()
    ready.tap()
    ready.sees("1 heure utilisée")
    ready.page.get_by_role("button", name="Annuler cet acte").click()
    ready.page.get_by_role("button", name="Annuler cet acte").click()
    expect(ready.page.get_by_role("alert").filter(has_text="Choisissez un motif")).to_be_visible()
    ready.settle()
    ready.page.get_by_text("Mauvais ticket").click()
    ready.page.get_by_role("button", name="Annuler cet acte").click()
    expect(ready.page.get_by_role("heading", name="Journal du jour")).to_be_visible()
    line = ready.page.locator("#history li")
    expect(line).to_contain_text("Annulé")
    expect(line).to_contain_text("Motif : Mauvais ticket")
    ready.settle()
    assert server.redeemed() == 0
    ready.scanner()
    ready.scan(printed(7, 1))
    ready.tickets(1)


def test_a_workshop_offers_what_is_possible(ready: Phone, server: CounterServer) -> None:
    server.wave = {"required_answers": ["THEMES", "IS_FIRST"]}
    for number in (1, 2, 3):
        ready.scan(printed(number, 1))
    ready.tickets(3)
    ready.page.get_by_text("Atelier collectif").click()
    ready.choose_service()
    ready.page.get_by_label("Autonomie").first.select_option("autonome")
    ready.page.get_by_label("Premier accompagnement").first.select_option("yes")
    ready.page.get_by_role("button", name="Même réponse pour tous").click()
    ready.page.get_by_label("Personnes venues sans ticket").fill("4")
    ready.page.get_by_label("Niveau de l’atelier").select_option("debutant")
    ready.settle()
    refused = printed(2, 1).partition("#")[2]
    server.refused = {refused: BLOCKED}
    ready.tap()
    ready.sees("3 heures demandées, 2 possibles")
    ready.settle()
    assert server.redeemed() == 0
    ready.page.get_by_role("button", name="Utiliser 2 heures possibles").click()
    ready.sees("2 heures utilisées")
    body = [told for method, path, told in server.calls if (method, path) == ("POST", "/redemptions")][-1]
    assert (body["type"], body["level"], body["others_count"], body["minutes"]) == ("collectif", "debutant", 4, 60)
    assert body["people"] == [{"rank": rank, "autonomy": "autonome", "is_first": True} for rank in (0, 1)]


def test_what_the_wave_requires_is_asked(phone: Phone, server: CounterServer) -> None:
    server.wave = {"required_answers": ["THEMES", "AUTONOMY", "IS_FIRST"]}
    phone.pair()
    phone.scan(printed(1, 1))
    phone.choose_service()
    phone.tap()
    phone.sees("Indiquez les thématiques, l’autonomie et le premier accompagnement.")
    phone.settle()
    phone.page.get_by_label("Autonomie de la personne").select_option("partiellement_autonome")
    phone.page.get_by_label("Premier accompagnement").select_option("no")
    phone.page.get_by_text("E-mail", exact=True).click()
    phone.tap()
    phone.sees("1 heure utilisée")
    phone.scan(printed(1, 2))
    phone.tap()  # the themes are remembered, what describes the person is asked again
    phone.sees("Indiquez l’autonomie et le premier accompagnement.")


def test_an_answer_that_the_server_alone_asks_for_is_given_then_taken(ready: Phone, server: CounterServer) -> None:
    address = printed(1, 1)
    server.refused = {address[-30:]: ("ANSWER_MISSING", "La vague « Vague 1 » demande aussi : autonomie.")}
    ready.scan(address)
    ready.choose_service()
    ready.tap()
    ready.sees("demande aussi : autonomie")
    expect(ready.page.locator("#tap")).to_have_count(0)
    ready.settle()
    server.refused = {}
    ready.page.get_by_label("Autonomie de la personne").select_option("autonome")
    ready.tap()
    ready.sees("1 heure utilisée")


def test_the_place_is_named_and_changing_it_asks(phone: Phone, server: CounterServer) -> None:
    server.places = [ESPACE, BIBLIOTHEQUE]
    phone.page.get_by_label("Les 6 chiffres").fill("123456")
    phone.page.get_by_role("button", name="Relier ce téléphone").click()
    expect(phone.page.get_by_role("heading", name="Où êtes-vous")).to_be_visible()
    phone.settle()
    phone.page.get_by_text(str(ESPACE["name"])).click()
    phone.page.get_by_role("button", name="Travailler ici").click()
    expect(phone.page.locator("#banner")).to_contain_text(str(ESPACE["name"]))
    phone.settle()
    phone.page.get_by_role("button", name="Changer de lieu").click()
    expect(phone.page.get_by_role("heading", name="Changer de lieu")).to_be_visible()
    phone.settle()
    phone.page.get_by_text(str(BIBLIOTHEQUE["name"])).click()
    phone.page.get_by_role("button", name="Travailler ici").click()
    expect(phone.page.locator("#banner")).to_contain_text(str(BIBLIOTHEQUE["name"]))
    phone.scan(printed(1, 1))
    phone.choose_service()
    phone.tap()
    phone.sees("1 heure utilisée")
    assert server.calls[-1][2]["site"] == BIBLIOTHEQUE["uid"]


def test_a_shared_phone_asks_who_holds_it(phone: Phone, server: CounterServer) -> None:
    server.is_shared = True
    phone.page.get_by_label("Les 6 chiffres").fill("123456")
    phone.page.get_by_role("button", name="Relier ce téléphone").click()
    expect(phone.page.get_by_role("heading", name="Qui tient ce téléphone")).to_be_visible()
    phone.settle()
    phone.page.get_by_label("Votre nom").select_option(label="Ana Martin")
    phone.page.get_by_label("Votre code personnel").fill("0000")
    phone.page.get_by_role("button", name="C’est moi").click()
    expect(phone.page.get_by_role("alert").filter(has_text="est faux")).to_be_visible()
    phone.settle()
    phone.page.get_by_label("Votre code personnel").fill("1234")
    phone.page.get_by_role("button", name="C’est moi").click()
    expect(phone.page.locator("#banner")).to_contain_text("Ana Martin")
    phone.settle()
    phone.journal()
    phone.page.get_by_role("button", name="Ce n’est plus moi").click()
    expect(phone.page.get_by_role("heading", name="Qui tient ce téléphone")).to_be_visible()


def test_at_a_desk_too(ready: Phone) -> None:
    ready.page.set_viewport_size({"width": 1280, "height": 800})
    for position in (1, 2):
        ready.scan(printed(1, position))
    ready.tickets(2)
    ready.settle()
    ready.choose_service()
    ready.tap()
    ready.sees("2 heures utilisées")
    ready.settle()
    ready.journal()
    ready.settle()


def test_the_keyboard_is_enough(phone: Phone, server: CounterServer) -> None:
    page = phone.page

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to("#pairing-code")
    page.keyboard.type("123456", delay=100)  # a person: slower than a hand scanner
    page.keyboard.press("Enter")
    phone.is_online()
    tab_to("#code")
    page.keyboard.type(ONE, delay=100)
    page.keyboard.press("Enter")
    phone.tickets(1)
    tab_to("#service")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "service", "the focus stays where one works"
    tab_to("#tap")
    page.keyboard.press("Enter")
    phone.sees("1 heure utilisée")
    assert server.redeemed() == 1


def test_a_hand_scanner_leaves_a_list_that_has_the_focus_as_it_was(ready: Phone) -> None:
    ready.scan(printed(1, 1))
    ready.choose_service()
    ready.page.get_by_label("Service").focus()
    ready.scan(printed(1, 2))
    ready.tickets(2)
    expect(ready.page.get_by_label("Service")).to_have_value("bases")


def test_without_javascript_another_page_is_named(chromium: Browser, live: Any) -> None:
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/comptoir/")
    expect(page.get_by_role("link", name="Utiliser des tickets")).to_have_attribute("href", "/utiliser/")
    context.close()
