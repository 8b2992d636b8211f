"""Opposition at the desk: from a receipt, a number or a ticket to the replacement, in one go."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.errors import NotAllowed
from passnum.kit.models import Job
from tests.lifecycle import A_PROFILE, Scene
from tests.staff import filled, text_of
from vouchers.actions import reissue_job
from vouchers.actions.dispute import check_may_dispute
from vouchers.actions.handover import hand_over
from vouchers.models import Booklet, Dispute, Handover, Ticket
from vouchers.queries.stock import booklets_visible_to
from vouchers.states import TitleStatus

OPPOSITION = reverse("vouchers:opposition")


def url(booklet: Booklet, name: str = "booklet_block") -> str:
    return reverse(f"vouchers:{name}", args=[booklet.wave.number, booklet.number])


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def booklet(scene) -> Booklet:
    return scene.in_hand()


@pytest.fixture(autouse=True)
def no_worker(monkeypatch) -> None:
    """The worker has no time yet."""
    monkeypatch.setattr(reissue_job.run_job, "delay", lambda uid: None)


def test_it_is_found_by_its_receipt_its_number_or_one_of_its_tickets(scene, desk, booklet) -> None:
    receipt = Handover.objects.get(booklet=booklet).receipt
    third = Ticket.objects.get(booklet=booklet, position=3)
    for text, address in (
        (receipt, url(booklet)),
        (f"{receipt[:4]} {receipt[4:].lower()}", url(booklet)),
        (booklet.label, url(booklet)),
        (third.ref, url(booklet) + "?ticket=3"),
        (scene.codes(booklet)[2], url(booklet) + "?ticket=3"),
    ):
        assert desk.post(OPPOSITION, {"carnet": text})["Location"] == address, text
    page = text_of(desk.get(url(booklet)))
    assert "5 tickets : remis, non utilisé" in page
    assert receipt in page
    assert 'value="3" id="id_tickets_2" checked' in text_of(desk.get(url(booklet) + "?ticket=3"))


def test_what_is_not_theirs_and_what_is_not_look_alike(scene, desk, browser, booklet) -> None:
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    receipt = Handover.objects.get(booklet=booklet).receipt
    answers = {text_of(stranger.post(OPPOSITION, {"carnet": text})) for text in (receipt, "0000000A")}
    told = {a.replace(receipt, "").replace("0000000A", "") for a in answers}
    assert len(told) == 1
    assert "n’a été remis ici" in told.pop()
    for method in (stranger.get, stranger.post):
        assert method(url(booklet)).status_code == 404
    assert desk.post(OPPOSITION, {"carnet": ""}).status_code == 422


def test_blocked_and_replaced_in_one_go_and_both_booklets_say_so(scene, desk, booklet, after_commit, audited) -> None:
    body = filled(desk.get(url(booklet)), reason="LOST", replace="1")
    with after_commit():
        page = desk.post(url(booklet), body, follow=True)
    assert "est bloqué" in text_of(page)
    assert "Remplacement en cours" in text_of(page)
    assert audited()[-2:] == ["BLOCK", "ASK_REISSUE"]
    with after_commit():
        assert desk.post(url(booklet), body).status_code == 302  # sent twice
    assert Dispute.objects.count() == 1
    (job,) = Job.objects.filter(kind=reissue_job.REISSUE)
    assert jobs.run_job(job.uid)
    new = Booklet.objects.get(replaces=booklet)
    assert new.label in text_of(desk.get(url(booklet, "booklet"))).split("Remplacé par")[1]
    assert booklet.label in text_of(desk.get(url(new, "booklet"))).split("Remplace")[1]
    assert "Il ne reste rien à bloquer" in text_of(desk.get(url(booklet)))


def test_one_ticket_is_replaced_and_the_booklet_goes_on(scene, desk, booklet, after_commit) -> None:
    body = filled(desk.get(url(booklet)), reason="DAMAGED", tickets=["2"], replace="1")
    with after_commit():
        page = desk.post(url(booklet), body, follow=True)
    assert "Un ticket du carnet" in text_of(page)
    (job,) = Job.objects.filter(kind=reissue_job.REISSUE)
    assert jobs.run_job(job.uid)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER
    assert "4 tickets : remis, non utilisé" in text_of(desk.get(url(booklet)))
    again = filled(desk.get(url(booklet)), reason="LOST", tickets=["2"])
    refused = desk.post(url(booklet), again)
    assert refused.status_code == 422
    assert "n’est plus à bloquer" in text_of(refused)


def test_a_booklet_of_the_stock_is_blocked_and_not_replaced(scene, desk) -> None:
    (kept,) = scene.delivered((scene.ccas, 5, 1))
    page = desk.get(url(kept))
    assert "Bloquer et remplacer" not in text_of(page)
    desk.post(url(kept), filled(page, reason="STOLEN", replace="1"))
    kept.refresh_from_db()
    assert kept.status == TitleStatus.BLOCKED
    assert not Job.objects.filter(kind=reissue_job.REISSUE).exists()


def test_a_reason_is_asked_and_what_was_ticked_is_kept(desk, booklet) -> None:
    page = desk.post(url(booklet), {"key": str(uuid4()), "tickets": ["2"], "replace": "1"})
    assert page.status_code == 422
    assert "Choisissez un motif." in text_of(page)
    assert 'value="2" id="id_tickets_1" checked' in text_of(page)


def given_elsewhere(scene: Scene, how: str) -> Booklet:
    """A booklet in the hands of a person of a CCAS without account, or of a relay; the CCAS answers for both."""
    if how == "relay":
        scene.make_relay(scene.other_ccas)
        (booklet,) = scene.delivered((scene.other_ccas, 5, 1))
        hand_over(
            booklet=booklet,
            distributor=scene.other_ccas,
            profile=A_PROFILE,
            by=scene.other_agent,
            at=scene.tick(),
            key=uuid4(),
        )
        return booklet
    scene.mandate(days=20)
    (booklet,) = scene.delivered((scene.served_ccas, 5, 1))
    hand_over(
        booklet=booklet, distributor=scene.served_ccas, profile=A_PROFILE, by=scene.agent, at=scene.tick(), key=uuid4()
    )
    return booklet


@pytest.mark.parametrize("how", ["referent", "relay"])
def test_a_person_of_a_desk_that_it_serves_is_not_sent_away(scene, desk, browser, after_commit, how) -> None:
    booklet = given_elsewhere(scene, how)
    given = Handover.objects.get(booklet=booklet)
    assert desk.post(OPPOSITION, {"carnet": given.receipt})["Location"] == url(booklet)
    with after_commit():
        page = desk.post(url(booklet), filled(desk.get(url(booklet)), reason="LOST", replace="1"), follow=True)
    assert "est bloqué" in text_of(page)
    (job,) = Job.objects.filter(kind=reissue_job.REISSUE)
    assert jobs.run_job(job.uid)
    new = Booklet.objects.get(replaces=booklet)
    assert Handover.objects.get(booklet=new).distributor == given.distributor
    assert b"".join(desk.post(url(new, "booklet_file")).streaming_content).startswith(b"%PDF-")
    stranger = browser(scene.operator, Role.DISTRIBUTOR)
    for one in (booklet, new):
        assert stranger.get(url(one)).status_code == 404
        assert stranger.post(url(one, "booklet_file")).status_code == 404


def test_a_mandate_that_is_over_opens_no_booklet(scene, desk, clock) -> None:
    booklet = given_elsewhere(scene, "referent")
    assert desk.get(url(booklet)).status_code == 200
    clock.shift(timedelta(days=21))
    assert desk.get(url(booklet)).status_code in {302, 404}
    by, day = scene.agent, scene.now.date() + timedelta(days=21)
    assert not booklets_visible_to(by=by, day=day).filter(pk=booklet.pk).exists()
    with pytest.raises(NotAllowed):
        check_may_dispute(booklet, by, day)
