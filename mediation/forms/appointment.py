"""The first appointment, at the desk and at the place."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms

from mediation.forms.attendance import PlaceField
from mediation.models import Site
from mediation.states import AppointmentStatus
from passnum.kit.clock import PARIS
from vouchers.forms.fields import KeyField

_WISHES = (AppointmentStatus.PLANNED, AppointmentStatus.GOES_ALONE, AppointmentStatus.DECLINED)
_WORDS = {AppointmentStatus.PLANNED: "Un rendez-vous est pris"}


def _day() -> forms.DateField:
    return forms.DateField(
        label="Date",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez la date comme 24/11/2026."},
    )


def _time() -> forms.TimeField:
    return forms.TimeField(
        label="Heure",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Écrivez l’heure comme 14:30."},
    )


def _instant(day: date | None, hour: time | None) -> datetime | None:
    return datetime.combine(day, hour, tzinfo=PARIS) if day and hour else None


class FirstAppointmentForm(forms.Form):
    """What the person wants; a place and a time when an appointment is made."""

    choice = forms.ChoiceField(
        label="Que souhaite la personne",
        choices=[(wish.value, _WORDS.get(wish, wish.label)) for wish in _WISHES],
        widget=forms.RadioSelect(attrs={"class": "tight"}),
        error_messages={"required": "Choisissez une réponse."},
    )
    place = PlaceField()
    day = _day()
    hour = _time()
    key = KeyField()

    def __init__(self, *args: Any, places: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, PlaceField)
        place.required = False
        place.offer(places, blank="Choisir…")

    def clean(self) -> dict[str, Any]:
        """An appointment has a place and a time; nothing else has."""
        found = super().clean() or self.cleaned_data
        if found.get("choice") == AppointmentStatus.PLANNED:
            for name, sentence in (
                ("place", "Choisissez le lieu."),
                ("day", "Indiquez la date."),
                ("hour", "Indiquez l’heure."),
            ):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return found

    def terms(self) -> dict[str, Any]:
        """Return what the action asks for."""
        found = self.cleaned_data
        choice = AppointmentStatus(found["choice"])
        is_planned = choice == AppointmentStatus.PLANNED
        return {
            "choice": choice,
            "site": found["place"] if is_planned else None,
            "planned_at": _instant(found["day"], found["hour"]) if is_planned else None,
        }


class ReceiptForm(forms.Form):
    """One field, at the place."""

    receipt = forms.CharField(
        label="Numéro de reçu",
        max_length=20,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Tapez le numéro de reçu."},
    )


class MarkForm(forms.Form):
    """What became of an appointment; another day and hour when it is moved."""

    outcome = forms.ChoiceField(
        choices=[(name, name) for name in ("HELD", "MISSED", "CANCELLED", "MOVED")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez ce qu’est devenu le rendez-vous."),
    )
    day = _day()
    hour = _time()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("outcome") == "MOVED" and not (found.get("day") and found.get("hour")):
            self.add_error(None, "Pour le déplacer, indiquez la nouvelle date et la nouvelle heure.")
        return found

    def planned_at(self) -> datetime | None:
        """Return the new instant."""
        return _instant(self.cleaned_data["day"], self.cleaned_data["hour"])
