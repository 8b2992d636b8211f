import re
from datetime import timedelta
from uuid import uuid4

import time_machine
from django.test import Client

from mediation.models import OwedDecision
from mediation.states import Owed
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.pages.test_redeem import field, text_of
from vouchers.models import Booklet, Handover, HandoverConfirmation

PAGE = "/confirmations/"


def noticed(scene: Scene, count: int = 1) -> list[Booklet]:
    """Booklets used without anybody having recorded their hand-over."""
    booklets = scene.delivered((scene.ccas, 5, count))
    for booklet in booklets:
        scene.redeem(scene.codes(booklet)[0])
    return booklets


def owed() -> list[str]:
    return list(OwedDecision.objects.order_by("pk").values_list("owed", flat=True))


def answer(client: Client, said: str) -> object:
    page = client.get(PAGE)
    return client.post(
        PAGE, {"handover": field(page, "handover"), "key": field(page, "key"), "answer": said}, follow=True
    )


def test_yes_makes_the_hours_payable(scene: Scene, agent: Client) -> None:
    (booklet,) = noticed(scene)
    page = text_of(agent.get(PAGE))
    assert f"Carnet {booklet.label}" in page
    assert "Encore 15 jours" in page
    assert "1 heure utilisée à ce jour" in page
    said = text_of(answer(agent, "CONFIRMED"))
    assert f"La remise du carnet {booklet.label} est confirmée" in said
    assert "Aucune remise n’attend votre réponse" in said
    assert owed() == [Owed.PENDING_CONFIRMATION, Owed.PAYABLE]


def test_no_contests_them(scene: Scene, agent: Client) -> None:
    noticed(scene)
    assert "sont contestées" in text_of(answer(agent, "DENIED"))
    assert owed() == [Owed.PENDING_CONFIRMATION, Owed.CONTESTED]


def test_the_same_tap_twice_is_one_answer(scene: Scene, agent: Client) -> None:
    noticed(scene)
    page = agent.get(PAGE)
    sent = {"handover": field(page, "handover"), "key": field(page, "key"), "answer": "CONFIRMED"}
    assert [agent.post(PAGE, sent).status_code for _ in range(3)] == [302, 302, 302]
    assert HandoverConfirmation.objects.count() == 1
    late = agent.post(PAGE, {**sent, "key": str(uuid4()), "answer": "DENIED"})
    assert late.status_code == 409
    assert "a déjà reçu une réponse" in text_of(late)
    assert owed() == [Owed.PENDING_CONFIRMATION, Owed.PAYABLE]


def test_the_most_urgent_first(scene: Scene, clock: time_machine.Traveller) -> None:
    (first,) = noticed(scene)
    scene.tick(days=3)
    (second,) = noticed(scene)
    clock.move_to(scene.now + timedelta(days=10))
    page = text_of(signed_in(scene.ccas, Role.DISTRIBUTOR, scene.now).get(PAGE))
    assert page.index(first.label) < page.index(second.label)
    assert re.findall(r"Encore (\d+) jours?", page) == ["2", "5"]


def test_another_distributor_sees_and_answers_nothing(scene: Scene) -> None:
    noticed(scene)
    other = signed_in(scene.other_ccas, Role.DISTRIBUTOR, scene.now)
    assert "Aucune remise n’attend" in text_of(other.get(PAGE))
    sent = {"handover": str(Handover.objects.get().uid), "key": str(uuid4()), "answer": "CONFIRMED"}
    assert other.post(PAGE, sent).status_code == 404
    assert not HandoverConfirmation.objects.exists()


def test_an_incomplete_answer_is_refused(scene: Scene, agent: Client) -> None:
    noticed(scene)
    page = agent.get(PAGE)
    whole = {"handover": field(page, "handover"), "key": field(page, "key"), "answer": "CONFIRMED"}
    for name, value in (("answer", "BY_SILENCE"), ("answer", ""), ("key", "1"), ("handover", "\x00")):
        assert agent.post(PAGE, {**whole, name: value}).status_code == 422
    assert not HandoverConfirmation.objects.exists()


def test_the_place_is_not_told(scene: Scene, agent: Client) -> None:
    noticed(scene)
    assert scene.site.name not in text_of(agent.get(PAGE))


def test_mediators_do_not_confirm(scene: Scene, mediator: Client) -> None:
    assert mediator.get(PAGE).status_code == 403
