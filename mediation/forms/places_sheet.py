"""What is printed for a person: in which language, for what, near which commune."""

from collections.abc import Iterable
from typing import Any

from django import forms

from mediation.sheet_words import languages
from mediation.standard import SERVICES
from passnum.territory.queries.communes import CommuneAsOf
from vouchers.models import Wave


class PlacesSheetForm(forms.Form):
    """Four answers, all chosen beforehand where the desk knows them."""

    langue = forms.ChoiceField(
        label="Langue de la feuille",
        widget=forms.RadioSelect(attrs={"class": "pairs"}),
        error_messages={"required": "Choisissez la langue."},
    )
    besoin = forms.ChoiceField(
        label="Pour quel besoin", required=False, choices=[("", "Tous les services"), *((s, s) for s in SERVICES)]
    )
    commune = forms.ChoiceField(label="Près de quelle commune", error_messages={"required": "Choisissez la commune."})
    vague = forms.ChoiceField(label="Vague du carnet", error_messages={"required": "Choisissez la vague."})

    def __init__(self, *args: Any, communes: Iterable[CommuneAsOf], waves: Iterable[Wave], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_number = {str(wave.number): wave for wave in waves}
        choices = {
            "langue": [(code, words.name) for code, words in languages().items()],
            "commune": [(commune.code, commune.name) for commune in communes],
            "vague": [(number, wave.name) for number, wave in self.by_number.items()],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def clean_vague(self) -> Wave:
        return self.by_number[self.cleaned_data["vague"]]
