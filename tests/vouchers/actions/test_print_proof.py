"""Nothing is produced before the funder has approved a proof that shows what would be printed."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.guards import capture_after_commit
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.order import approve_order, cancel_order, submit_order
from vouchers.actions.print_proof import (
    NothingToProve,
    PrintProofNotReady,
    approve_proof,
    make_proof,
    send_back_proof,
)
from vouchers.actions.production import start_production
from vouchers.models import Order, PrintProof
from vouchers.policies.print_proof import (
    AnswererIsAuthor,
    FunderAnswersItself,
    PrintProofNotApproved,
    PrintProofOutdated,
)
from vouchers.states import OrderStatus, PrintProofStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


@pytest.fixture
def order(scene: Scene) -> Order:
    """Approved; its proof waits for the funder."""
    order = scene.draft((scene.other_ccas, 5, 2), (scene.ccas, 8, 1))
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    return order


def last(order: Order) -> PrintProof:
    return PrintProof.objects.select_related("order").filter(order=order).latest("version")


def produce(scene: Scene, order: Order) -> Any:
    with capture_after_commit(execute=False):
        return start_production(order=order, by=scene.pilot, at=scene.tick())


def statuses(order: Order) -> list[str]:
    return list(PrintProof.objects.filter(order=order).order_by("version").values_list("status", flat=True))


def test_an_approved_order_has_a_proof_of_its_largest_booklet(scene: Scene, order: Order) -> None:
    proof = last(order)
    assert (proof.version, proof.status, proof.by_id) == (1, PrintProofStatus.WAITING, scene.pilot.id)
    shown = {name: proof.content[name] for name in ("size", "sizes", "distributor_name", "funder_name")}
    assert shown == {
        "size": 8,
        "sizes": [5, 8],
        "distributor_name": "CCAS de Créteil",
        "funder_name": "Mairie de Créteil",
    }


def test_production_waits_for_the_funder(scene: Scene, order: Order) -> None:
    with refused(PrintProofNotApproved):
        produce(scene, order)
    approve_proof(proof=last(order), by=scene.buyer, at=scene.tick())
    order.refresh_from_db()
    assert order.proof_version == 1
    produce(scene, order)
    assert order.status == OrderStatus.IN_PRODUCTION


def test_sent_back_a_new_version_is_made_and_only_it_counts(scene: Scene, order: Order) -> None:
    first = last(order)
    with refused(InvalidInput):
        send_back_proof(proof=first, remarks="  ", by=scene.buyer, at=scene.tick())
    send_back_proof(proof=first, remarks="Le nom du CCAS.", by=scene.buyer, at=scene.tick())
    with refused(PrintProofNotReady):
        approve_proof(proof=first, by=scene.buyer, at=scene.tick())
    with refused(PrintProofNotApproved):
        produce(scene, order)
    second = make_proof(order=order, by=scene.second_pilot, at=scene.tick())
    approve_proof(proof=second, by=scene.buyer, at=scene.tick())
    assert statuses(order) == [PrintProofStatus.SENT_BACK, PrintProofStatus.APPROVED]
    make_proof(order=order, by=scene.pilot, at=scene.tick())
    assert statuses(order)[1:] == [PrintProofStatus.SUPERSEDED, PrintProofStatus.WAITING]
    with refused(PrintProofNotApproved):
        produce(scene, order)


def test_a_proof_that_no_longer_shows_what_would_be_printed_counts_no_more(scene: Scene, order: Order) -> None:
    proof = last(order)
    Organisation.objects.filter(pk=scene.funder.pk).update(name="Ville de Créteil")
    with refused(PrintProofOutdated):
        approve_proof(proof=proof, by=scene.buyer, at=scene.tick())
    proof = make_proof(order=order, by=scene.pilot, at=scene.tick())
    approve_proof(proof=proof, by=scene.buyer, at=scene.tick())
    Organisation.objects.filter(pk=scene.funder.pk).update(name="Mairie")
    with refused(PrintProofOutdated):
        produce(scene, order)


def test_the_funder_answers_and_nobody_else(scene: Scene, order: Order) -> None:
    proof = last(order)
    for by in (person(scene.other_ccas, Role.FUNDER), scene.agent, scene.finance, SYSTEM):
        with refused(NotAllowed):
            approve_proof(proof=proof, by=by, at=scene.tick(), reason="Accord reçu.")
        with refused(NotAllowed):
            send_back_proof(proof=proof, remarks="Non.", by=by, at=scene.tick())


def test_the_pilot_answers_for_a_funder_without_account_and_says_why(scene: Scene, order: Order) -> None:
    proof = last(order)
    with refused(AnswererIsAuthor):  # who approved the order made this version
        approve_proof(proof=proof, by=scene.pilot, at=scene.tick(), reason="Accord reçu.")
    with refused(InvalidInput):
        approve_proof(proof=proof, by=scene.second_pilot, at=scene.tick())
    user = User.objects.create_user("m@example.org", "x", full_name="M", created_at=scene.now)
    post = Membership.objects.create(user=user, organisation=scene.funder, role=Role.FUNDER.value, created_at=scene.now)
    with refused(FunderAnswersItself):
        approve_proof(proof=proof, by=scene.second_pilot, at=scene.tick(), reason="Accord reçu.")
    Membership.objects.filter(pk=post.pk).update(ended_at=scene.now)
    approve_proof(proof=proof, by=scene.second_pilot, at=scene.tick(), reason="Accord reçu par courrier.")
    assert (proof.status, proof.remarks) == (PrintProofStatus.APPROVED, "Accord reçu par courrier.")


def test_the_author_of_the_order_does_not_answer_as_a_pilot(scene: Scene, order: Order) -> None:
    author = replace(scene.buyer, role=Role.PILOT.value, organisation_id=scene.metropole.uid)
    with refused(AnswererIsAuthor):
        approve_proof(proof=last(order), by=author, at=scene.tick(), reason="Accord reçu.")


def test_there_is_nothing_to_prove_before_approval_nor_after_the_start(scene: Scene, order: Order) -> None:
    draft = scene.draft()
    with refused(NothingToProve):
        make_proof(order=draft, by=scene.pilot, at=scene.tick())
    approve_proof(proof=last(order), by=scene.buyer, at=scene.tick())
    produce(scene, order)
    with refused(NothingToProve):
        make_proof(order=order, by=scene.pilot, at=scene.tick())
    with refused(NothingToProve):
        send_back_proof(proof=last(order), remarks="Trop tard.", by=scene.buyer, at=scene.tick())


def test_a_cancelled_order_has_no_proof_in_force(scene: Scene, order: Order) -> None:
    cancel_order(order=order, by=scene.buyer, at=scene.tick())
    assert statuses(order) == [PrintProofStatus.SUPERSEDED]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        # an order not proved is not started, in raw SQL either
        ("UPDATE vouchers_order SET proof_version = 1 WHERE id = %(order)s", "order_proof_is_approved"),
        (
            "UPDATE vouchers_order SET status = 'IN_PRODUCTION', started_at = now(), first_booklet_number = 1"
            " WHERE id = %(order)s",
            "order_in_production_has_its_proof",
        ),
        (
            "UPDATE vouchers_printproof SET status = 'APPROVED', approved_version = 1 WHERE order_id = %(order)s",
            "print_proof_answer_follows_status",
        ),
    ],
)
def test_the_database_says_it_too(scene: Scene, order: Order, statement: str, constraint: str) -> None:
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement, {"order": order.pk})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_approved_version_in_use_is_not_taken_back(scene: Scene, order: Order) -> None:
    approve_proof(proof=last(order), by=scene.buyer, at=scene.tick())
    produce(scene, order)
    with (
        pytest.raises(IntegrityError, match="order_proof_is_approved"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE vouchers_printproof SET status = 'SUPERSEDED', approved_version = NULL WHERE order_id = %s",
            [order.pk],
        )
