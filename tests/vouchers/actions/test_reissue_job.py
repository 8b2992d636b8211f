"""A replacement asked from a desk: one job, one new booklet, one PDF, whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.actor import Actor
from passnum.kit.errors import NotAllowed
from passnum.kit.models import AuditEntry, Job, JobStatus
from tests.lifecycle import Scene, person
from vouchers.actions import reissue_job
from vouchers.actions.dispute import NotReissuable
from vouchers.actions.production_download import take_production_file
from vouchers.actions.reissue_job import REISSUE, ask_reissue
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Dispute, Handover, ProductionFile
from vouchers.queries.custody import replacement_file
from vouchers.register.check import faults


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def dispute(scene: Scene) -> Dispute:
    booklet = scene.in_hand()
    scene.redeem(*scene.codes(booklet)[:2], minutes=120)
    return scene.block(booklet)


@pytest.fixture
def ask(scene: Scene, after_commit) -> Callable[..., Job]:
    """Ask without a worker: the message is dropped, as a broker that was killed does."""

    def asked(dispute: Dispute, by: Actor | None = None) -> Job:
        with pytest.MonkeyPatch.context() as patch, after_commit():
            patch.setattr(reissue_job.run_job, "delay", lambda uid: None)
            return ask_reissue(dispute=dispute, by=by or scene.agent, at=scene.tick())

    return asked


def test_a_job_gives_one_booklet_with_what_was_left_and_its_pdf(scene, dispute, ask) -> None:
    job = ask(dispute)
    assert (job.kind, job.subject, job.total_count, job.status) == (REISSUE, dispute.uid, 1, JobStatus.WAITING)
    assert Booklet.objects.filter(replaces=dispute.booklet).count() == 0
    assert jobs.run_job(job.uid)
    new = Booklet.objects.get(replaces=dispute.booklet)
    assert (new.size, new.tickets.count()) == (3, 3)
    file = replacement_file(booklet=new)
    assert file is not None
    assert (file.first_number, file.last_number, file.tickets_count) == (new.number, new.number, 3)
    assert (Path(settings.PRIVATE_ROOT) / file.path).read_bytes().startswith(b"%PDF-")
    given = Handover.objects.get(booklet=new)
    assert (given.distributor, given.by_id) == (scene.ccas, scene.agent.id)
    assert faults() == []


def test_asked_twice_and_run_twice_it_gives_one_booklet(dispute, ask) -> None:
    first, second = ask(dispute), ask(dispute)
    assert first.pk == second.pk
    assert jobs.run_job(first.uid)
    assert jobs.run_job(first.uid)
    Job.objects.filter(pk=first.pk).update(
        status=JobStatus.RUNNING, finished_at=None, lease_until=None
    )  # as if the worker had died just before its last word
    assert jobs.run_job(first.uid)
    assert ask(dispute).pk == first.pk
    assert Booklet.objects.filter(replaces=dispute.booklet).count() == 1
    assert ProductionFile.objects.filter(order=dispute.booklet.order).count() == 2
    assert AuditEntry.objects.filter(act="ASK_REISSUE").count() == 1


def test_a_worker_that_dies_between_the_booklet_and_its_file_leaves_nothing(dispute, ask, monkeypatch) -> None:
    job = ask(dispute)
    write = reissue_job._write_replacement_file

    def die(*_: object) -> ProductionFile:
        raise KeyboardInterrupt

    monkeypatch.setattr(reissue_job, "_write_replacement_file", die)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_job(job.uid)
    assert not Booklet.objects.filter(replaces=dispute.booklet).exists()
    monkeypatch.setattr(reissue_job, "_write_replacement_file", write)
    Job.objects.filter(pk=job.pk).update(lease_until=job.created_at - timedelta(days=1))
    assert jobs.run_job(job.uid)
    assert Booklet.objects.filter(replaces=dispute.booklet).count() == 1


def test_a_process_without_the_production_keys_makes_nothing(dispute, ask, settings) -> None:
    job = ask(dispute)
    settings.PRODUCTION_KEYS_FILE = ""
    with pytest.raises(ImproperlyConfigured):
        jobs.run_job(job.uid)
    assert not Booklet.objects.filter(replaces=dispute.booklet).exists()


def test_two_replacements_of_one_order_have_files_of_their_own(scene, ask) -> None:
    booklets = scene.delivered((scene.ccas, 5, 2))
    for booklet in booklets:
        scene.hand_over(booklet)
        assert jobs.run_job(ask(scene.block(booklet)).uid)
    paths = list(ProductionFile.objects.filter(order=booklets[0].order).values_list("path", flat=True))
    assert len(set(paths)) == 3
    assert all((Path(settings.PRIVATE_ROOT) / path).is_file() for path in paths)


def test_a_replacement_may_be_lost_in_turn(scene, dispute, ask) -> None:
    jobs.run_job(ask(dispute).uid)
    first = Booklet.objects.get(replaces=dispute.booklet)
    jobs.run_job(ask(scene.block(first)).uid)
    second = Booklet.objects.get(replaces=first)
    assert second.size == 3
    assert replacement_file(booklet=second) is not None
    assert faults() == []


@pytest.mark.parametrize("case", ["in stock", "closed wave", "nothing left"])
def test_what_cannot_be_replaced_is_refused_before_any_job(scene, ask, case) -> None:
    booklet = scene.delivered((scene.ccas, 5, 1))[0] if case == "in stock" else scene.in_hand()
    dispute = scene.block(booklet)
    if case == "closed wave":
        close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    if case == "nothing left":
        scene.reissue(dispute)
    with pytest.raises(NotReissuable):
        ask(dispute, by=scene.pilot)
    assert not Job.objects.filter(kind=REISSUE).exists()


def test_another_distributor_asks_for_nothing(scene, dispute, ask) -> None:
    for stranger in (scene.other_agent, scene.buyer, scene.mediator):
        with pytest.raises(NotAllowed):
            ask(dispute, by=stranger)
    assert ask(dispute, by=scene.pilot).parameters["distributor"] == str(scene.ccas.uid)


def test_the_file_is_for_the_desk_that_hands_it_over(scene, dispute, ask) -> None:
    jobs.run_job(ask(dispute).uid)
    new = Booklet.objects.get(replaces=dispute.booklet)
    file = replacement_file(booklet=new)
    assert file is not None
    with take_production_file(file=file, by=scene.agent, at=scene.tick()) as content:
        assert content.read(5) == b"%PDF-"
    whole = ProductionFile.objects.filter(order=new.order).exclude(pk=file.pk).get()
    for who, what in (
        (scene.other_agent, file),
        (scene.agent, whole),
        (scene.buyer, file),
        (scene.finance, file),
        (person(scene.operator, Role.ISSUER), file),
    ):
        with pytest.raises(NotAllowed):
            take_production_file(file=what, by=who, at=scene.tick())
    assert AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").count() == 1


def test_a_replacement_that_was_refused_stops_at_once_and_may_be_asked_again(
    scene, dispute, ask, monkeypatch, after_commit
) -> None:
    def refuses(*_: object) -> ProductionFile:
        raise NotReissuable

    job = ask(dispute)
    with monkeypatch.context() as broken, pytest.raises(NotReissuable):
        broken.setattr(reissue_job, "_write_replacement_file", refuses)
        jobs.run_job(job.uid)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, NotReissuable().sentence)
    again = ask(dispute)
    assert (again.pk, Job.objects.get(pk=job.pk).status) == (job.pk, JobStatus.WAITING)
    assert jobs.run_job(job.uid)
    assert Booklet.objects.filter(replaces=dispute.booklet).count() == 1
