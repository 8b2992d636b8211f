"""A replacement asked by three hands at once, and taken up by three workers: one job, one booklet."""

import pytest

from passnum.kit import jobs
from passnum.kit.models import Job
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.actions import reissue_job
from vouchers.actions.reissue_job import REISSUE, ask_reissue
from vouchers.models import Booklet, ProductionFile

HANDS = 3


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reissue_job.run_job, "delay", lambda uid: None)


def test_three_hands_and_three_workers_make_one_booklet(scene: Scene) -> None:
    dispute = scene.block(scene.in_hand())
    at = scene.tick()
    asked = parallel(HANDS, lambda _: ask_reissue(dispute=dispute, by=scene.agent, at=at))
    assert len({job.pk for job in asked if isinstance(job, Job)}) == 1, asked
    (job,) = Job.objects.filter(kind=REISSUE, subject=dispute.uid)
    ran = parallel(HANDS, lambda _: jobs.run_job(job.uid))
    assert True in ran
    new = Booklet.objects.get(replaces=dispute.booklet)
    assert ProductionFile.objects.filter(order=new.order, first_number=new.number).count() == 1


def test_control_without_the_lease_the_workers_meet(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it each starts the work; the mark of the batch still lets one alone finish."""
    dispute = scene.block(scene.in_hand())
    job = ask_reissue(dispute=dispute, by=scene.agent, at=scene.tick())
    started: list[int] = []
    runner = jobs.RUNNERS[REISSUE]

    def counted(lease: jobs.Lease) -> None:
        started.append(1)
        runner(lease)

    monkeypatch.setitem(jobs.RUNNERS, REISSUE, counted)
    Job.objects.filter(pk=job.pk).update(status="RUNNING", worker=job.uid)
    lease = jobs.Lease(Job.objects.get(pk=job.pk), job.uid)
    parallel(HANDS, lambda _: counted(lease))
    assert len(started) == HANDS
    assert Booklet.objects.filter(replaces=dispute.booklet).count() == 1
