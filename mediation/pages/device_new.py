"""Invite a device: the QR code and the six figures are in this one answer, and nowhere else.

The secret is never in an address of the server: what the QR code carries after `#` stays in the phone's browser. Shown
again, the page makes another invitation.
"""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mediation.documents.pairing_qr import pairing_qr_svg
from mediation.forms.device import PairingForm
from passnum.accounts.actions.pairing import LIFE, cancel_pairing, create_pairing
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError

# Where the application of devices is; the fragment is never sent to a server.
COUNTER: Final = "/comptoir/"
FRAGMENT: Final = "#appairer="


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.SITE_MANAGER)
def device_new_page(request: HttpRequest) -> HttpResponse:
    """Name a device, then show how to pair it."""
    form, refusal = PairingForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            return _invitation_page(request, form)
        except DomainError as error:
            refusal = error
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "mediation/device_new.html", {"form": form, "refusal": refusal}, status=status)


def _invitation_page(request: HttpRequest, form: PairingForm) -> HttpResponse:
    post = post_of(request)
    made = create_pairing(
        organisation=post.organisation,
        name=form.cleaned_data["name"],
        is_shared=form.cleaned_data["is_shared"],
        by=post.actor(),
        at=now(),
    )
    counter = request.build_absolute_uri(COUNTER)
    context = {
        "pairing": made.pairing,
        "figures": (made.figures[:3], made.figures[3:]),
        "qr": mark_safe(pairing_qr_svg(f"{counter}{FRAGMENT}{made.secret}")),  # noqa: S308  (drawn here, figures only)
        "counter": counter.split("://", 1)[-1],
        # named, or Django would write the whole context in its debug log when the page's title looks for it
        "form": None,
        "minutes": int(LIFE.total_seconds()) // 60,
    }
    return render(request, "mediation/device_pairing.html", context)


@require_POST
@post_required(Role.SITE_MANAGER)
def pairing_cancel_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take an invitation back."""
    post = post_of(request)
    cancel_pairing(uid=uid, organisation=post.organisation, by=post.actor(), at=now())
    messages.success(request, "L’invitation est annulée\u00a0: son code ne sert plus à rien.")
    return redirect("mediation:devices")
