"""Acts put aside on screen: who sees them, ticks them, says why."""

from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from mediation.models import QuarantinedAct, Redemption
from passnum.accounts.roles import Role
from passnum.kit.codes.check_letter import check_letter
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.contested import decisions
from tests.mediation.revoked import lost_phone, queued, send
from tests.staff import text_of

PAGE = "/actes-mis-de-cote/"


@pytest.fixture
def manager(scene: Scene, clock: time_machine.Traveller) -> Client:
    """The browser of the place's manager."""
    return signed_in(scene.operator, Role.SITE_MANAGER, scene.now)


def kept(scene: Scene, *codes: str, **terms: Any) -> list[QuarantinedAct]:
    """One act for each code, tried by a lost phone."""
    acts = [queued(scene, code, happened_at=scene.tick(hours=1), **terms) for code in codes]
    send(scene, lost_phone(scene), *acts)
    return [QuarantinedAct.objects.get(key=act.key) for act in acts]


def bring_back(client: Client, *acts: QuarantinedAct, reason: str = "Vu avec la médiatrice") -> HttpResponse:
    return client.post(PAGE, {"acts": [str(act.uid) for act in acts], "reason": reason}, follow=True)


def test_nothing_aside_is_said(manager: Client) -> None:
    assert "Aucun acte n’a été mis de côté" in text_of(manager.get(PAGE))


def test_the_manager_ticks_acts_and_says_why(scene: Scene, manager: Client) -> None:
    codes = scene.codes(scene.in_hand())
    acts = kept(scene, *codes[:3])
    page = text_of(manager.get(PAGE))
    assert "3 actes" in page
    assert "appareil « Téléphone de l’accueil » révoqué le" in page
    assert "1 ticket (dont 1 tapé), 1 h, Les bases du numérique" in page
    assert not any(code in page for code in codes)
    done = text_of(bring_back(manager, *acts[:2]))
    assert "2 actes récupérés" in done
    assert done.count("Vu avec la médiatrice") == 2
    assert Redemption.objects.count() == 2
    assert decisions(Redemption.objects.earliest("pk").lines.get()) == [("CONTESTED", "DEVICE_REVOKED")]


def test_a_choice_and_a_reason_are_asked(scene: Scene, manager: Client) -> None:
    (act,) = kept(scene, scene.codes(scene.in_hand())[0])
    page = bring_back(manager, act, reason=" ")
    assert page.status_code == 422
    assert "Écrivez le motif" in text_of(page)
    assert "checked" in text_of(page)
    page = bring_back(manager)
    assert page.status_code == 422
    assert "Cochez au moins un acte" in text_of(page)
    assert not Redemption.objects.exists()


def test_one_that_cannot_be_recorded_does_not_hold_the_others_back(scene: Scene, manager: Client) -> None:
    letters = "ZZZZZZZZZZZZ"
    unknown, good = kept(scene, letters + check_letter(letters), scene.codes(scene.in_hand())[0])
    page = bring_back(manager, unknown, good)
    assert page.status_code == 404
    assert "Ce ticket est inconnu" in text_of(page)
    assert Redemption.objects.get().key == good.key
    unreadable = kept(scene, "???")[0]
    assert "Aucun code n’a pu être lu" in text_of(manager.get(PAGE))
    assert "1 acte illisible classé" in text_of(bring_back(manager, unreadable))
    assert "Classé" in text_of(manager.get(PAGE))
    assert Redemption.objects.count() == 1


def test_another_place_sees_and_takes_nothing(scene: Scene) -> None:
    (act,) = kept(scene, scene.codes(scene.in_hand())[0])
    other = signed_in(scene.other_operator, Role.SITE_MANAGER, scene.now)
    assert "Aucun acte n’a été mis de côté" in text_of(other.get(PAGE))
    assert bring_back(other, act).status_code == 422
    assert not Redemption.objects.exists()


def test_the_pilot_recovers_for_a_place_that_cannot(scene: Scene) -> None:
    (act,) = kept(scene, scene.codes(scene.in_hand())[0])
    pilot = signed_in(scene.metropole, Role.PILOT, scene.now)
    assert scene.site.name in text_of(pilot.get(PAGE))
    assert "1 acte récupéré" in text_of(bring_back(pilot, act))


def test_mediators_do_not_open_it(scene: Scene, mediator: Client) -> None:
    assert mediator.get(PAGE).status_code == 403


def test_queries_do_not_grow_with_the_acts(scene: Scene, manager: Client, django_assert_max_num_queries: Any) -> None:
    kept(scene, *scene.codes(scene.in_hand()))
    with django_assert_max_num_queries(9):
        assert "5 actes" in text_of(manager.get(PAGE))


def test_those_to_recover_come_first(scene: Scene, manager: Client) -> None:
    first, second = kept(scene, *scene.codes(scene.in_hand())[:2])
    bring_back(manager, first)
    page = text_of(manager.get(PAGE))
    assert page.index("Récupéré") > page.index(str(second.uid))
