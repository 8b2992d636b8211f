"""What is typed about a stock: an inventory, a sealed lot, a recall, the period of a statement."""

from typing import Any

from django import forms

from passnum.accounts.models import Organisation
from vouchers.forms.fields import KeyField, OrganisationField, WaveField
from vouchers.models import DestructionMethod, Wave


class InventoryReadForm(forms.Form):
    """What the scanner types: a cover number, a QR, a short number or a span; one per line."""

    read = forms.CharField(
        label="Carnets lus",
        max_length=200_000,
        help_text="Visez le champ et scannez, ou tapez les numéros\u00a0: un par ligne, ou «\u00a012 à 40\u00a0».",
        widget=forms.Textarea(
            attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false", "class": "code", "data-scan": ""}
        ),
        error_messages={"required": "Scannez ou tapez au moins un carnet."},
    )


class SealForm(forms.Form):
    """A lot counted and sealed; ranges apart."""

    wave = WaveField(label="Vague")
    counted = forms.IntegerField(
        label="Combien de carnets avez-vous comptés\u00a0?",
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    seal_reference = forms.CharField(
        label="Numéro que porte le scellé", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    key = KeyField()

    def __init__(self, *args: Any, waves: list[Wave], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wave = self.fields["wave"]
        assert isinstance(wave, WaveField)
        wave.offer(waves)


class DestructionForm(forms.Form):
    """How a lot is destroyed."""

    method = forms.ChoiceField(
        label="Moyen de destruction",
        choices=DestructionMethod.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un moyen."},
    )


class RecallForm(forms.Form):
    """What a holder is asked to send, and to whom."""

    holder = OrganisationField(label="Détenteur")
    wave = WaveField(label="Vague")
    recipient = OrganisationField(label="À envoyer à")
    count = forms.IntegerField(
        label="Combien de carnets\u00a0?",
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Raison",
        max_length=200,
        help_text="Le détenteur la lit. Aucun nom ici.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        waves: list[Wave],
        holders: list[Organisation],
        recipients: list[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        wave, holder, recipient = self.fields["wave"], self.fields["holder"], self.fields["recipient"]
        assert isinstance(wave, WaveField)
        assert isinstance(holder, OrganisationField)
        assert isinstance(recipient, OrganisationField)
        wave.offer(waves)
        holder.offer(holders)
        recipient.offer(recipients)


class PeriodForm(forms.Form):
    """A holder and two days."""

    detenteur = OrganisationField(label="Détenteur", blank="Choisir…")
    du = forms.DateField(label="Du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    au = forms.DateField(label="Au (compris)", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, holders: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_holder = bool(holders)
        holder = self.fields["detenteur"]
        assert isinstance(holder, OrganisationField)
        holder.offer(holders)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and found["du"] > found["au"]:
            self.add_error("au", "Ce jour vient avant le premier\u00a0: corrigez l’un des deux.")
        return found
