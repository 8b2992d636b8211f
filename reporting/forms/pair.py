from typing import Any

from django import forms

from passnum.kit.clock import paris_date
from reporting.queries.pair import KnownSeal


class PairForm(forms.Form):
    """The two marks of a report. Read from the address: a report can be sent as a link. Left empty: today, the latest."""

    arrete_au = forms.DateField(
        label="Arrêté au",
        required=False,
        help_text="Ce qui s’est passé jusqu’à la fin de ce jour est compté.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Ce jour n’est pas une date\u00a0: écrivez-le comme 30/09/2026.",
        },
    )
    scelle = forms.IntegerField(
        label="Scellé n°",
        required=False,
        min_value=1,
        error_messages={
            "invalid": "Donnez un numéro de scellé\u00a0: un nombre entier.",
            "min_value": "Le premier scellé porte le n°\u00a01.",
        },
    )

    def __init__(self, *args: Any, last: KnownSeal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = paris_date(last.sealed_at).strftime("%d/%m/%Y")
        self.fields["scelle"].help_text = f"Le dernier est le n°\u00a0{last.number}, du {day}."
