from typing import Any

from django import forms

from passnum.accounts.models import Organisation
from vouchers.forms.fields import KeyField, OrganisationField, WaveField
from vouchers.models import DisputeReason, Wave

PRINTER = "Imprimeur"


class LossForm(forms.Form):
    """What became of a lot, and who answers for it; ranges apart."""

    wave = WaveField(label="Vague")
    holder = OrganisationField(label="Qui en répond", required=False, blank=PRINTER)
    reason = forms.ChoiceField(
        label="Motif",
        choices=DisputeReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )
    complaint_reference = forms.CharField(
        label="Référence de la plainte",
        max_length=60,
        required=False,
        help_text="S’il y a eu dépôt de plainte. Aucun nom ici.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_sure = forms.BooleanField(
        label="J’ai bien cherché\u00a0: ces carnets ne vaudront plus rien",
        error_messages={"required": "Cochez cette case\u00a0: un lot déclaré perdu ne revient pas en stock."},
    )
    key = KeyField()

    def __init__(self, *args: Any, waves: list[Wave], holders: list[Organisation] | None, **kwargs: Any) -> None:
        """`holders` None: the post's own stock alone, nothing to choose."""
        super().__init__(*args, **kwargs)
        wave = self.fields["wave"]
        assert isinstance(wave, WaveField)
        wave.offer(waves)
        if holders is None:
            del self.fields["holder"]
        else:
            holder = self.fields["holder"]
            assert isinstance(holder, OrganisationField)
            holder.offer(holders)
