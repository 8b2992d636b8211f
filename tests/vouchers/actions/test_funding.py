from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from passnum.accounts.models import OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.errors import InvalidInput, NotAllowed
from passnum.kit.jobs import run_job
from tests.guards import capture_after_commit
from tests.lifecycle import Scene, organisation
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.funding import (
    CoFunderAlreadyKnown,
    ProofAlreadyKnown,
    ProofAlreadyVerified,
    StateCannotFund,
    VerifierIsAuthor,
    activate_funded_booklets,
    add_funding_line,
    record_proof,
    verify_proof,
)
from vouchers.actions.production import start_production
from vouchers.models import Booklet, FundingBase, FundingLine, FundingProof, Order, ProofKind


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def prove(scene: Scene, order: Order, **terms: Any) -> FundingProof:
    given: dict[str, Any] = {
        "kind": ProofKind.MANDATE,
        "reference": "M-1",
        "dated_on": date(2026, 3, 1),
        "amount_cents": 100_00,
        "by": scene.buyer,
    }
    return record_proof(order=order, at=scene.tick(), **(given | terms))


def promise(scene: Scene, order: Order, **terms: Any) -> FundingLine:
    given: dict[str, Any] = {
        "co_funder": scene.metropole,
        "is_state": False,
        "rate_points": 2_000,
        "ceiling_cents": 1_000_00,
        "base": FundingBase.USED,
        "target_publics": ["seniors"],
        "by": scene.pilot,
    }
    return add_funding_line(order=order, at=scene.tick(), **(given | terms))


def funded(order: Order) -> list[int]:
    return list(
        Booklet.objects.filter(order=order, funded_at__isnull=False).order_by("number").values_list("number", flat=True)
    )


def test_whole_booklets_become_active_in_number_order(scene: Scene) -> None:
    """10, 10, 5 and 5 tickets at 10 euros: what is left of an amount never jumps to a smaller booklet further on."""
    order = scene.produced((scene.ccas, 10, 2), (scene.other_ccas, 5, 2))
    assert scene.fund(order, 99_99) == 0
    assert scene.fund(order, 1) == 1
    assert scene.fund(order, 50_00) == 0  # the next one is worth 100 euros
    assert funded(order) == [1]
    assert scene.fund(order, 100_00) == 2  # 150 euros in hand: one of 10 tickets, then one of 5
    assert funded(order) == [1, 2, 3]
    assert scene.fund(order, 1_000_000_00) == 1
    assert scene.fund(order, 10_00) == 0
    check_register()


def test_active_booklets_say_when_and_by_which_proof(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 2))
    first, second = prove(scene, order, amount_cents=50_00), prove(scene, order, reference="M-2", amount_cents=50_00)
    for proof in (second, first):
        assert verify_proof(proof=proof, by=scene.finance, at=scene.tick()) == 1
    one, two = Booklet.objects.filter(order=order).order_by("number")
    assert (one.funded_by, two.funded_by) == (second, first)
    assert one.funded_at is not None and two.funded_at == scene.now > one.funded_at


def test_a_proof_verified_before_production_waits_for_the_booklets(scene: Scene) -> None:
    order = scene.approved((scene.ccas, 5, 3))
    assert scene.fund(order, 120_00) == 0
    with capture_after_commit(execute=False):
        job = start_production(order=order, by=scene.pilot, at=scene.tick())
    assert run_job(job.uid)
    assert funded(order) == [1, 2]
    assert scene.fund(order, 30_00) == 1
    check_register()


