"""One booklet: where it was, what is left of it, and what to do when it is lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, NotFound
from passnum.kit.models import JobStatus
from vouchers.actions.dispute import check_may_dispute
from vouchers.actions.reissue_job import REISSUE, ask_reissue
from vouchers.forms.dispute import DisputeForm
from vouchers.models import Booklet, Dispute
from vouchers.policies.production_file import check_may_take
from vouchers.queries.custody import (
    current_handover,
    custody_of,
    dispute_to_follow,
    remainder_of,
    replacement_file,
    replacements_of,
    ticket_states,
)
from vouchers.queries.jobs import job_of
from vouchers.queries.stock import booklets_visible_to
from vouchers.states import TICKET_MOVES, Act, TitleStatus, WaveStatus

READERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR, Role.EVALUATOR)
DISPUTERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)


def visible_booklet(request: HttpRequest, wave: int, number: int) -> Booklet:
    """Return a booklet that this post may follow. Raises NotFound: unknown and another's look alike."""
    visible = booklets_visible_to(by=post_of(request).actor(), day=paris_date(now()))
    booklets = visible.select_related("shipment", "replaces", "replaces__wave")
    booklet = booklets.filter(wave__number=wave, number=number).first()
    if booklet is None:
        raise NotFound
    return booklet


def may_dispute_it(request: HttpRequest, booklet: Booklet) -> bool:
    """Tell whether this post may block this booklet."""
    try:
        check_may_dispute(booklet, post_of(request).actor(), paris_date(now()))
    except DomainError:
        return False
    return True


def _may_take_file(request: HttpRequest, booklet: Booklet) -> bool:
    file = replacement_file(booklet=booklet)
    if file is None:
        return False
    try:
        check_may_take(file=file, by=post_of(request).actor(), day=paris_date(now()))
    except DomainError:
        return False
    return True


def _job_context(dispute: Dispute | None) -> dict[str, Any]:
    job = job_of(kind=REISSUE, subject=dispute.uid) if dispute else None
    is_running = job is not None and job.status in {JobStatus.WAITING, JobStatus.RUNNING}
    return {"job": job, "is_running": is_running, "is_failed": job is not None and job.status == JobStatus.FAILED}


def _booklet_page(request: HttpRequest, booklet: Booklet, *, refusal: DomainError | None = None) -> HttpResponse:
    states = ticket_states(booklet=booklet)
    dispute = dispute_to_follow(booklet=booklet)
    may_dispute = may_dispute_it(request, booklet)
    can_reissue = (
        may_dispute
        and dispute is not None
        and dispute.replacement_id is None
        and remainder_of(dispute=dispute).exists()
        and dispute.movement.from_state == TitleStatus.HANDED_OVER
        and booklet.wave.status == WaveStatus.OPEN
    )
    context = {
        "booklet": booklet,
        "states": states,
        "history": custody_of(booklet=booklet),
        "handover": current_handover(booklet=booklet),
        "dispute": dispute,
        "replacements": replacements_of(booklet=booklet),
        "can_block": may_dispute and any(state in TICKET_MOVES[Act.BLOCK].sources for state, _ in states),
        "can_reissue": can_reissue,
        "may_take_file": _may_take_file(request, booklet),
        "dispute_form": DisputeForm(),
        "refusal": refusal,
        **_job_context(dispute),
    }
    return render(request, "vouchers/booklet.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
@post_required(*READERS)
def booklet_page(request: HttpRequest, wave: int, number: int) -> HttpResponse:
    """Follow one booklet: its movements, without any person."""
    return _booklet_page(request, visible_booklet(request, wave, number))


@require_POST
@post_required(*DISPUTERS)
def reissue_booklet_page(request: HttpRequest, wave: int, number: int) -> HttpResponse:
    """Ask the production worker for a replacement; the page then shows how it goes."""
    booklet = visible_booklet(request, wave, number)
    dispute = dispute_to_follow(booklet=booklet)
    if dispute is None:
        raise NotFound
    try:
        ask_reissue(dispute=dispute, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return _booklet_page(request, booklet, refusal=refusal)
    return redirect("vouchers:booklet", wave=wave, number=number)


@never_cache
@require_safe
@post_required(*READERS)
def reissue_progress_page(request: HttpRequest, wave: int, number: int) -> HttpResponse:
    """How a replacement goes, which the page asks for every two seconds; at the end, the page is asked again whole."""
    booklet = visible_booklet(request, wave, number)
    context = _job_context(dispute_to_follow(booklet=booklet))
    response = render(request, "vouchers/booklet_progress.html", {"booklet": booklet, **context})
    if not context["is_running"]:
        response["HX-Refresh"] = "true"
    return response
