"""Who approves what will be printed, and may it be printed now?"""

from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.canonical import digest_of
from passnum.kit.errors import DomainError, NotAllowed
from vouchers.models import Order, PrintProof
from vouchers.queries.print_proof import funder_has_agents, print_content
from vouchers.states import PrintProofStatus


class PrintProofNotApproved(DomainError):
    code = "PRINT_PROOF_NOT_APPROVED"
    message = (
        "Le bon à tirer de la commande {reference} n’est pas approuvé\u00a0: le financeur doit d’abord l’approuver."
    )
    status = 409


class PrintProofOutdated(DomainError):
    code = "PRINT_PROOF_OUTDATED"
    message = (
        "Ce bon à tirer ne montre plus ce qui serait imprimé pour la commande {reference}\u00a0: faites-en une nouvelle"
        " version."
    )
    status = 409


class FunderAnswersItself(DomainError):
    code = "FUNDER_ANSWERS_ITSELF"
    message = "{funder} a des agents inscrits\u00a0: c’est à l’un d’eux de répondre sur ce bon à tirer."
    status = 403


class AnswererIsAuthor(DomainError):
    code = "ANSWERER_IS_AUTHOR"
    message = "Vous avez rédigé cette commande ou fait ce bon à tirer\u00a0: une autre personne doit y répondre."
    status = 403


def check_answers_for_funder(*, proof: PrintProof, by: Actor) -> None:
    """Let an agent of the funder answer; the pilot where the funder has none, if another person wrote the order.

    Raises NotAllowed, FunderAnswersItself, AnswererIsAuthor.
    """
    order = proof.order
    if by.id is None:
        raise NotAllowed
    if by.role != Role.PILOT:
        check_acts_for(by, order.funder, Role.FUNDER)
        return
    check_role(by, Role.PILOT)
    if funder_has_agents(order=order):
        raise FunderAnswersItself(funder=order.funder.name)
    if by.id in {order.by_id, proof.by_id}:
        raise AnswererIsAuthor


def check_is_current(*, proof: PrintProof) -> None:
    """Raise PrintProofOutdated when the order would print something else than this version shows."""
    if bytes(proof.digest) != digest_of(print_content(order=proof.order)):
        raise PrintProofOutdated(reference=proof.order.reference)


def check_proof_approved(*, order: Order) -> None:
    """Let a locked order go to the printer. Raises PrintProofNotApproved, PrintProofOutdated."""
    proof = PrintProof.objects.filter(order=order, status=PrintProofStatus.APPROVED).select_related("order").first()
    if proof is None or order.proof_version != proof.version:
        raise PrintProofNotApproved(reference=order.reference)
    check_is_current(proof=proof)