def test_hours_reissued_before_the_money_came_are_funded_with_their_booklet(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    scene.hand_over(booklet)
    again = scene.reissue(scene.block(scene.reissue(scene.block(booklet))))
    assert scene.fund(booklet.order, 50_00) == 1
    again.refresh_from_db()
    assert again.funded_at == scene.now
    scene.redeem(scene.codes(again)[0])
    check_register()


def test_an_unverified_proof_funds_nothing(scene: Scene) -> None:
    order = scene.produced()
    prove(scene, order, amount_cents=1_000_00)
    assert activate_funded_booklets(order=order, at=scene.tick()) == 0
    assert funded(order) == []


def test_activation_may_be_asked_again(scene: Scene) -> None:
    order = scene.produced()
    assert scene.fund(order) == 2
    assert activate_funded_booklets(order=order, at=scene.tick()) == 0
    check_register()


def test_a_proof_of_one_order_does_not_fund_another(scene: Scene) -> None:
    one, other = scene.produced(), scene.produced()
    scene.fund(one)
    assert funded(other) == []


@pytest.mark.parametrize(
    "terms", [{"amount_cents": 0}, {"amount_cents": -1}, {"reference": "  "}, {"reference": "M" * 61}], ids=str
)
def test_a_proof_that_makes_no_sense_is_refused(scene: Scene, terms: dict[str, Any]) -> None:
    order = scene.approved()
    with refused(InvalidInput):
        prove(scene, order, **terms)


@pytest.mark.parametrize("reference", ["M-1", " M-1 ", "M-1\n"])
def test_a_proof_counts_once(scene: Scene, reference: str) -> None:
    order = scene.approved()
    prove(scene, order)
    with refused(ProofAlreadyKnown):
        prove(scene, order, reference=reference, amount_cents=1)
    prove(scene, order, kind=ProofKind.TRANSFER_RECEIVED)  # the same number of another kind is another paper
    prove(scene, scene.approved())


def test_nobody_verifies_what_they_recorded(scene: Scene) -> None:
    order = scene.produced()
    author = replace(scene.buyer, role=Role.FINANCE.value)
    proof = prove(scene, order)
    with refused(VerifierIsAuthor):
        verify_proof(proof=proof, by=author, at=scene.tick())
    with refused(NotAllowed):
        verify_proof(proof=proof, by=SYSTEM, at=scene.tick())
    with (
        pytest.raises(IntegrityError, match="funding_proof_verifier_is_not_its_author"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE vouchers_fundingproof SET verified_by_id = by_id, verified_at = now()")


def test_a_proof_is_verified_once(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 4))
    proof = prove(scene, order)
    assert verify_proof(proof=proof, by=scene.finance, at=scene.tick()) == 2
    with refused(ProofAlreadyVerified):
        verify_proof(proof=FundingProof.objects.get(pk=proof.pk), by=scene.pilot, at=scene.tick())
    with refused(ProofAlreadyVerified):
        verify_proof(proof=proof, by=scene.finance, at=scene.tick())


def test_the_state_funds_local_authorities_within_its_call(scene: Scene) -> None:
    order = scene.approved()
    for points in (1_999, 6_501):
        with refused(InvalidInput):
            promise(scene, order, is_state=True, rate_points=points)
    promise(scene, order, is_state=True, rate_points=6_500)

    company = organisation("Une entreprise", OrganisationKind.ENTREPRISE)
    scene.funder, scene.buyer = company, Actor(scene.buyer.kind, uuid4(), company.uid, Role.FUNDER.value)
    bought = scene.approved()
    with refused(StateCannotFund):
        promise(scene, bought, is_state=True, rate_points=3_000)


@pytest.mark.parametrize("terms", [{"rate_points": 0}, {"rate_points": 10_001}, {"ceiling_cents": -1}], ids=str)
def test_a_promise_that_makes_no_sense_is_refused(scene: Scene, terms: dict[str, Any]) -> None:
    order = scene.approved()
    with refused(InvalidInput):
        promise(scene, order, **terms)


def test_a_co_funder_promises_once_on_an_order(scene: Scene) -> None:
    order = scene.approved()
    promise(scene, order)
    with refused(CoFunderAlreadyKnown):
        promise(scene, order, rate_points=100)
    promise(scene, order, co_funder=scene.operator)
    promise(scene, scene.approved())
