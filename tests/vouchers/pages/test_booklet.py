from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.models import AuditEntry, Job
from tests.lifecycle import A_PROFILE, Scene, person
from tests.staff import filled, text_of
from vouchers.actions import reissue_job
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Dispute
from vouchers.states import TitleStatus


def url(booklet: Booklet, name: str = "booklet") -> str:
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


def test_the_history_tells_places_and_dates_and_no_person(scene, desk, booklet) -> None:
    scene.redeem(scene.codes(booklet)[0])
    page = text_of(desk.get(url(booklet)))
    for told in ("Production", "Envoi", "Réception", "Remise", "Utilisation", "CCAS de Créteil", "Imprimeur"):
        assert told in page
    assert "1 ticket : utilisé" in page
    assert "4 tickets : remis, non utilisé" in page
    for silent in ("Jeanne", "Senior", "Femme", "Retraité", scene.site.name):
        assert silent not in page


def test_a_lost_booklet_is_blocked_at_once(desk, booklet, audited) -> None:
    page = desk.get(url(booklet))
    done = desk.post(url(booklet, "booklet_block"), filled(page, reason="LOST"), follow=True)
    assert "est bloqué" in text_of(done)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.BLOCKED
    assert audited()[-1] == "BLOCK"
    assert "Remplacer ce carnet" in text_of(done)


def test_a_reason_is_asked(desk, booklet) -> None:
    page = desk.post(url(booklet, "booklet_block"), filled(desk.get(url(booklet))))
    assert page.status_code == 422
    assert "Choisissez un motif." in text_of(page)


def test_the_same_opposition_sent_twice_counts_once_and_another_is_told(desk, booklet) -> None:
    body = filled(desk.get(url(booklet)), reason="LOST")
    for _ in range(2):
        assert desk.post(url(booklet, "booklet_block"), body).status_code == 302
    assert Dispute.objects.count() == 1
    late = desk.post(url(booklet, "booklet_block"), {"key": str(uuid4()), "reason": "STOLEN"})
    assert late.status_code == 409
    assert "Il ne reste rien à bloquer" in text_of(late)


def test_a_replacement_is_asked_followed_and_printed_by_the_desk(scene, desk, browser, booklet, after_commit) -> None:
    scene.block(booklet)
    with after_commit():
        page = desk.post(url(booklet, "booklet_reissue"), follow=True)
    assert "Remplacement en cours" in text_of(page)
    assert 'hx-trigger="every 2s"' in text_of(page)
    assert "Actualiser" in text_of(page)
    assert "HX-Refresh" not in desk.get(url(booklet, "booklet_progress"))
    with after_commit():
        desk.post(url(booklet, "booklet_reissue"))
    (job,) = Job.objects.filter(kind=reissue_job.REISSUE)
    assert jobs.run_job(job.uid)
    assert desk.get(url(booklet, "booklet_progress"))["HX-Refresh"] == "true"
    new = Booklet.objects.get(replaces=booklet)
    assert f'Le carnet <a href="{url(new)}">{new.label}</a>' in text_of(desk.get(url(booklet)))
    assert "Télécharger le carnet à imprimer" in text_of(desk.get(url(new)))
    sent = desk.post(url(new, "booklet_file"))
    assert b"".join(sent.streaming_content).startswith(b"%PDF-")
    assert sent["Content-Disposition"] == f'attachment; filename="carnet-{new.label}.pdf"'
    assert "no-store" in sent["Cache-Control"]
    assert AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").count() == 1
    assert desk.get(url(new, "booklet_file")).status_code == 405
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    assert stranger.post(url(new, "booklet_file")).status_code == 404
    auditor = browser(scene.metropole, Role.AUDITOR)
    assert auditor.post(url(new, "booklet_file")).status_code == 403
    assert "Télécharger" not in text_of(auditor.get(url(new)))


