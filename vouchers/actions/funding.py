"""Nothing is redeemable before verified proof of funding. Several proofs add up; as many whole booklets become active
as the verified amount covers, in number order."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from vouchers.models import Booklet, FundingBase, FundingLine, FundingProof, Order, ProofKind
from vouchers.models.funding import STATE_RATE_MAX, STATE_RATE_MIN, WHOLE
from vouchers.policies.issuer import check_issues
from vouchers.queries.funding import funded_cents, verified_cents
from vouchers.states import TitleStatus

REFERENCE_MAX = 60


class ProofAlreadyKnown(DomainError):
    code = "PROOF_ALREADY_KNOWN"
    message = "Cette preuve ({reference}) est déjà enregistrée pour cette commande : elle ne compte qu’une fois."
    status = 409


class ProofAlreadyVerified(DomainError):
    code = "PROOF_ALREADY_VERIFIED"
    message = "Cette preuve est déjà vérifiée : rien n’a été changé."
    status = 409


class VerifierIsAuthor(DomainError):
    code = "VERIFIER_IS_AUTHOR"
    message = "Vous avez enregistré cette preuve : une autre personne doit la vérifier."
    status = 403


class CoFunderAlreadyKnown(DomainError):
    code = "CO_FUNDER_ALREADY_KNOWN"
    message = "{co_funder} cofinance déjà cette commande : une seule ligne par cofinanceur."
    status = 409


class StateCannotFund(DomainError):
    code = "STATE_FUNDS_COLLECTIVITES_ONLY"
    message = "L’État ne cofinance que les commandes des collectivités."
    status = 409


def _percent(points: int) -> str:
    return f"{points / 100:g}".replace(".", ",")


@transaction.atomic
def add_funding_line(
    *,
    order: Order,
    co_funder: Organisation,
    is_state: bool,
    rate_points: int,
    ceiling_cents: int,
    base: FundingBase,
    target_publics: Sequence[str],
    by: Actor,
    at: datetime,
) -> FundingLine:
    """Write what a co-funder promises on an order; `rate_points` in hundredths of a percent.

    Raises NotAllowed, InvalidInput, StateCannotFund, CoFunderAlreadyKnown.
    """
    check_role(by, Role.PILOT, Role.FINANCE)
    if is_state and not order.funder.is_local_authority:
        raise StateCannotFund
    low, high = (STATE_RATE_MIN, STATE_RATE_MAX) if is_state else (1, WHOLE)
    if not low <= rate_points <= high:
        raise InvalidInput(sentence=f"Le taux doit être compris entre {_percent(low)} et {_percent(high)} %.")
    if ceiling_cents < 0:
        raise InvalidInput(sentence="Le plafond ne peut pas être négatif.")
    try:
        with transaction.atomic():
            line = FundingLine.objects.create(
                order=order,
                co_funder=co_funder,
                is_state=is_state,
                rate_points=rate_points,
                ceiling_cents=ceiling_cents,
                base=base,
                target_publics=list(target_publics),
                created_at=at,
            )
    except IntegrityError as error:
        if violated(error) == "funding_line_is_one_per_co_funder":
            raise CoFunderAlreadyKnown(co_funder=co_funder.name) from None
        raise
    record_audit(act="ADD_FUNDING_LINE", subject_type="order", subject=order.uid, by=by, at=at, line=str(line.uid))
    return line


@transaction.atomic
def record_proof(
    *, order: Order, kind: ProofKind, reference: str, dated_on: date, amount_cents: int, by: Actor, at: datetime
) -> FundingProof:
    """Record evidence of funding; it counts once someone else has verified it.

    Raises NotAllowed, InvalidInput, ProofAlreadyKnown.
    """
    if by.role == Role.FUNDER:
        check_acts_for(by, order.funder, Role.FUNDER)
    else:
        check_issues(by, order.wave, Role.PILOT, Role.FINANCE)
    if amount_cents < 1:
        raise InvalidInput(sentence="Le montant de la preuve doit être positif.")
    reference = " ".join(reference.split())  # a space more does not make another proof
    if not 1 <= len(reference) <= REFERENCE_MAX:
        raise InvalidInput(
            sentence="Indiquez la référence de la preuve (numéro de mandat ou de virement), en 60 caractères au plus."
        )
    try:
        with transaction.atomic():
            proof = FundingProof.objects.create(
                uid=uuid4(),
                order=order,
                kind=kind,
                reference=reference,
                dated_on=dated_on,
                amount_cents=amount_cents,
                recorded_at=at,
                **by.columns(),
            )
    except IntegrityError as error:
        if violated(error) == "funding_proof_counts_once":
            raise ProofAlreadyKnown(reference=reference) from None
        raise
    record_audit(act="RECORD_PROOF", subject_type="order", subject=order.uid, by=by, at=at, proof=str(proof.uid))
    return proof


@transaction.atomic
def verify_proof(*, proof: FundingProof, by: Actor, at: datetime) -> int:
    """Verify a proof and activate the booklets it covers; return how many booklets became active.

    Raises NotAllowed, VerifierIsAuthor, ProofAlreadyVerified.
    """
    check_role(by, Role.PILOT, Role.FINANCE)
    if by.id is None:
        raise NotAllowed
    if by.id == proof.by_id:
        raise VerifierIsAuthor
    if not FundingProof.objects.filter(pk=proof.pk, verified_at__isnull=True).update(
        verified_at=at, verified_by_id=by.id
    ):
        raise ProofAlreadyVerified
    record_audit(act="VERIFY_PROOF", subject_type="order", subject=proof.order.uid, by=by, at=at, proof=str(proof.uid))
    return activate_funded_booklets(order=proof.order, at=at)


@transaction.atomic
def activate_funded_booklets(*, order: Order, at: datetime) -> int:
    """Mark as funded the next booklets, in number order, that the verified amount covers whole; return how many.

    Called when a proof is verified and when booklets are produced: whichever comes last activates them.
    """
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)  # one activation at a time
    last_proof = FundingProof.objects.filter(order=order, verified_at__isnull=False).order_by("-verified_at").first()
    if last_proof is None:
        return 0
    left = verified_cents(order=order) - funded_cents(order=order)
    price = order.wave.face_value_cents
    covered: list[int] = []
    unfunded = Booklet.objects.filter(order=order, replaces__isnull=True, funded_at__isnull=True)
    unfunded = unfunded.exclude(status__in=[TitleStatus.CANCELLED, TitleStatus.DESTROYED])
    for pk, size in unfunded.order_by("number").values_list("pk", "size").iterator():
        if left < size * price:
            break
        left -= size * price
        covered.append(pk)
    Booklet.objects.filter(pk__in=covered).update(funded_at=at, funded_by=last_proof)
    _fund_replacements(covered, proof=last_proof, at=at)
    return len(covered)


def _fund_replacements(originals: list[int], *, proof: FundingProof, at: datetime) -> None:
    """Hours reissued before their funding came are funded with the booklet that they left."""
    generation = originals
    while generation:
        waiting = Booklet.objects.filter(replaces__in=generation, funded_at__isnull=True)
        generation = list(waiting.values_list("pk", flat=True))
        Booklet.objects.filter(pk__in=generation).update(funded_at=at, funded_by=proof)
