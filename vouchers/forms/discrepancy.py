from typing import Any

from django import forms

from vouchers.forms.fields import KeyField, parse_numbers
from vouchers.models import Shipment
from vouchers.states import DiscrepancyStatus

_SAID = [(status, status.label) for status in DiscrepancyStatus if status != DiscrepancyStatus.OPEN]


class DiscrepancyForm(forms.Form):
    """What became of missing booklets, as one side says it."""

    numbers = forms.CharField(
        label="Numéros",
        max_length=5000,
        help_text="Par exemple\u00a0: 12, 15 à 18.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    word = forms.ChoiceField(
        label="Que sont-ils devenus\u00a0?",
        choices=_SAID,
        widget=forms.RadioSelect(attrs={"class": "tight"}),
        error_messages={"required": "Dites s’ils sont retrouvés, et où, ou perdus."},
    )
    complaint_reference = forms.CharField(
        label="Référence de la plainte (s’ils sont perdus)",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = KeyField()

    def __init__(self, *args: Any, shipment: Shipment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shipment = shipment

    def clean_numbers(self) -> list[int]:
        return parse_numbers(self.cleaned_data["numbers"], wave=self.shipment.wave)
