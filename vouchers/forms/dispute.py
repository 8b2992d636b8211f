from django import forms

from vouchers.forms.fields import KeyField
from vouchers.models import DisputeReason


class DisputeForm(forms.Form):
    """Why a booklet is blocked."""

    reason = forms.ChoiceField(
        label="Motif",
        choices=DisputeReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )
    key = KeyField()


class SearchForm(forms.Form):
    """Find a booklet. Posted, never in an address: what is typed may be worth an hour."""

    carnet = forms.CharField(
        label="Chercher un carnet",
        max_length=1024,
        required=False,
        help_text="Numéro, reçu de remise, référence ou QR d’un ticket.",
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}),
    )
