"""What people do to an order, one button each. A refusal shows the order again, as it is now, with its sentence."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from vouchers.actions.order import approve_order, cancel_order, send_back_order, submit_order
from vouchers.actions.production import restart_production, start_production
from vouchers.pages.order_sheet import ACTORS, PRODUCERS, refused, visible_order
from vouchers.states import OrderAct


def _act(request: HttpRequest, uid: UUID, action: Callable[..., Any], said: str) -> HttpResponse:
    order = visible_order(request, uid)
    try:
        action(order=order, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return refused(request, uid, refusal)
    messages.success(request, said.format(reference=order.reference))
    return redirect("vouchers:order", uid=uid)


@require_POST
@post_required(*ACTORS[OrderAct.SUBMIT])
def submit_order_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a draft to approval."""
    return _act(request, uid, submit_order, "La commande {reference} est soumise à la Métropole.")


@require_POST
@post_required(*ACTORS[OrderAct.APPROVE])
def approve_order_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approve an order written by someone else, as it was read: `revision` says which it was."""
    revision = request.POST.get("revision", "")
    read = int(revision[:9]) if revision.isdecimal() else None
    return _act(request, uid, partial(approve_order, revision=read), "La commande {reference} est approuvée.")


@require_POST
@post_required(*ACTORS[OrderAct.SEND_BACK])
def send_back_order_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give an order back to its author."""
    return _act(request, uid, send_back_order, "La commande {reference} est renvoyée à son auteur.")


@require_POST
@post_required(*ACTORS[OrderAct.CANCEL])
def cancel_order_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Cancel an order that is not in production."""
    return _act(request, uid, cancel_order, "La commande {reference} est annulée.")


@require_POST
@post_required(*ACTORS[OrderAct.START_PRODUCTION])
def start_production_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Queue the production of an approved order."""
    return _act(request, uid, start_production, "La production de la commande {reference} commence.")


@require_POST
@post_required(*PRODUCERS)
def restart_production_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Queue again a production that was given up."""
    return _act(
        request, uid, restart_production, "La production de la commande {reference} reprend où elle s’était arrêtée."
    )
