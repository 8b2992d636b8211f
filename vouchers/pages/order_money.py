"""Funding of an order: proofs, their verification by someone else, what co-funders promise."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from passnum.kit.templatetags.french import counted
from vouchers.actions.funding import add_funding_line, record_proof, verify_proof
from vouchers.forms.order import FundingLineForm, ProofForm
from vouchers.models import FundingBase, ProofKind
from vouchers.pages.order_sheet import (
    CO_FUNDER_PREFIX,
    PROOF_PREFIX,
    PROVERS,
    VERIFIERS,
    order_again,
    refused,
    visible_order,
)
from vouchers.queries.orders import proof_of
from vouchers.queries.organisations import co_funders


@require_POST
@post_required(*PROVERS)
def record_proof_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Record a proof of funding; it counts once someone else has verified it."""
    order = visible_order(request, uid)
    form = ProofForm(request.POST, prefix=PROOF_PREFIX)
    if not form.is_valid():
        return order_again(request, order, status=422, proof_form=form)
    found = form.cleaned_data
    try:
        record_proof(
            order=order,
            kind=ProofKind(found["kind"]),
            reference=found["reference"],
            dated_on=found["dated_on"],
            amount_cents=found["amount_cents"],
            by=post_of(request).actor(),
            at=now(),
        )
    except DomainError as refusal:
        return refused(request, uid, refusal, proof_form=form)
    messages.success(request, "La preuve est enregistrée. Une autre personne doit la vérifier.")
    return redirect("vouchers:order", uid=uid)


@require_POST
@post_required(*VERIFIERS)
def verify_proof_page(request: HttpRequest, uid: UUID, proof: UUID) -> HttpResponse:
    """Verify a proof that someone else recorded: the booklets it covers become active."""
    found = proof_of(order=visible_order(request, uid), uid=proof)
    if found is None:
        raise NotFound
    try:
        count = verify_proof(proof=found, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return refused(request, uid, refusal)
    messages.success(request, f"La preuve est vérifiée\u00a0: {counted(count, 'carnet actif,carnets actifs')} de plus.")
    return redirect("vouchers:order", uid=uid)


@require_POST
@post_required(*VERIFIERS)
def add_funding_line_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write what a co-funder promises."""
    order = visible_order(request, uid)
    form = FundingLineForm(request.POST, prefix=CO_FUNDER_PREFIX, organisations=co_funders())
    if not form.is_valid():
        return order_again(request, order, status=422, co_funder_form=form)
    found = form.cleaned_data
    try:
        add_funding_line(
            order=order,
            co_funder=found["co_funder"],
            is_state=found["is_state"],
            rate_points=form.rate_points,
            ceiling_cents=found["ceiling_cents"],
            base=FundingBase(found["base"]),
            target_publics=found["target_publics"],
            by=post_of(request).actor(),
            at=now(),
        )
    except DomainError as refusal:
        return refused(request, uid, refusal, co_funder_form=form)
    messages.success(request, "Le cofinancement est enregistré.")
    return redirect("vouchers:order", uid=uid)
