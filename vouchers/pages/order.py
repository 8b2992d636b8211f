"""The list of orders, and the page that follows one to its delivery."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from vouchers.pages.order_sheet import PRODUCERS, READERS, job_context, order_again, visible_order
from vouchers.queries.order_drafts import begun_drafts
from vouchers.queries.orders import orders_visible_to, with_amounts
from vouchers.states import OrderStatus

PAGE_SIZE = 25


@require_safe
@post_required(*READERS)
def orders_page(request: HttpRequest) -> HttpResponse:
    """List the orders that this post may see, newest first; `etat` keeps one state."""
    post = post_of(request)
    orders = with_amounts(orders_visible_to(by=post.actor()))
    status = request.GET.get("etat", "")
    if status in OrderStatus.values:
        orders = orders.filter(status=status)
    context = {
        "page": Paginator(orders, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": OrderStatus.choices,
        "status": status,
        "can_order": post.role == Role.FUNDER,
        "drafts": begun_drafts(by=post.actor()) if post.role == Role.FUNDER else [],
        "shows_funder": post.role != Role.FUNDER,
    }
    return render(request, "vouchers/orders.html", context)


@never_cache
@require_safe
@post_required(*READERS)
def order_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Follow one order: states, amounts, funding, production, use."""
    return order_again(request, visible_order(request, uid))


@never_cache
@require_safe
@post_required(*READERS)
def order_progress_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The progress bar alone, which the page asks for every two seconds; at the end, the page is asked again whole."""
    order = visible_order(request, uid)
    context = job_context(order)
    context["may_produce"] = post_of(request).role in PRODUCERS
    response = render(request, "vouchers/order_progress.html", {"order": order, **context})
    if not context["is_running"]:
        response["HX-Refresh"] = "true"
    return response
