from datetime import timedelta

import time_machine
from django.test import Client

from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.pages.test_redeem import check, field, text_of, use
from vouchers.models import Ticket
from vouchers.states import TitleStatus

PAGE = "/utiliser/journal/"


def make_an_act(client: Client, scene: Scene, code: str) -> str:
    return use(client, check(client, code), scene)["Location"]


def test_the_day_shows_its_acts_and_what_is_owed(scene: Scene, mediator: Client) -> None:
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0])  # the day before
    make_an_act(mediator, scene, codes[1])
    (noticed,) = scene.delivered((scene.ccas, 5, 1))
    make_an_act(mediator, scene, scene.codes(noticed)[0])
    page = text_of(mediator.get(PAGE))
    assert "Journal du 3 mars 2026" in page
    assert "2 actes, 2 heures" in page
    assert "20,00 € à payer 2 heures" in page
    assert "10,00 € en attente de confirmation 1 heure" in page
    before = text_of(mediator.get(PAGE + "?jour=2026-03-02"))
    assert "1 acte, 1 heure" in before
    assert "20,00 € à payer" in before, "what is owed is owed whatever the day shown"


def test_an_act_is_undone_with_its_reason_and_stays_visible(scene: Scene, mediator: Client) -> None:
    done = make_an_act(mediator, scene, scene.codes(scene.in_hand())[0])
    form = mediator.get(done + "annuler/")
    assert mediator.post(done + "annuler/", {"key": field(form, "key")}).status_code == 422
    undone = mediator.post(done + "annuler/", {"key": field(form, "key"), "reason": "WRONG_COUNT"})
    assert undone["Location"] == done
    assert "Acte annulé, tickets rendus" in text_of(mediator.get(done))
    page = text_of(mediator.get(PAGE))
    assert "1 acte, 0 heure" in page
    assert "Annulé Mauvais nombre d’heures" in page
    assert "0,00 € à payer 0 heure" in page
    assert not Ticket.objects.filter(status=TitleStatus.REDEEMED).exists()


def test_a_colleague_sees_the_act_and_the_manager_takes_it_back(scene: Scene, mediator: Client) -> None:
    done = make_an_act(mediator, scene, scene.codes(scene.in_hand())[0])
    colleague = signed_in(scene.operator, Role.MEDIATOR, scene.now)
    manager = signed_in(scene.operator, Role.SITE_MANAGER, scene.now)
    link = f'href="{done}annuler/"'
    assert link in mediator.get(PAGE).content.decode()
    assert link not in colleague.get(PAGE).content.decode()
    refused = colleague.post(done + "annuler/", {"key": "8d3d6f3e-0000-4000-8000-000000000001", "reason": "OTHER"})
    assert refused.status_code == 403
    assert link in manager.get(PAGE).content.decode()
    form = manager.get(done + "annuler/")
    assert manager.post(done + "annuler/", {"key": field(form, "key"), "reason": "OTHER"}).status_code == 302


def test_too_late_is_said_and_changes_nothing(scene: Scene, mediator: Client, clock: time_machine.Traveller) -> None:
    done = make_an_act(mediator, scene, scene.codes(scene.in_hand())[0])
    form = mediator.get(done + "annuler/")
    clock.shift(timedelta(minutes=16))
    assert "annuler/" not in mediator.get(PAGE).content.decode()
    late = mediator.post(done + "annuler/", {"key": field(form, "key"), "reason": "OTHER"})
    assert late.status_code == 409
    assert "date de plus de 15 minutes" in text_of(late)
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1


def test_a_day_that_cannot_be_shown_is_today(scene: Scene, mediator: Client) -> None:
    for asked in ("hier", "2026-02-30", "2099-01-01", "0001-01-01", "%00"):
        assert "Journal du 3 mars 2026" in text_of(mediator.get(f"{PAGE}?jour={asked}"))


def test_the_acts_of_another_place_are_not_shown(scene: Scene, mediator: Client) -> None:
    scene.redeem(scene.codes(scene.in_hand())[0], site=scene.other_site, by=scene.other_mediator)
    assert "Aucun acte ce jour-là" in text_of(mediator.get(PAGE + "?jour=2026-03-02"))
    assert "0,00 € à payer 0 heure" in text_of(mediator.get(PAGE))


def test_queries_do_not_grow_with_the_acts(scene: Scene, mediator: Client, django_assert_max_num_queries) -> None:
    codes = scene.codes(scene.in_hand())
    for code in codes:
        make_an_act(mediator, scene, code)
    with django_assert_max_num_queries(13):
        assert "5 actes, 5 heures" in text_of(mediator.get(PAGE))
