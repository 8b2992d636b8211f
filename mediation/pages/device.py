"""The devices of a structure: which ones, when they were last seen, another name, the end of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediation.forms.device import DeviceNameForm, RevokeForm
from mediation.queries.devices import devices_with_place
from passnum.accounts.actions.device import rename_device, revoke_device
from passnum.accounts.models import Device, RevokeReason
from passnum.accounts.post import post_of, post_required
from passnum.accounts.queries.devices import device_named, live_pairings
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError


@never_cache
@require_safe
@post_required(Role.SITE_MANAGER)
def devices_page(request: HttpRequest) -> HttpResponse:
    """List the devices of the structure and the invitations that wait."""
    post, at = post_of(request), now()
    context = {
        "rows": devices_with_place(by=post.actor(), at=at),
        "form": None,
        "waiting": live_pairings(at=at).filter(organisation=post.organisation),
    }
    return render(request, "mediation/devices.html", context)


def _page(request: HttpRequest, device: Device, **shown: Any) -> HttpResponse:
    """Show one device, its forms blank unless they were just sent."""
    refusal: DomainError | None = shown.get("refusal")
    context = {
        "device": device,
        "reason": RevokeReason(device.revoke_reason).label if device.revoked_at else "",
        "form": DeviceNameForm(initial={"name": device.name}),
        "revoke_form": RevokeForm(),
        "refusal": None,
        **shown,
    }
    is_faulty = context["form"].is_bound or context["revoke_form"].is_bound
    status = refusal.status if refusal else 422 if is_faulty else 200
    return render(request, "mediation/device.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.SITE_MANAGER)
def device_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a device; give it another name."""
    by = post_of(request).actor()
    device = device_named(uid=uid, by=by)
    if request.method != "POST":
        return _page(request, device)
    form = DeviceNameForm(request.POST)
    if not form.is_valid():
        return _page(request, device, form=form)
    try:
        rename_device(device=device, name=form.cleaned_data["name"], by=by, at=now())
    except DomainError as refusal:
        return _page(request, device, form=form, refusal=refusal)
    messages.success(request, f"L’appareil s’appelle maintenant «\u00a0{device.name}\u00a0».")
    return redirect("mediation:devices")


@require_POST
@post_required(Role.SITE_MANAGER)
def device_revoke_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Revoke a device at once."""
    by = post_of(request).actor()
    device = device_named(uid=uid, by=by)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _page(request, device, revoke_form=form)
    revoke_device(device=device, reason=RevokeReason(form.cleaned_data["reason"]), by=by, at=now())
    messages.success(request, f"«\u00a0{device.name}\u00a0» est révoqué\u00a0: il ne peut plus rien faire.")
    return redirect("mediation:devices")
