"""Where every booklet is, for those who hold them and for those who watch."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from passnum.accounts.post import Post, post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.forms.dispute import SearchForm
from vouchers.pages.booklet import READERS
from vouchers.queries.discrepancies import shipments_to_settle
from vouchers.queries.inventories import open_inventories
from vouchers.queries.recalls import open_recalls
from vouchers.queries.stock import (
    DORMANT,
    Holding,
    find_visible_booklet,
    held_booklets,
    holdings,
    shipments_visible_to,
    visible_holders,
)
from vouchers.states import ShipmentStatus

PAGE_SIZE = 50
SENDERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
# More than a few alerts at once are a list, and each has its own page.
ALERTS = 5


class BookletNotVisible(NotFound):
    message = "Aucun carnet de ce numéro ici. Vérifiez-le, ou demandez à la Métropole où il se trouve."


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*READERS)
def stock_page(request: HttpRequest) -> HttpResponse:
    """Show stocks by holder; a search comes by POST, since what is typed may be worth an hour."""
    post = post_of(request)
    form, refusal = SearchForm(), None
    if request.method == "POST":
        form = SearchForm(request.POST)
        try:
            booklet = find_visible_booklet(text=request.POST.get("carnet", "").strip(), by=post.actor())
            if booklet is not None:
                return redirect("vouchers:booklet", wave=booklet.wave.number, number=booklet.number)
            raise BookletNotVisible
        except DomainError as error:
            refusal = error
    rows = holdings(by=post.actor(), at=now())
    waiting = shipments_visible_to(by=post.actor()).filter(status=ShipmentStatus.SENT)
    context = {
        "form": form,
        "refusal": refusal,
        "rows": rows,
        "dormant_days": DORMANT.days,
        "dormant": sum(row.dormant for row in rows),
        "in_stock": sum(row.in_stock for row in rows),
        "missing": sum(row.missing for row in rows),
        **_asked(post, rows),
        **_doors(post),
        "arriving": list(waiting.filter(to_organisation=post.organisation)) if post.role in SENDERS else [],
    }
    return render(request, "vouchers/stock.html", context, status=refusal.status if refusal else 200)


def _asked(post: Post, rows: list[Holding]) -> dict[str, Any]:
    """What waits for an answer: recalls, inventories begun, gaps to settle, stocks that sleep."""
    by = post.actor()
    return {
        "recalls": open_recalls(holder=post.organisation) if post.role in SENDERS else [],
        "opened": open_inventories(holder=post.organisation) if post.role in SENDERS else [],
        "to_settle": shipments_to_settle(by=by)[:ALERTS] if post.role in SENDERS else [],
        "sleeping": [row for row in rows if row.dormant and row.holder][:ALERTS],
        "may_recall": post.role == Role.PILOT,
    }


def _doors(post: Post) -> dict[str, Any]:
    """What one can do from here, by role."""
    is_distributor = post.role == Role.DISTRIBUTOR
    return {
        "is_distributor": is_distributor,
        "may_send": post.role in SENDERS,
        "may_keep": post.role in {Role.PILOT, Role.ISSUER, Role.AUDITOR},
        "sees_shipments": post.role in {*SENDERS, Role.AUDITOR},
        "sees_values": post.role in {*SENDERS, Role.AUDITOR},
        "send_title": "Renvoyer, ou servir un relais" if is_distributor else "Envoyer des carnets",
        "send_words": "À la Métropole, à un relais." if is_distributor else "De l’imprimeur ou de votre stock.",
        "hand_url": reverse("vouchers:handover"),
        "shipments_url": reverse("vouchers:shipments"),
        "send_url": reverse("vouchers:shipment_new"),
        "inventories_url": reverse("vouchers:inventories"),
        "loss_url": reverse("vouchers:loss_new"),
        "lots_url": reverse("vouchers:lots"),
        "values_url": reverse("vouchers:values"),
        "recalls_url": reverse("vouchers:recalls"),
    }


@never_cache
@require_safe
@post_required(*READERS)
def stock_holder_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """List what one holder has, or awaits; `dormants=1` keeps what has not moved for long."""
    by = post_of(request).actor()
    holder = visible_holders(by=by).filter(uid=uid).first()
    if holder is None:
        raise NotFound
    only_dormant = request.GET.get("dormants") == "1"
    booklets = held_booklets(by=by, holder=holder, dormant_at=now() if only_dormant else None)
    context = {
        "holder": holder,
        "only_dormant": only_dormant,
        "dormant_days": DORMANT.days,
        "page": Paginator(booklets, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "vouchers/stock_holder.html", context)
