from django import forms

from mediation.models import NationalService


class FindPlacesForm(forms.Form):
    """What the public looks for. Nothing is required: an empty form lists every place."""

    commune = forms.CharField(
        label="Commune ou code postal",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    service = forms.ChoiceField(
        label="Ce que vous voulez faire",
        required=False,
        choices=[("", "Tout"), *NationalService.choices],
    )
    accessible = forms.BooleanField(label="Accessible en fauteuil roulant", required=False)
