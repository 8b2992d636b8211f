"""The desk sends by post, then activates from the receipt, or blocks what never arrived."""

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.lifecycle import Scene
from tests.staff import filled, text_of
from tests.vouchers.pages.test_handover import TAPS, taps_url
from vouchers.models import Booklet, Handover, HandoverActivation

POSTED = reverse("vouchers:posted")


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def booklet(scene) -> Booklet:
    return scene.delivered((scene.ccas, 5, 1))[0]


def activate_url(handover: Handover) -> str:
    return reverse("vouchers:handover_activate", args=[handover.uid])


def test_sent_then_activated_from_its_receipt(desk, booklet, audited) -> None:
    page = desk.get(taps_url(booklet))
    done = desk.post(taps_url(booklet), filled(page, **TAPS, by_post="on"), follow=True)
    handover = Handover.objects.get(booklet=booklet)
    assert handover.channel == "BY_POST"
    assert "Carnet à poster" in text_of(done)
    listed = text_of(desk.get(POSTED))
    assert handover.receipt in listed
    assert booklet.label in listed
    after = desk.post(activate_url(handover), follow=True)
    assert "est activé" in text_of(after)
    assert "Rien n’attend" in text_of(after)
    assert audited()[-1] == "ACTIVATE_HANDOVER"
    assert "Bien arrivé" in text_of(desk.get(reverse("vouchers:handover_done", args=[handover.uid])))


def test_a_letter_has_no_other_carrier(desk, booklet) -> None:
    page = desk.get(taps_url(booklet))
    refused = desk.post(taps_url(booklet), filled(page, **TAPS | {"carrier": "GUARDIAN"}, by_post="on"))
    assert refused.status_code == 422
    assert "Par la poste, le carnet va à la personne" in text_of(refused)
    assert not Handover.objects.filter(booklet=booklet).exists()


def test_another_desk_sees_and_activates_nothing(scene, browser, booklet) -> None:
    handover = scene.post(booklet)
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    assert handover.receipt not in text_of(stranger.get(POSTED))
    assert stranger.post(activate_url(handover)).status_code == 404
    assert not HandoverActivation.objects.exists()


def test_what_was_given_by_hand_is_not_activated(scene, desk, booklet) -> None:
    refused = desk.post(activate_url(scene.hand_over(booklet)))
    assert refused.status_code == 409
    assert "n’a pas été envoyé par la poste" in text_of(refused)
