"""The end of a wave put off by the pilot, from its cockpit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import date_fr
from vouchers.actions.wave_extension import extend_wave
from vouchers.forms.wave_extension import ExtensionForm
from vouchers.pages.wave import cockpit_page, visible_wave


@require_POST
@post_required(Role.PILOT)
def extend_wave_page(request: HttpRequest, number: int) -> HttpResponse:
    """Put the end of a wave off, or show why not."""
    wave, form = visible_wave(request, number), ExtensionForm(request.POST)
    if not form.is_valid():
        return cockpit_page(request, wave, extension=form)
    try:
        extension = extend_wave(wave=wave, **form.cleaned_data, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return cockpit_page(request, visible_wave(request, number), refusal, extension=form)
    messages.success(
        request,
        f"La vague est prolongée jusqu’au {date_fr(extension.until_on)}\u00a0: ses échéances repartent de ce jour.",
    )
    return redirect("vouchers:wave", number=number)
