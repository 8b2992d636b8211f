"""The contact of a receipt, by its page: optional, never shown unasked, nobody else's."""

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.lifecycle import Scene
from tests.staff import text_of
from vouchers.models import Handover, HandoverContact

ANSWERS = {"kind": "PHONE", "value": "06 12 34 56 78", "purposes": ["REMINDER", "SURVEY"]}


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def handover(scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


def url(handover: Handover) -> str:
    return reverse("vouchers:contact", args=[handover.uid])


def test_kept_shown_when_asked_and_erased(desk, handover, audited) -> None:
    assert url(handover) in text_of(desk.get(reverse("vouchers:handover_done", args=[handover.uid])))
    assert desk.post(url(handover), ANSWERS).status_code == 302
    page = text_of(desk.get(url(handover)))
    assert "Rappeler la fin de validité, Répondre à une enquête" in page
    assert "0612345678" not in page
    assert "0612345678" in text_of(desk.post(url(handover), {"step": "read"}))
    assert "est effacé" in text_of(desk.post(url(handover), {"step": "erase"}, follow=True))
    assert not HandoverContact.objects.exists()
    assert audited()[-3:] == ["RECORD_CONTACT", "READ_CONTACT", "ERASE_CONTACT"]
    assert desk.post(url(handover), {"step": "read"}).status_code == 404


def test_what_is_wrong_is_told_and_nothing_kept(desk, handover) -> None:
    for wrong in ({"purposes": []}, {"value": ""}, {"value": "06"}, {"kind": "FAX"}):
        assert desk.post(url(handover), ANSWERS | wrong).status_code == 422
    assert not HandoverContact.objects.exists()


def test_another_desk_finds_nothing(scene, desk, browser, handover) -> None:
    desk.post(url(handover), ANSWERS)
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    for body in ({}, {"step": "read"}, {"step": "erase"}, ANSWERS):
        assert stranger.post(url(handover), body).status_code == 404
    assert HandoverContact.objects.count() == 1
