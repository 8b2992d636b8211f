"""Contested acts: a queue and one act with its whole story for those who decide; what places and distributors may know."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.forms.settlement import GRANT, PAY, SettlementForm
from mediation.policies.settlement import can_settle, check_may_settle, free_hours
from mediation.queries.contested import (
    Case,
    Filter,
    cases_of,
    contested_queue,
    filters_for,
    story_of,
    unused_tickets,
)
from mediation.states import SettleReason
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, InvalidInput

PER_PAGE = 50
STATES = (("", "À décider"), ("decides", "Décidés"), ("tous", "Tous"))
_IS_OPEN = {"": True, "decides": False, "tous": None}
SAID = "C’est décidé pour le carnet {booklet}. Le lieu et le distributeur peuvent lire votre motif."


def _asked(request: HttpRequest) -> Filter:
    """Return the filters of the address; what cannot be a place or a wave finds nothing to narrow."""
    state, site, wave = (request.GET.get(name, "") for name in ("etat", "lieu", "vague"))
    try:
        site = str(UUID(site)) if site else ""
    except ValueError:
        site = ""
    reason = request.GET.get("motif", "").replace("\x00", "")[:40]
    wave = wave if wave.isascii() and wave.isdecimal() and len(wave) <= len("65535") else ""
    return Filter(_IS_OPEN.get(state, True), site, reason, wave)


def _page(request: HttpRequest, by: Actor, asked: Filter) -> tuple[Page[Any], list[tuple[Case, int]]]:
    """Return a page of the queue and its cases, each with the days it has been waiting."""
    queue, at = contested_queue(by=by, asked=asked), now()
    page = Paginator(queue, PER_PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PER_PAGE
    return page, [(case, case.days_at(at)) for case in cases_of(queue[start : start + PER_PAGE])]


@never_cache
@require_safe
@post_required(Role.FINANCE, Role.PILOT, Role.AUDITOR)
def contested_page(request: HttpRequest) -> HttpResponse:
    """List contested acts, the oldest first, by place, reason and wave."""
    by, asked = post_of(request).actor(), _asked(request)
    page, rows = _page(request, by, asked)
    state = request.GET.get("etat", "")
    context = {
        "page": page,
        "rows": rows,
        "asked": asked,
        "state": state if state in _IS_OPEN else "",
        "states": STATES,
        "choices": filters_for(by=by),
    }
    return render(request, "mediation/contested.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.FINANCE, Role.PILOT, Role.AUDITOR)
def contested_act_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show an act with its whole story; a finance officer decides on what is still open."""
    by = post_of(request).actor()
    story = story_of(uid=uid, by=by)
    may_settle = can_settle(story.redemption, by=by)
    rows = [_row(request, case, rank, may_settle) for rank, case in enumerate(story.cases, start=1)]
    refusal, status = None, 200
    if request.method == "POST":
        check_may_settle(story.redemption, by=by)
        case, form = _chosen(rows)
        status = 422
        if form.is_valid():
            try:
                _decide(case, form, by)
            except DomainError as error:
                refusal, status = error, error.status
            else:
                messages.success(request, SAID.format(booklet=case.booklet))
                return redirect("mediation:contested_act", uid=uid)
    context = {
        "story": story,
        "rows": rows,
        "refusal": refusal,
        "may_settle": may_settle,
        "is_own_act": by.role == Role.FINANCE and not may_settle,
    }
    return render(request, "mediation/contested_act.html", context, status=status)


Row = tuple[Case, SettlementForm | None, int]


def _row(request: HttpRequest, case: Case, rank: int, may_settle: bool) -> Row:
    """Return a case, the form that decides on it (None for who may not, or once decided), and its free hours."""
    is_sent = request.method == "POST" and request.POST.get("acte") == str(rank)
    if case.decided and not is_sent:
        return case, None, 0
    unused = [] if case.has_consumed else unused_tickets(line=case.line)
    free = len(free_hours(unused, happened_at=case.line.redemption.happened_at))
    data = request.POST if is_sent else None
    return case, SettlementForm(data, case=case, rank=rank, free_count=free) if may_settle else None, free


def _chosen(rows: list[Row]) -> tuple[Case, SettlementForm]:
    """Return the row that was sent. Raises InvalidInput for one that is not there."""
    for case, form, _ in rows:
        if form is not None and form.is_bound:
            return case, form
    raise InvalidInput(sentence="Cette page a été modifiée en route\u00a0: rechargez-la et recommencez.")


def _decide(case: Case, form: SettlementForm, by: Actor) -> None:
    decision, reason = form.cleaned_data["decision"], SettleReason(form.cleaned_data["reason"])
    if decision == GRANT:
        grant_goodwill(line=case.line, amount_cents=form.cleaned_data["amount"], reason=reason, by=by, at=now())
    else:
        settle_contested(line=case.line, is_payable=decision == PAY, reason=reason, by=by, at=now())


@never_cache
@require_safe
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def my_contested_page(request: HttpRequest) -> HttpResponse:
    """List the contested acts of the person's places: why, and what was decided."""
    page, rows = _page(request, post_of(request).actor(), Filter(is_open=None, newest_first=True))
    return render(request, "mediation/my_contested.html", {"page": page, "rows": rows})


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def contested_booklets_page(request: HttpRequest) -> HttpResponse:
    """List the contested hours of a distributor's booklets and what was decided; nothing of places nor of acts."""
    page, rows = _page(request, post_of(request).actor(), Filter(is_open=None, newest_first=True))
    return render(request, "mediation/contested_booklets.html", {"page": page, "rows": rows})
