"""What was sent by post and of which nothing was heard: to activate from the receipt, or to block and replace."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from vouchers.actions.handover_activation import activate_handover
from vouchers.pages.handover import done_page, handover_here
from vouchers.queries.postal import posted_without_news

PAGE_SIZE = 50


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def posted_page(request: HttpRequest) -> HttpResponse:
    """List what this desk posted, oldest first, until it is activated, used or blocked."""
    sent = posted_without_news(distributor=post_of(request).organisation)
    page = Paginator(sent, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "vouchers/posted.html", {"page": page})


@require_POST
@post_required(Role.DISTRIBUTOR)
def activate_handover_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note that a posted booklet arrived: the person gave the number of the receipt."""
    handover = handover_here(request, uid)
    try:
        activate_handover(handover=handover, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return done_page(request, handover, refusal)
    messages.success(request, f"Le carnet {handover.booklet.label} est activé\u00a0: il est bien arrivé.")
    return redirect("vouchers:posted")
