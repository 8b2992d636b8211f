"""The proof of an order (bon à tirer): made when the order is approved, answered by its funder, made again if need be."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.canonical import digest_of
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import Order, PrintProof
from vouchers.models.print_proof import LONGEST_REMARKS
from vouchers.policies.issuer import check_issues
from vouchers.policies.print_proof import check_answers_for_funder, check_is_current
from vouchers.queries.print_proof import print_content
from vouchers.states import PRINT_PROOF_MOVES, OrderStatus, PrintProofAct


class PrintProofNotReady(DomainError):
    code = "PRINT_PROOF_NOT_READY"
    message = "La version {version} du bon à tirer est «\u00a0{status}\u00a0»\u00a0: il n’y a rien à y répondre."
    status = 409


class NothingToProve(DomainError):
    code = "NOTHING_TO_PROVE"
    message = (
        "La commande {reference} est «\u00a0{status}\u00a0»\u00a0: un bon à tirer se fait entre l’approbation et la"
        " production."
    )
    status = 409


def _locked(order: Order) -> Order:
    return (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("wave__issuer", "funder")
        .get(pk=order.pk)
    )


def _move(proof: PrintProof, act: PrintProofAct, *, by: Actor, at: datetime, **changes: Any) -> None:
    """The only place that assigns a proof's status. Raises PrintProofNotReady."""
    one = PRINT_PROOF_MOVES[act]
    (target,) = one.targets
    if not PrintProof.objects.filter(pk=proof.pk, status__in=one.sources).update(status=target, **changes):
        raise PrintProofNotReady(version=proof.version, status=proof.get_status_display().lower())
    subject = proof.order.uid
    record_audit(act=f"PRINT_PROOF_{act}", subject_type="order", subject=subject, by=by, at=at, version=proof.version)
    proof.refresh_from_db()


def withdraw_proof(*, order: Order, by: Actor, at: datetime) -> None:
    """Take back the version in force of a locked order that is not started: it says no longer what is printed."""
    Order.objects.filter(pk=order.pk, proof_version__isnull=False).update(proof_version=None)
    order.proof_version = None
    sources = PRINT_PROOF_MOVES[PrintProofAct.SUPERSEDE].sources
    for proof in PrintProof.objects.filter(order=order, status__in=sources).select_related("order"):
        _move(proof, PrintProofAct.SUPERSEDE, by=by, at=at, approved_version=None)


def write_proof(*, order: Order, by: Actor, at: datetime) -> PrintProof:
    """Write the next version for a locked order, in place of the one in force."""
    withdraw_proof(order=order, by=by, at=at)
    content = print_content(order=order)
    proof = PrintProof.objects.create(
        uid=uuid4(),
        order=order,
        version=PrintProof.objects.filter(order=order).count() + 1,
        content=content,
        digest=digest_of(content),
        made_at=at,
        **by.columns(),
    )
    record_audit(act="PRINT_PROOF_MAKE", subject_type="order", subject=order.uid, by=by, at=at, version=proof.version)
    return proof


@transaction.atomic
def make_proof(*, order: Order, by: Actor, at: datetime) -> PrintProof:
    """Make a new version of the proof of an approved order, after a remark or a change of what is printed.

    Raises NotAllowed, NothingToProve.
    """
    check_issues(by, order.wave, Role.PILOT)
    order = _locked(order)
    if order.status != OrderStatus.APPROVED:
        raise NothingToProve(reference=order.reference, status=order.get_status_display())
    return write_proof(order=order, by=by, at=at)


def _checked_remarks(text: str, *, missing: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput(sentence=missing)
    if len(text) > LONGEST_REMARKS:
        raise InvalidInput(sentence=f"Le texte dépasse {LONGEST_REMARKS} caractères\u00a0: raccourcissez-le.")
    return text


@transaction.atomic
def approve_proof(*, proof: PrintProof, by: Actor, at: datetime, reason: str = "") -> None:
    """Approve a version as it is: the order may be produced. `reason`: why the pilot answers for the funder.

    Raises NotAllowed, FunderAnswersItself, AnswererIsAuthor, InvalidInput, NothingToProve, PrintProofOutdated,
    PrintProofNotReady.
    """
    proof.order = _locked(proof.order)
    check_answers_for_funder(proof=proof, by=by)
    if by.role != Role.FUNDER:
        reason = _checked_remarks(reason, missing="Dites pourquoi vous répondez à la place du financeur.")
    _check_answerable(proof.order)
    check_is_current(proof=proof)
    _move(proof, PrintProofAct.APPROVE, by=by, at=at, approved_version=proof.version, **_answer(by, at, reason))
    Order.objects.filter(pk=proof.order_id).update(proof_version=proof.version)


@transaction.atomic
def send_back_proof(*, proof: PrintProof, remarks: str, by: Actor, at: datetime) -> None:
    """Give a version back with what to mend. Raises as `approve_proof`."""
    proof.order = _locked(proof.order)
    check_answers_for_funder(proof=proof, by=by)
    remarks = _checked_remarks(remarks, missing="Dites ce qu’il faut corriger sur le bon à tirer.")
    _check_answerable(proof.order)
    _move(proof, PrintProofAct.SEND_BACK, by=by, at=at, **_answer(by, at, remarks))


def _check_answerable(order: Order) -> None:
    if order.status != OrderStatus.APPROVED:
        raise NothingToProve(reference=order.reference, status=order.get_status_display())


def _answer(by: Actor, at: datetime, remarks: str) -> dict[str, Any]:
    return {"answered_at": at, "answered_by_id": by.id, "answered_by_role": by.role, "remarks": remarks}
