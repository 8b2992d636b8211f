"""A workshop: several booklets read one after the other, then the answers that most people share."""

from typing import Any

from django import forms

from vouchers.actions.handover_batch import MOST_TOGETHER
from vouchers.forms.fields import KeyField
from vouchers.forms.taps import TapsForm

TEXT_MAX = 60_000


class BookletsForm(forms.Form):
    """What a hand scanner types: one booklet per line."""

    carnets = forms.CharField(
        label="Carnets à remettre",
        max_length=TEXT_MAX,
        help_text=f"Scannez un ticket de chaque carnet, ou tapez un numéro par ligne. {MOST_TOGETHER} carnets au plus.",
        widget=forms.Textarea(
            attrs={"class": "code", "rows": 6, "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
        error_messages={"required": "Scannez au moins un carnet."},
    )

    def clean_carnets(self) -> list[str]:
        lines = [line.strip() for line in str(self.cleaned_data["carnets"]).splitlines() if line.strip()]
        if not 1 <= len(lines) <= MOST_TOGETHER:
            raise forms.ValidationError(f"De 1 à {MOST_TOGETHER} carnets à la fois.")
        return lines


class WorkshopForm(TapsForm):
    """What everybody answers, but those who answer otherwise."""

    declared_on = forms.DateField(
        label="Jour de la remise, si ce n’est pas aujourd’hui",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["had_one_already"]  # a person's own answer
