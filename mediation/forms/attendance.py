"""What to print on an attendance sheet before a paper day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms

from mediation.documents.attendance import MOST_SHEETS, ROWS
from mediation.models import Service, Site

A_YEAR = timedelta(days=366)


class PlaceField(forms.ChoiceField):
    """Choose a place of a list; gives the object."""

    def __init__(self) -> None:
        super().__init__(label="Lieu", error_messages={"required": "Choisissez le lieu."})
        self.by_uid: dict[str, Site] = {}

    def offer(self, places: Iterable[Site], *, blank: str = "") -> None:
        """Set the list, after a first line that chooses none when `blank` says so."""
        self.by_uid = {str(place.uid): place for place in places}
        named = [(uid, f"{place.name}, {place.postal_code}") for uid, place in self.by_uid.items()]
        self.choices = [("", blank), *named] if blank else named

    def clean(self, value: Any) -> Any:
        return self.by_uid.get(super().clean(value))


class AttendanceForm(forms.Form):
    """Place, day, number of sheets; what is left out is written by hand."""

    place = PlaceField()
    day = forms.DateField(
        label="Date du jour de papier",
        required=False,
        help_text="Laissez vide pour l’écrire à la main.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    service = forms.ChoiceField(
        label="Service", required=False, help_text="Celui de la plupart des lignes. Un autre s’écrit à la main."
    )
    sheets = forms.IntegerField(
        label="Nombre de feuilles",
        min_value=1,
        max_value=MOST_SHEETS,
        initial=1,
        help_text=f"Une feuille a {ROWS} lignes, une ligne par ticket.",
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    has_my_name = forms.BooleanField(label="Écrire mon nom comme médiateur", required=False)

    def __init__(
        self, *args: Any, places: Iterable[Site], services: Iterable[Service], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        place = self.fields["place"]
        assert isinstance(place, PlaceField)
        place.offer(places)
        self.names = {service.code: service.name for service in services}
        service = self.fields["service"]
        assert isinstance(service, forms.ChoiceField)
        service.choices = [("", "À écrire à la main"), *self.names.items()]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and abs(day - self.today) > A_YEAR:
            raise forms.ValidationError("Choisissez une date à moins d’un an d’aujourd’hui, ou laissez vide.")
        return day

    def service_name(self) -> str:
        """Return the name to print, '' for a line to write on."""
        return self.names.get(self.cleaned_data["service"], "")
