import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerDown

from passnum.kit import jobs, tasks
from passnum.kit.keys import digest_keyring
from passnum.kit.models import AuditEntry, Job, JobStatus
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.actions import production
from vouchers.actions.order import OrderNotReady, WaveNotOpen, cancel_order
from vouchers.actions.production import ProductionNotStopped, production_plan, restart_production, start_production
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Movement, Order, ProductionFile, Ticket, TitleProfile, Wave
from vouchers.states import Act, OrderStatus

Commits = Callable[[], AbstractContextManager[list[Any]]]


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


@pytest.fixture
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sent: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    return sent


def start(scene: Scene, order: Order, after_commit: Commits) -> Job:
    with after_commit():
        return start_production(order=order, by=scene.pilot, at=scene.tick())


def test_an_order_becomes_numbers_in_a_row_line_after_line(
    scene: Scene, after_commit: Commits, wake_ups: list[str]
) -> None:
    first = scene.approved((scene.ccas, 5, 2), (scene.other_ccas, 10, 1))
    second = scene.approved((scene.ccas, 6, 2))
    jobs_asked = [start(scene, order, after_commit) for order in (second, first)]
    assert wake_ups == [str(job.uid) for job in jobs_asked]
    assert [(b.number, b.size, b.distributor_id) for b in production_plan(order=first)] == [
        (3, 5, scene.ccas.pk),
        (4, 5, scene.ccas.pk),
        (5, 10, scene.other_ccas.pk),
    ]
    for job in jobs_asked:
        assert jobs.run_job(job.uid)
    made = Booklet.objects.order_by("number").values_list("number", "size", "order__reference")
    assert list(made) == [
        (1, 6, second.reference),
        (2, 6, second.reference),
        (3, 5, first.reference),
        (4, 5, first.reference),
        (5, 10, first.reference),
    ]
    assert Wave.objects.get(pk=scene.wave.pk).next_booklet_number == 6


def test_nothing_spendable_is_kept_and_every_code_is_recognised(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 3))
    tickets = Ticket.objects.filter(booklet__order=order)
    codes = [code for b in order.booklets.order_by("number") for code in scene.codes(b)]
    assert len(set(codes)) == 15
    assert {digest_keyring().digest(c, kid=1) for c in codes} == {bytes(t.digest) for t in tickets}
    everything = str(list(tickets.values())) + str(list(Movement.objects.values()))
    assert not any(code in everything for code in codes)
    assert len({t.ref for t in tickets}) == 15


