from collections.abc import Iterable
from typing import Any

from django import forms

from vouchers.forms.fields import KeyField
from vouchers.forms.handover import ScanForm
from vouchers.models import DisputeReason


class DisputeForm(forms.Form):
    """Why a booklet is blocked, and which of its tickets when it is not all that is left."""

    reason = forms.ChoiceField(
        label="Motif",
        choices=DisputeReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )
    tickets = forms.MultipleChoiceField(
        label="Tickets à bloquer",
        required=False,
        help_text="Sans rien cocher, tout ce qui reste est bloqué.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Un de ces tickets n’est plus à bloquer\u00a0: rien n’a été changé."},
    )
    key = KeyField()

    def __init__(self, *args: Any, tickets: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tickets"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(position), f"Ticket {position}, référence {ref}") for position, ref in tickets]

    def positions(self) -> list[int]:
        """Return the positions that were named; none means all that is left."""
        return [int(position) for position in self.cleaned_data["tickets"]]

    @property
    def are_tickets_seen(self) -> bool:
        """Tell whether the list of tickets must be seen: one is chosen, or wrong."""
        return bool(self.errors.get("tickets")) or any(self["tickets"].value() or [])


class SearchForm(forms.Form):
    """Find a booklet. Posted, never in an address: what is typed may be worth an hour."""

    carnet = forms.CharField(
        label="Chercher un carnet",
        max_length=1024,
        required=False,
        help_text="Numéro, reçu de remise, référence ou QR d’un ticket.",
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}),
    )


class LostForm(ScanForm):
    """What was lost, as the person may still tell it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carnet"].label = "Carnet ou reçu"
        self.fields[
            "carnet"
        ].help_text = "Le numéro de reçu (8 lettres et chiffres), le numéro du carnet, ou un de ses tickets."
