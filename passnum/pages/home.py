import re

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from passnum.kit.throttle import client_address, throttle

# register.md: a public reference has 10 letters of Crockford's alphabet, a spendable code 13 (12 and a check letter).
REF_LENGTH = 10
CODE_LENGTH = 13
CHECKS_PER_MINUTE = 30


class TicketRefForm(forms.Form):
    """Read the public reference printed on a ticket. Never shows again a secret code typed by mistake."""

    ref = forms.CharField(
        label="Référence du ticket",
        max_length=60,
        help_text="10 lettres et chiffres, imprimés après REF, sous le carré noir et blanc.",
        widget=forms.TextInput(
            attrs={"class": "code short", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        required=False,  # a lone field needs no mark; its absence has its own sentence below
    )

    def clean_ref(self) -> str:
        ref = re.sub(r"[\s.\-–]", "", str(self.cleaned_data["ref"])).upper()
        if not ref:
            raise forms.ValidationError("Tapez la référence imprimée sur le ticket.")
        if len(ref) == CODE_LENGTH:
            self.data = {}  # what was typed may be worth an hour: it does not come back in the page
            raise forms.ValidationError(
                "C’est le code secret du ticket, à donner seulement au lieu de médiation. "
                "Tapez la référence, qui a 10 lettres et chiffres."
            )
        if len(ref) != REF_LENGTH or not re.fullmatch(r"[0-9A-Z]+", ref):
            raise forms.ValidationError("Une référence a 10 lettres et chiffres. Relisez celle du ticket.")
        return ref


@login_not_required
@require_GET
def home_page(request: HttpRequest) -> HttpResponse:
    """Say what the Pass is to the public, and what can be done to the person who works."""
    return render(request, "home.html", {"form": TicketRefForm()})


@csrf_exempt  # changes nothing: it turns a typed reference into an address; a GET here could log a secret code
@login_not_required
@require_POST
def find_ticket_page(request: HttpRequest) -> HttpResponse:
    """Lead from a typed reference to the public page of the ticket.

    Raises TooManyAttempts.
    """
    throttle("find-ticket:" + client_address(request), CHECKS_PER_MINUTE, 60)
    form = TicketRefForm(request.POST)
    if form.is_valid():
        return redirect(f"/t/{form.cleaned_data['ref']}")
    form.fields["ref"].widget.attrs["autofocus"] = True  # its error stands just above it
    return render(request, "home.html", {"form": form}, status=422)