def test_a_movement_per_batch_says_which_booklets(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(production, "BATCH_BOOKLETS", 2)
    order = scene.produced((scene.ccas, 5, 5))
    told = Movement.objects.filter(act=Act.PRODUCE).order_by("pk").values_list("details", "tickets_count")
    assert [(d["booklets"], n) for d, n in told] == [([1, 2], 10), ([3, 4], 10), ([5, 5], 5)]
    files = ProductionFile.objects.filter(order=order).order_by("batch")
    assert [(f.first_number, f.last_number, f.tickets_count) for f in files] == [(1, 2, 10), (3, 4, 10), (5, 5, 5)]
    for file in files:
        path = Path(settings.PRIVATE_ROOT) / file.path
        assert hashlib.sha256(path.read_bytes()).digest() == bytes(file.sha256)
        assert path.stat().st_size == file.bytes_count
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    numbers = list(order.booklets.order_by("number").values_list("number", flat=True))
    assert [list(g) for _, g in groupby(numbers, key=lambda n: (n - 1) // 2)] == [[1, 2], [3, 4], [5]]


def test_only_an_approved_order_of_an_open_wave_is_produced(scene: Scene, after_commit: Commits) -> None:
    draft, cancelled, late = scene.draft(), scene.draft(), scene.approved()
    cancel_order(order=cancelled, by=scene.buyer, at=scene.tick())
    for order in (draft, cancelled, scene.produced()):
        with refused(OrderNotReady):
            start(scene, order, after_commit)
    close_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=scene.tick())
    with refused(WaveNotOpen):
        start(scene, late, after_commit)


@pytest.mark.usefixtures("wake_ups")
def test_an_order_is_started_once(scene: Scene, after_commit: Commits) -> None:
    order = scene.approved()
    stale = Order.objects.get(pk=order.pk)
    start(scene, order, after_commit)
    with refused(OrderNotReady):
        start(scene, stale, after_commit)
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("wake_ups")
def test_the_task_received_again_makes_nothing_more(scene: Scene, after_commit: Commits) -> None:
    job = start(scene, scene.approved(), after_commit)
    tasks.run_job(str(job.uid))
    before = fingerprint()
    tasks.run_job(str(job.uid))
    assert fingerprint() == before
    assert Booklet.objects.count() == 2


def test_a_broker_that_is_down_does_not_undo_what_was_asked(
    scene: Scene, after_commit: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_broker(_uid: str) -> None:
        raise BrokerDown("Connection refused")

    monkeypatch.setattr(tasks.run_job, "delay", no_broker)
    order = scene.approved()
    job = start(scene, order, after_commit)
    assert (job.status, order.status) == (JobStatus.WAITING, OrderStatus.IN_PRODUCTION)
    assert jobs.lapsed_jobs(at=scene.tick()) == [job.uid]  # the sweeper will see it


@pytest.mark.usefixtures("wake_ups")
def test_a_full_disk_is_told_and_what_was_made_stays(
    scene: Scene, after_commit: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise OSError(28, "No space left on device")

    order = scene.approved()
    job = start(scene, order, after_commit)
    with monkeypatch.context() as broken:
        broken.setattr(production, "write_batch_file", full)
        with pytest.raises(OSError, match="No space"):
            jobs.run_job(job.uid, now=lambda: scene.now)
    job.refresh_from_db()
    assert (job.status, job.done_count, job.attempts_count) == (JobStatus.RUNNING, 1, 1)
    assert "No space left on device" in job.error
    scene.tick()
    assert jobs.run_job(job.uid, now=lambda: scene.now)
    assert (Booklet.objects.count(), ProductionFile.objects.count()) == (2, 1)


def given_up(scene: Scene, after_commit: Commits, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A production that was refused at its first file, its titles made."""

    def refuses(**_: Any) -> None:
        raise WaveNotOpen(wave="Vague 1")

    job = start(scene, scene.approved(), after_commit)
    with monkeypatch.context() as broken, pytest.raises(WaveNotOpen):
        broken.setattr(production, "write_batch_file", refuses)
        jobs.run_job(job.uid, now=lambda: scene.now)
    job.refresh_from_db()
    assert (job.status, job.done_count, job.error) == (JobStatus.FAILED, 1, WaveNotOpen(wave="Vague 1").sentence)
    return job


def test_what_was_given_up_is_restarted_and_ends_with_what_was_ordered(
    scene: Scene, after_commit: Commits, wake_ups: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = given_up(scene, after_commit, monkeypatch)
    order = Order.objects.get(uid=job.subject)
    with after_commit():
        assert restart_production(order=order, by=scene.pilot, at=scene.tick()) == job
    assert wake_ups == [str(job.uid)] * 2
    assert AuditEntry.objects.get(act="RESTART_PRODUCTION").subject == order.uid
    assert jobs.run_job(job.uid, now=lambda: scene.now)
    assert (Booklet.objects.count(), ProductionFile.objects.count()) == (2, 1)


@pytest.mark.usefixtures("wake_ups")
def test_a_production_that_is_not_stopped_is_not_restarted(scene: Scene, after_commit: Commits) -> None:
    waiting = scene.approved()
    start(scene, waiting, after_commit)
    for order in (scene.approved(), waiting, scene.produced()):
        with refused(ProductionNotStopped):
            restart_production(order=order, by=scene.pilot, at=scene.tick())


def test_the_paper_of_a_cap_bears_the_mentions_of_the_law(scene: Scene) -> None:
    address = "15 avenue Pierre-Mendès-France, 75013 Paris"
    wave = scene.make_wave(9, profile=TitleProfile.CAP, grace_days=0, issuer_address=address)
    order = scene.produced((scene.ccas, 5, 1), wave=wave)
    path = Path(settings.PRIVATE_ROOT) / order.files.get().path
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(path)]
    words = " ".join(pages).replace("\u00a0", " ")
    assert words.count("Chèque d’accompagnement personnalisé, année civile 2026") == 5  # R.1611-8 CGCT: on each title
    assert words.count(address) >= 6
    assert "R. 1611-6 du code général des collectivités territoriales" in words
