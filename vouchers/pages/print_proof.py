"""The proof of an order (bon à tirer): to look at, to approve, to give back, to make again."""

import io
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.print_proof import approve_proof, make_proof, send_back_proof
from vouchers.documents.print_proof import render_proof, specimen_sheet
from vouchers.forms.order import PrintProofForm
from vouchers.models import Order, PrintProof
from vouchers.pages.order_sheet import (
    PRINT_PROOF_PREFIX,
    PRODUCERS,
    READERS,
    order_again,
    refused,
    visible_order,
)
from vouchers.queries.logos import printed_logo
from vouchers.queries.print_proof import proof_version


def _version_of(order: Order, version: int) -> PrintProof:
    proof = proof_version(order=order, version=version)
    if proof is None:
        raise NotFound
    return proof


@never_cache
@require_safe
@post_required(*READERS)
def print_proof_page(request: HttpRequest, uid: UUID, version: int) -> HttpResponseBase:
    """Send one version as a PDF; it holds no code, so each reader of the order may have it."""
    order = visible_order(request, uid)
    proof = _version_of(order, version)
    if not proof.content:  # of an order started before proofs existed
        raise NotFound
    logo = printed_logo(order=order, sha256=proof.content.get("logo", ""))
    sheet = specimen_sheet(proof.content, site_host=settings.PASS_HOST, is_trial=settings.IS_TRIAL, logo=logo)
    out = io.BytesIO()
    render_proof(sheet, reference=order.reference, version=proof.version, out=out)
    out.seek(0)
    name = f"{order.reference}-bon-a-tirer-v{proof.version}.pdf"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/pdf")


@require_POST
@post_required(*PRODUCERS)
def make_proof_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make the next version."""
    order = visible_order(request, uid)
    try:
        proof = make_proof(order=order, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return refused(request, uid, refusal)
    messages.success(request, f"La version {proof.version} du bon à tirer attend la réponse du financeur.")
    return redirect("vouchers:order", uid=uid)


@require_POST
@post_required(Role.FUNDER, Role.PILOT)
def approve_proof_page(request: HttpRequest, uid: UUID, version: int) -> HttpResponse:
    """Approve a version: production may start."""
    return _answer(request, uid, version, is_approved=True)


@require_POST
@post_required(Role.FUNDER, Role.PILOT)
def send_back_proof_page(request: HttpRequest, uid: UUID, version: int) -> HttpResponse:
    """Give a version back with remarks."""
    return _answer(request, uid, version, is_approved=False)


def _answer(request: HttpRequest, uid: UUID, version: int, *, is_approved: bool) -> HttpResponse:
    order = visible_order(request, uid)
    proof = _version_of(order, version)
    form = PrintProofForm(request.POST, prefix=PRINT_PROOF_PREFIX)
    if not form.is_valid():
        return order_again(request, order, status=422, print_proof_form=form)
    by, at, found = post_of(request).actor(), now(), form.cleaned_data
    try:
        if is_approved:
            approve_proof(proof=proof, reason=found["reason"], by=by, at=at)
        else:
            send_back_proof(proof=proof, remarks=found["remarks"], by=by, at=at)
    except DomainError as refusal:
        return refused(request, uid, refusal, print_proof_form=form)
    done = "approuvé\u00a0: la production peut commencer" if is_approved else "renvoyé avec vos remarques"
    messages.success(request, f"Le bon à tirer est {done}.")
    return redirect("vouchers:order", uid=uid)
