"""The scanning page without network, closed, reopened, revoked, updated: nothing is lost, nothing counts twice."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.counter_phone import Phone, phone_of, printed
from tests.counter_server import CounterServer

pytestmark = pytest.mark.browser
TYPED, OTHER, THIRD = "87TM8Q3DZK8KT", "S8ZRTQDCZHBW1", "DGW7X8S87VQV4"
BLOCKED = ("TICKET_BLOCKED", "Ce ticket est en opposition (perte ou vol déclaré).")


@pytest.fixture
def at_work(ready: Phone) -> Phone:
    """A phone whose service is remembered."""
    ready.scan(printed(1, 1))
    ready.choose_service()
    ready.tap()
    ready.sees("1 heure utilisée")
    return ready


def test_offline_closed_reopened_then_sent(at_work: Phone, server: CounterServer) -> None:
    at_work.cut()
    at_work.scan(printed(1, 2))
    expect(at_work.page.get_by_text("Signature valable")).to_be_visible()
    at_work.settle()
    at_work.tap()
    at_work.sees("Noté hors ligne")
    at_work.sees("1 heure notée")
    expect(at_work.page.locator("#mode")).to_contain_text("1 acte à envoyer, liste d’il y a")
    at_work.settle()
    at_work.reopen()  # the page comes from the worker, the queue from the phone
    expect(at_work.page.locator("#mode")).to_contain_text("1 acte à envoyer")
    at_work.journal()
    expect(at_work.page.locator("#history")).to_contain_text("À envoyer")
    at_work.settle()
    assert server.redeemed() == 1
    at_work.back()
    at_work.is_online()
    expect(at_work.page.locator("#history li").filter(has_text="Enregistré")).to_have_count(2)
    at_work.settle()
    assert server.redeemed() == 2


def test_what_the_phone_knows_to_be_false_is_refused_offline(phone: Phone, server: CounterServer) -> None:
    server.wave = {"blocked": [[5, 0b10]]}
    phone.pair()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.scan(printed(1, 1))
    phone.choose_service()
    phone.tap()
    phone.sees("1 heure utilisée")
    phone.cut()
    phone.scan(printed(1, 1))
    expect(phone.page.locator("#basket")).to_contain_text("Ce ticket a déjà été utilisé")
    phone.settle()
    phone.page.get_by_role("button", name="Retirer").click()
    phone.scan(printed(5, 2))
    expect(phone.page.locator("#basket")).to_contain_text("opposition")
    expect(phone.page.locator("#tap")).to_have_count(0)
    phone.page.get_by_role("button", name="Retirer").click()
    phone.scan(printed(5, 1))
    phone.tap()
    phone.sees("1 heure notée")
    phone.scan(printed(6, 1)[:-1] + "Q")
    phone.sees("n’est pas authentique")
    phone.settle()


def test_a_code_typed_offline_is_never_told_as_accepted(at_work: Phone, server: CounterServer) -> None:
    at_work.cut()
    for code in (TYPED, OTHER):
        at_work.type(code)
        expect(at_work.page.get_by_text("À vérifier", exact=True)).to_be_visible()
        at_work.tap()
        at_work.sees("1 heure notée, à vérifier")
        assert "Accepté" not in at_work.page.locator("#result").inner_text()
    at_work.settle()
    at_work.type(THIRD)  # beyond two hours a day
    at_work.tap()
    at_work.sees("2 heures au plus")
    at_work.settle()
    server.refused = {TYPED: BLOCKED}
    at_work.back()
    at_work.sees(BLOCKED[1])
    at_work.says("Refusé après envoi")
    at_work.journal()
    expect(at_work.page.locator("#history li").filter(has_text="Refusé")).to_contain_text("opposition")
    at_work.settle()
    assert server.redeemed() == 2


def test_an_answer_lost_is_asked_again_with_the_same_key(at_work: Phone, server: CounterServer) -> None:
    server.loses_answers = True
    at_work.scan(printed(1, 2))
    expect(at_work.page.get_by_text("Valable", exact=True)).to_be_visible()
    at_work.tap()
    at_work.sees("à vérifier")
    at_work.sees("Ne recommencez pas")
    at_work.settle()
    server.loses_answers = False
    at_work.is_online()  # by itself
    assert server.redeemed() == 2
    keys = [act["key"] for method, path, body in server.calls if path == "/device/acts" for act in body["acts"]]
    assert set(keys) <= set(server.acts)


def test_an_act_that_was_not_sent_is_taken_back(at_work: Phone, server: CounterServer) -> None:
    at_work.cut()
    at_work.scan(printed(1, 2))
    at_work.tap()
    at_work.sees("1 heure notée")
    at_work.page.get_by_role("button", name="Annuler cet acte").click()
    at_work.page.get_by_text("Autre erreur").click()
    at_work.page.get_by_role("button", name="Annuler cet acte").click()
    line = at_work.page.locator("#history li").filter(has_text="Annulé avant l’envoi")
    expect(line).to_contain_text("Motif : Autre erreur")
    at_work.settle()
    at_work.back()
    at_work.is_online()
    assert server.redeemed() == 1


FULL = "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); };"
NO_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('private', 'InvalidStateError'); };"


def test_an_act_that_cannot_be_kept_is_not_sent(chromium: Browser, live: Any, server: CounterServer) -> None:
    with phone_of(chromium, server, live.url, lacking=FULL) as phone:
        phone.pair()
        phone.scan(printed(1, 1))
        phone.choose_service()
        phone.tap()
        phone.sees("n’a pas pu noter cet acte")
        phone.settle()
        assert "POST /redemptions" not in server.paths()


def test_a_browser_that_keeps_nothing_says_so(chromium: Browser, live: Any, server: CounterServer) -> None:
    with phone_of(chromium, server, live.url, lacking=NO_STORE) as phone:
        expect(phone.page.get_by_text("Ce navigateur ne garde rien")).to_be_visible()
        phone.settle()


def test_a_revoked_phone_is_told_and_keeps_nothing_to_send(at_work: Phone, server: CounterServer) -> None:
    at_work.cut()
    at_work.scan(printed(1, 2))
    at_work.tap()
    at_work.sees("1 heure notée")
    server.is_revoked = True
    at_work.back()
    expect(at_work.page.get_by_role("heading", name="Relier ce téléphone")).to_be_visible()
    expect(
        at_work.page.get_by_text("Cet appareil a été retiré. Ses actes sont mis de côté.", exact=True)
    ).to_be_visible()
    at_work.settle()
    assert server.redeemed() == 1


def test_a_new_version_is_taken_and_the_queue_stays(at_work: Phone, server: CounterServer, settings: Any) -> None:
    server.is_up = False
    at_work.scan(printed(1, 2))
    at_work.tickets(1)
    at_work.tap()
    at_work.sees("1 heure notée")
    before = at_work.page.evaluate("caches.keys()")
    settings.IS_TRIAL = True  # the page of the next version says so
    at_work.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true)")
    expect(at_work.page.get_by_text("Données d’essai")).to_be_visible()
    expect(at_work.page.locator("#mode")).to_contain_text("1 acte à envoyer")
    after = at_work.page.evaluate("caches.keys()")
    assert len(after) == len(before) == 2
    assert set(after) & set(before) == {"passnum-decoder"}
    at_work.settle()
