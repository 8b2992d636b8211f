"""« Mon code personnel »: what one types on a shared device to say who one is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from passnum.accounts.actions.pin import set_pin
from passnum.accounts.forms.pin import PinForm
from passnum.accounts.post import post_of, post_required
from passnum.accounts.queries.devices import pin_changed_at
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import InvalidInput


@never_cache
@sensitive_post_parameters("pin", "again")
@require_http_methods(["GET", "POST"])
@post_required(Role.MEDIATOR, Role.SITE_MANAGER)
def pin_page(request: HttpRequest) -> HttpResponse:
    """Choose one's code, or another one."""
    post = post_of(request)
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_pin(pin=form.cleaned_data["pin"], by=post.actor(), at=now())
        except InvalidInput as refusal:
            form.add_error("pin", refusal.sentence)
        else:
            messages.success(
                request, "Votre code est enregistré. Il vaut sur les appareils partagés de votre structure."
            )
            return redirect("accounts:pin")
    context = {"form": form, "changed_at": pin_changed_at(membership_uid=post.membership_uid)}
    return render(request, "accounts/pin.html", context, status=422 if form.is_bound else 200)
