"""The optional contact of a receipt: kept for what the person agreed to, read or erased by its desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from vouchers.actions.contact import erase_contact, read_contact, record_contact
from vouchers.forms.contact import ContactForm
from vouchers.models import ContactKind, ContactPurpose, HandoverContact
from vouchers.pages.handover import handover_here


@sensitive_post_parameters("value")
@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def contact_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep, read (`step=read`) or erase (`step=erase`) the contact of a receipt; reading comes by POST, for it is noted."""
    handover, by, at = handover_here(request, uid), post_of(request).actor(), now()
    step, told, refusal = request.POST.get("step", ""), "", None
    form = ContactForm(request.POST if request.method == "POST" and not step else None)
    try:
        if step == "read":
            told = read_contact(handover=handover, by=by, at=at)
        elif step == "erase":
            erase_contact(handover=handover, by=by, at=at)
            messages.success(request, "Le contact est effacé.")
            return redirect("vouchers:contact", uid=uid)
        elif form.is_bound and form.is_valid():
            record_contact(
                handover=handover,
                kind=ContactKind(form.cleaned_data["kind"]),
                value=form.cleaned_data["value"],
                purposes=[ContactPurpose(one) for one in form.cleaned_data["purposes"]],
                is_guardians=form.cleaned_data["is_guardians"],
                by=by,
                at=at,
            )
            messages.success(request, "Le contact est gardé, chiffré.")
            return redirect("vouchers:handover_done", uid=uid)
    except DomainError as error:
        refusal = error
    kept = HandoverContact.objects.filter(handover=handover).first()
    context = {
        "handover": handover,
        "form": form,
        "kept": kept,
        "purposes": [ContactPurpose(one).label for one in kept.purposes] if kept else [],
        "told": told,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "vouchers/contact.html", context, status=status)
