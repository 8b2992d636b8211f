"""The desk notes an appointment; the place finds it by its receipt, and sees no person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mediation.models import Appointment
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.staff import filled, text_of
from vouchers.models import Handover

LIST = reverse("mediation:appointments")


@pytest.fixture
def handover(scene: Scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


def desk_url(handover: Handover) -> str:
    return reverse("mediation:first_appointment", args=[handover.uid])


def planned(agent: Client, scene: Scene, handover: Handover) -> Appointment:
    day = (now() + timedelta(days=2)).date().isoformat()
    answers = {"choice": "PLANNED", "place": str(scene.site.uid), "day": day, "hour": "14:30"}
    done = agent.post(desk_url(handover), filled(agent.get(desk_url(handover)), **answers))
    assert done.status_code == 302, text_of(done)
    return Appointment.objects.get(handover=handover)


def test_noted_at_the_desk_and_marked_by_receipt(scene, agent, mediator, handover, clock) -> None:
    done = agent.get(reverse("vouchers:handover_done", args=[handover.uid]))
    assert desk_url(handover) in text_of(done)
    appointment = planned(agent, scene, handover)
    assert "Le Lieu" in text_of(agent.get(desk_url(handover)))
    listed = text_of(mediator.get(LIST))
    assert handover.receipt in listed
    for silent in (handover.booklet.label, "Senior", "Femme", "CCAS"):
        assert silent not in listed
    mark = reverse("mediation:appointment_mark", args=[appointment.uid])
    early = mediator.post(mark, {"outcome": "HELD"})
    assert early.status_code == 409
    assert "est à venir" in text_of(early)
    assert mediator.post(mark, {"outcome": "MOVED"}).status_code == 422
    day = (now() + timedelta(hours=1)).date().isoformat()
    assert mediator.post(mark, {"outcome": "MOVED", "day": day, "hour": "22:00"}).status_code == 302
    moved = Appointment.objects.get(moved_from=appointment)
    found = text_of(mediator.post(LIST, {"receipt": handover.receipt.lower()}))
    assert "Ce reçu" in found
    done = mediator.post(reverse("mediation:appointment_mark", args=[moved.uid]), {"outcome": "HELD"}, follow=True)
    assert "c’est noté" in text_of(done)
    assert "Tenu" in text_of(done)


def test_another_place_and_none_look_alike(scene, agent, handover) -> None:
    appointment = planned(agent, scene, handover)
    stranger = signed_in(scene.other_operator, Role.MEDIATOR, scene.now)
    theirs = stranger.post(LIST, {"receipt": handover.receipt})
    none = stranger.post(LIST, {"receipt": "00000000"})
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs).replace(handover.receipt, "") == text_of(none).replace("00000000", "")
    mark = reverse("mediation:appointment_mark", args=[appointment.uid])
    assert stranger.post(mark, {"outcome": "CANCELLED"}).status_code == 404
    other_desk = signed_in(scene.other_ccas, Role.DISTRIBUTOR, scene.now)
    for method in (other_desk.get, other_desk.post):
        assert method(desk_url(handover)).status_code == 404


def test_what_is_missing_is_told_by_its_field(agent, handover) -> None:
    page = agent.post(desk_url(handover), filled(agent.get(desk_url(handover)), choice="PLANNED"))
    assert page.status_code == 422
    for told in ("Choisissez le lieu.", "Indiquez la date.", "Indiquez l’heure."):
        assert told in text_of(page)
    assert agent.post(desk_url(handover), filled(page)).status_code == 422
    alone = agent.post(desk_url(handover), filled(page, choice="GOES_ALONE"))
    assert alone.status_code == 302
    assert "y va seul·e" in text_of(agent.get(desk_url(handover)))
