"""Proofs add up whatever comes at once; none counts twice."""

from collections import Counter
from uuid import uuid4

import pytest

from passnum.kit import jobs
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.guards import capture_after_commit
from tests.lifecycle import Scene
from vouchers.actions import funding as actions
from vouchers.actions.funding import ProofAlreadyKnown, ProofAlreadyVerified, record_proof, verify_proof
from vouchers.actions.production import start_production
from vouchers.models import Booklet, FundingProof, Order, ProofKind
from vouchers.queries.funding import funded_cents, verified_cents


def prove(scene: Scene, order: Order, reference: str = "", cents: int = 50_00) -> FundingProof:
    return record_proof(
        order=order,
        kind=ProofKind.MANDATE,
        reference=reference or f"M-{uuid4().hex[:8]}",
        dated_on=scene.now.date(),
        amount_cents=cents,
        by=scene.buyer,
        at=scene.now,
    )


def verify(scene: Scene, proof: FundingProof) -> int:
    return verify_proof(proof=proof, by=scene.finance, at=scene.now)


@pytest.fixture
def slow_sum(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between what is verified, what is active, and the activation."""
    meeting = Meeting(4, request)

    def summed(*, order: Order) -> int:
        found = funded_cents(order=order)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "funded_cents", summed)


@pytest.mark.usefixtures("slow_sum")
def test_proofs_verified_at_once_add_up(scene: Scene) -> None:
    """Three halves of a booklet and a half more: two whole booklets, whoever comes last."""
    order = scene.produced((scene.ccas, 5, 4))
    proofs = [prove(scene, order, cents=25_00) for _ in range(4)]
    found = parallel(4, lambda i: verify(scene, proofs[i]))
    assert sum(n for n in found if isinstance(n, int)) == 2
    assert verified_cents(order=order) == funded_cents(order=order) == 100_00


@pytest.mark.usefixtures("slow_sum", "locks_off")
def test_control_without_the_lock_of_the_order_a_booklet_stays_asleep(scene: Scene) -> None:
    """Each sees its own quarter only: the money is there, and no booklet becomes active."""
    order = scene.produced((scene.ccas, 5, 4))
    proofs = [prove(scene, order, cents=25_00) for _ in range(4)]
    parallel(4, lambda i: verify(scene, proofs[i]))
    assert verified_cents(order=order) == 100_00
    assert funded_cents(order=order) == 0


def test_a_proof_is_verified_by_one_person(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 4))
    proof = prove(scene, order)
    found = parallel(5, lambda _: verify(scene, proof))
    assert Counter(type(one) for one in found) == {int: 1, ProofAlreadyVerified: 4}
    assert funded_cents(order=order) == 50_00


def test_a_proof_is_recorded_once(scene: Scene) -> None:
    order = scene.approved()
    found = parallel(5, lambda _: prove(scene, order, reference="M-1"))
    assert Counter(type(one) for one in found) == {FundingProof: 1, ProofAlreadyKnown: 4}


def test_verified_while_the_booklets_are_made(scene: Scene) -> None:
    """Whichever ends last activates them."""
    for _ in range(2):
        order = scene.approved((scene.ccas, 5, 3))
        proof = prove(scene, order, cents=100_00)
        with capture_after_commit(execute=False):
            job = start_production(order=order, by=scene.pilot, at=scene.tick())

        def act(index: int, job: object = job, proof: FundingProof = proof) -> object:
            return verify(scene, proof) if index else jobs.run_job(job.uid)  # type: ignore[attr-defined]

        done, active = parallel(2, act)
        assert done is True and isinstance(active, int)
        assert Booklet.objects.filter(order=order, funded_at__isnull=False).count() == 2
