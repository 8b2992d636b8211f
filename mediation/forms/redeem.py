"""The two forms of the counter: the codes of a basket, then what the act was."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.html import format_html

from mediation.actions.act_details import MINUTES_PER_DAY, ActDetails
from mediation.actions.basket import MOST_TICKETS
from mediation.coop import ActType, Equipment, PlaceType, Theme
from mediation.models import Service
from passnum.kit.codes.url import SCANNED_MAX
from passnum.kit.templatetags.french import minutes_fr
from vouchers.publics import Autonomy

# Lengths offered (La Coop's buttons and what a half-day needs); another one is typed beside them.
USUAL_MINUTES = (45, 60, 75, 90, 105, 120, 150, 180, 210, 240)
# What may stand between two codes; a code is printed with spaces inside.
_BETWEEN = re.compile(r"[\r\n,;\t]+")
TEXT_MAX = MOST_TICKETS * (SCANNED_MAX + 2)


def split_codes(text: str) -> list[str]:
    """Return the codes of a text, one by line, comma or semicolon."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


class CodesForm(forms.Form):
    """The tickets of a basket, typed or scanned one after the other (a hand scanner ends each with Enter)."""

    codes = forms.CharField(
        label="Codes des tickets",
        help_text="Un ticket par ligne. Scannez le carré noir et blanc, ou tapez les 13 lettres et chiffres du code.",
        max_length=TEXT_MAX,
        widget=forms.Textarea(
            attrs={
                "class": "code",
                "rows": 4,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Scannez ou tapez au moins un ticket."},
    )

    def clean_codes(self) -> list[str]:
        codes = split_codes(str(self.cleaned_data["codes"]))
        if not codes:
            raise forms.ValidationError("Scannez ou tapez au moins un ticket.")
        if len(codes) > MOST_TICKETS:
            raise forms.ValidationError(f"{MOST_TICKETS} tickets au plus à la fois.")
        return codes


def remembered(details: ActDetails, service: Service) -> dict[str, Any]:
    """Return what the next act will probably share; nothing that describes the person."""
    return {
        "service": service.code,
        "type": details.type,
        "place_type": details.place_type,
        "themes": list(details.themes),
        "equipment": list(details.equipment),
    }


class ActForm(forms.Form):
    """What the act was. Service, length and type are asked; the national record's other values may be left out."""

    codes = forms.CharField(widget=forms.HiddenInput, max_length=TEXT_MAX)
    key = forms.UUIDField(widget=forms.HiddenInput)
    service = forms.ChoiceField(
        label="Service",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le service donné."},
    )
    minutes = forms.TypedChoiceField(
        label="Durée réelle", coerce=int, error_messages={"required": "Choisissez la durée réelle."}
    )
    other_minutes = forms.IntegerField(
        label="Autre durée, en minutes",
        required=False,
        min_value=1,
        max_value=MINUTES_PER_DAY,
        help_text="Seulement si elle n’est pas dans la liste.",
    )
    type = forms.ChoiceField(
        label="Type", choices=ActType.choices, widget=forms.RadioSelect, initial=ActType.INDIVIDUEL
    )
    is_first = forms.TypedChoiceField(
        label="Premier accompagnement de la personne",
        choices=[("yes", "Oui"), ("no", "Non"), ("", "Non communiqué")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    themes = forms.MultipleChoiceField(
        label="Thématiques", choices=Theme.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    equipment = forms.MultipleChoiceField(
        label="Matériel utilisé", choices=Equipment.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    autonomy = forms.ChoiceField(
        label="Autonomie de la personne",
        choices=[*Autonomy.choices, ("", "Non communiqué")],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    place_type = forms.ChoiceField(
        label="Où", choices=PlaceType.choices, widget=forms.RadioSelect, initial=PlaceType.LIEU_ACTIVITE
    )

    RECORD = ("themes", "equipment", "autonomy", "place_type")

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(s.code, format_html("{}<small>{}</small>", s.name, s.theme)) for s in services]
        if len(field.choices) == 1:
            self.initial["service"] = field.choices[0][0]
        lengths = self.fields["minutes"]
        assert isinstance(lengths, forms.TypedChoiceField)
        wanted = {*USUAL_MINUTES, int(self.initial.get("minutes") or USUAL_MINUTES[1])}
        posted = str(self.data.get("minutes", ""))
        if posted.isdecimal() and 1 <= int(posted) <= MINUTES_PER_DAY:
            wanted.add(int(posted))
        lengths.choices = [(str(m), minutes_fr(m)) for m in sorted(wanted)]

    def clean_codes(self) -> list[str]:
        codes = split_codes(str(self.cleaned_data["codes"]))
        if not 1 <= len(codes) <= MOST_TICKETS:
            raise forms.ValidationError("Les tickets contrôlés ont été perdus en route. Recommencez le contrôle.")
        return codes

    def clean(self) -> dict[str, Any]:
        """Let the typed length win over the chosen one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("other_minutes"):
            cleaned["minutes"] = cleaned["other_minutes"]
        return cleaned

    def codes_typed(self) -> list[str]:
        """Return the codes that came with the form, valid or not, for it to be shown again."""
        return split_codes(str(self["codes"].value() or ""))

    def details(self) -> ActDetails:
        """Return the act of a valid form."""
        found = self.cleaned_data
        return ActDetails(
            minutes=found["minutes"],
            type=found["type"],
            place_type=found["place_type"],
            themes=tuple(found["themes"]),
            equipment=tuple(found["equipment"]),
            autonomy=found["autonomy"],
            is_first=found["is_first"],
        )

    def idempotency_key(self) -> UUID:
        """Return the number of the request, drawn when the form was first shown."""
        key = self.cleaned_data["key"]
        assert isinstance(key, UUID)
        return key


def blank_act_form(
    *, codes: Sequence[str], minutes: int, services: Iterable[Service], last: Mapping[str, Any]
) -> ActForm:
    """Return the form of a new act on checked tickets, with the last act's choices and a request number of its own."""
    initial = {**last, "codes": "\n".join(codes), "minutes": minutes, "key": uuid4()}
    return ActForm(initial=initial, services=services)
