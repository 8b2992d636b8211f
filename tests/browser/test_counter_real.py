"""The scanning page and the real server, from the invitation of the manager to what is owed: one debit, whatever happens."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Route, expect

from mediation.models import CounterRules, QuarantinedAct, Redemption, RequiredAnswer
from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pairing import create_pairing
from passnum.accounts.models import Device, RevokeReason
from passnum.kit.clock import now
from tests.counter_phone import Phone, phone_of
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from vouchers.models import Booklet, Ticket
from vouchers.states import TitleStatus

pytestmark = pytest.mark.browser


class Line:
    """The line between the phone and the server: it can be cut, or lose the answers."""

    is_up = True
    loses_answers = False

    def serve(self, context: BrowserContext) -> None:
        context.route("**/api/v1/**", self._carry)

    def _carry(self, route: Route) -> None:
        if not self.is_up:
            route.abort("internetdisconnected")
        elif self.loses_answers and route.request.url.endswith("/redemptions"):
            route.fetch()  # the server did its work
            route.abort("connectionreset")
        else:
            route.continue_()


@pytest.fixture
def scene(live: Any) -> Iterator[Scene]:
    cache.clear()
    scene = Scene()
    with time_machine.travel(scene.now + timedelta(days=1), tick=True):
        yield scene
    call_command("check_register")


@pytest.fixture
def booklet(scene: Scene) -> Booklet:
    return scene.in_hand()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def phone(chromium: Browser, live: Any, scene: Scene, booklet: Booklet, line: Line) -> Iterator[Phone]:
    """A phone that the manager's invitation has just paired."""
    made = create_pairing(organisation=scene.operator, name="Accueil", is_shared=False, by=scene.manager, at=now())
    with phone_of(chromium, line, live.url, at=now()) as phone:
        phone.page.get_by_label("Les 6 chiffres").fill(made.figures)
        phone.page.get_by_role("button", name="Relier ce téléphone").click()
        phone.is_online()
        phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        yield phone


def use(phone: Phone, address: str) -> None:
    phone.scan(address)
    phone.tickets(1)
    phone.page.get_by_label("Service").select_option(label="Les bases du numérique")
    phone.tap()


def used() -> int:
    return Ticket.objects.filter(status=TitleStatus.REDEEMED).count()


def test_online_then_undone(phone: Phone, booklet: Booklet) -> None:
    use(phone, printed_addresses(booklet)[0])
    phone.sees("1 heure utilisée")
    assert used() == 1
    phone.page.get_by_role("button", name="Annuler cet acte").click()
    phone.page.get_by_text("Mauvais ticket").click()
    phone.page.get_by_role("button", name="Annuler cet acte").click()
    expect(phone.page.locator("#history li")).to_contain_text("Motif : Mauvais ticket")
    assert used() == 0


def test_offline_then_sent_once(phone: Phone, booklet: Booklet) -> None:
    one, two = printed_addresses(booklet)[:2]
    use(phone, one)
    phone.sees("1 heure utilisée")
    phone.cut()
    use(phone, two)
    phone.sees("Noté hors ligne")
    phone.reopen()
    phone.back()
    phone.is_online()
    phone.journal()
    expect(phone.page.locator("#history li").filter(has_text="Enregistré")).to_have_count(2)
    assert used() == 2
    assert Redemption.objects.filter(is_offline=True).count() == 1


def test_a_lost_answer_counts_once(phone: Phone, booklet: Booklet, line: Line) -> None:
    line.loses_answers = True
    use(phone, printed_addresses(booklet)[0])
    phone.sees("Ne recommencez pas")
    line.loses_answers = False
    phone.is_online()
    phone.journal()
    expect(phone.page.locator("#history li").filter(has_text="Enregistré")).to_have_count(1)
    assert (used(), Redemption.objects.count()) == (1, 1)


def test_refused_then_offered(phone: Phone, scene: Scene, booklet: Booklet) -> None:
    scene.redeem(scene.codes(booklet)[1])
    for address in printed_addresses(booklet)[:3]:
        phone.scan(address)
    phone.tickets(3)
    expect(phone.page.locator("#basket").get_by_text("Refusé", exact=True)).to_be_visible()
    phone.page.get_by_label("Service").select_option(label="Les bases du numérique")
    phone.page.get_by_role("button", name="Utiliser 2 heures possibles").click()
    phone.sees("2 heures utilisées")
    assert used() == 3


def test_what_the_wave_requires(phone: Phone, scene: Scene, booklet: Booklet) -> None:
    CounterRules.objects.create(wave=scene.wave, required_answers=[RequiredAnswer.IS_FIRST], updated_at=now())
    use(phone, printed_addresses(booklet)[0])  # the list of the phone does not know it yet
    phone.sees("demande aussi")
    phone.page.get_by_label("Premier accompagnement").select_option("yes")
    phone.tap()
    phone.sees("1 heure utilisée")
    assert used() == 1


def test_a_stolen_phone_hands_over_its_queue(phone: Phone, scene: Scene, booklet: Booklet) -> None:
    phone.cut()
    use(phone, printed_addresses(booklet)[0])
    phone.sees("Noté hors ligne")
    revoke_device(device=Device.objects.get(), reason=RevokeReason.STOLEN, by=scene.manager, at=now())
    phone.back()
    expect(phone.page.get_by_text("Ce téléphone n’est plus relié")).to_be_visible()
    assert (used(), QuarantinedAct.objects.count()) == (0, 1)