def test_a_replacement_that_stopped_says_why_and_is_asked_again(scene, desk, booklet, after_commit) -> None:
    scene.block(booklet)
    with after_commit():
        desk.post(url(booklet, "booklet_reissue"))
    Job.objects.filter(kind=reissue_job.REISSUE).update(status="FAILED", error="Il manque une adresse.")
    page = text_of(desk.get(url(booklet)))
    assert "Le remplacement n’a pas pu être fait" in page
    assert "Il manque une adresse." in page
    assert "Demander encore le remplacement" in page
    with after_commit():
        assert "Remplacement en cours" in text_of(desk.post(url(booklet, "booklet_reissue"), follow=True))


def test_a_booklet_that_replaces_nothing_has_no_file_of_its_own(desk, pilot, booklet) -> None:
    for client in (desk, pilot):
        assert client.post(url(booklet, "booklet_file")).status_code == 404


def test_a_booklet_lost_in_stock_is_not_replaced(scene, desk, pilot) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.block(booklet)
    for client in (desk, pilot):
        assert "Remplacer ce carnet" not in text_of(client.get(url(booklet)))
    assert desk.post(url(booklet, "booklet_reissue")).status_code == 403
    page = pilot.post(url(booklet, "booklet_reissue"))
    assert page.status_code == 409
    assert "ne peut pas être remplacé" in text_of(page)
    assert not Job.objects.filter(kind=reissue_job.REISSUE).exists()


def test_without_opposition_there_is_nothing_to_replace(desk, booklet) -> None:
    assert desk.post(url(booklet, "booklet_reissue")).status_code == 404


def test_the_booklet_of_another_and_none_look_alike(scene, browser, booklet) -> None:
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    for name in ("booklet", "booklet_progress"):
        theirs, none = stranger.get(url(booklet, name)), stranger.get(reverse(f"vouchers:{name}", args=[1, 99999]))
        assert theirs.status_code == none.status_code == 404
        assert text_of(theirs) == text_of(none)
    body = {"key": str(uuid4()), "reason": "LOST"}
    for name in ("booklet_block", "booklet_reissue", "booklet_file"):
        theirs = stranger.post(url(booklet, name), body)
        none = stranger.post(reverse(f"vouchers:{name}", args=[1, 99999]), body)
        assert theirs.status_code == none.status_code == 404
        assert text_of(theirs) == text_of(none)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER


def test_the_issuer_of_another_wave_blocks_nothing(scene, browser, booklet) -> None:
    other = browser(scene.operator, Role.ISSUER)
    body = {"key": str(uuid4()), "reason": "LOST"}
    assert other.post(url(booklet, "booklet_block"), body).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EVALUATOR])
def test_who_only_watches_finds_no_button(scene, browser, booklet, role) -> None:
    watcher = browser(scene.metropole, role)
    assert "<form" not in text_of(watcher.get(url(booklet)))
    for name in ("booklet_block", "booklet_reissue", "booklet_file"):
        assert watcher.post(url(booklet, name), {"reason": "LOST"}).status_code == 403


def test_once_taken_back_and_given_by_another_desk_it_is_no_longer_theirs(scene, desk, browser, clock) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    undo_handover(handover=scene.hand_over(booklet), by=scene.agent, at=scene.tick())
    scene.reallocate()
    shipment = send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.other_ccas,
        ranges=[(booklet.number, booklet.number)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
    )
    assert desk.get(url(booklet)).status_code == 200, "its sender still answers for it"
    other = person(scene.other_ccas, Role.DISTRIBUTOR)
    receive_shipment(shipment=shipment, missing=[], by=other, at=scene.tick())
    hand_over(booklet=booklet, distributor=scene.other_ccas, profile=A_PROFILE, by=other, at=scene.tick(), key=uuid4())
    clock.shift(timedelta(minutes=1))
    assert desk.get(url(booklet)).status_code == 404
    assert desk.post(url(booklet, "booklet_block"), {"key": str(uuid4()), "reason": "LOST"}).status_code == 404


def test_a_long_history_asks_the_database_no_more(scene, pilot) -> None:
    def queries(booklet: Booklet) -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get(url(booklet)).status_code == 200
        return len(found)

    short, long = scene.in_hand(), scene.in_hand()
    for code in scene.codes(long):
        scene.redeem(code)
    for booklet in (short, long):
        queries(booklet)
    assert queries(long) == queries(short)
