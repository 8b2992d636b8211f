"""The forms of late entry: one act with all its answers, or the rows of an attendance sheet.

A row is its own form, with its own request number drawn when it is first shown: rows are sent one by one, and a row
sent twice counts once. A refused row keeps its number, so that an answer lost on the way is found again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms

from mediation.actions.act_details import MINUTES_PER_DAY, ActDetails
from mediation.actions.late_rows import LateRow
from mediation.coop import ActType, Equipment, PlaceType, Theme
from mediation.documents.attendance import theme_letters
from mediation.forms.attendance import PlaceField
from mediation.forms.redeem import TEXT_MAX, ActForm, split_codes
from mediation.models import Service, Site
from passnum.kit.clock import PARIS
from vouchers.publics import Autonomy

FIRST_DAY: Final = date(2019, 1, 1)  # nothing happened before the first wave (SMAN: autumn of 2019)
ROW_TICKETS: Final = 10
ROW_CODES_MAX: Final = 4_000  # ten scanned addresses of less than 300 characters
TIMES: Final = ("%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%Hh", "%H h")
DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")
THEMES: Final = dict(zip(theme_letters(Theme.values), Theme.values, strict=True))
AUTONOMIES: Final = tuple((value, f"{rank}. {label}") for rank, (value, label) in enumerate(Autonomy.choices, start=1))
WRONG_TIME: Final = "Écrivez l’heure ainsi\u00a0: 14:30."
WRONG_DAY: Final = "Écrivez la date ainsi\u00a0: 24/11/2026."
CODES = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}


def check_day(day: date, today: date) -> None:
    """Raise ValidationError for a day on which nobody helped anybody yet."""
    if not FIRST_DAY <= day <= today:
        raise forms.ValidationError("Cette date n’est pas encore passée, ou elle est trop ancienne\u00a0: vérifiez-la.")


def instant(day: date, at: time) -> datetime:
    """Return the instant of a time on a day in Paris."""
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=PARIS).astimezone(UTC)


def _day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        input_formats=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez la date.", "invalid": WRONG_DAY},
        **options,
    )


def _time_field(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        input_formats=TIMES,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Indiquez l’heure de début.", "invalid": WRONG_TIME},
    )


class LateActForm(ActForm):
    """One act made earlier: the form of the counter, with its codes, its day and its hour."""

    codes = forms.CharField(
        label="Codes des tickets",
        help_text="Un ticket par ligne\u00a0: les 13 lettres et chiffres du code.",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={**CODES, "rows": 2}),
        error_messages={"required": "Tapez au moins un ticket."},
    )
    day = _day_field(label="Date de l’accompagnement")
    time = _time_field("Heure de début")
    field_order = ("codes", "key", "day", "time")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        check_day(day, self.today)
        return day

    def happened_at(self) -> datetime:
        """Return the declared instant of a valid form."""
        return instant(self.cleaned_data["day"], self.cleaned_data["time"])


def _service_choices(services: Iterable[Service], blank: str) -> list[tuple[str, str]]:
    return [("", blank), *((s.code, s.name) for s in services)]


class SheetForm(forms.Form):
    """What the rows of a sheet share; a row may say otherwise."""

    place = PlaceField()
    day = _day_field(label="Date de la feuille", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    place_type = forms.ChoiceField(label="Où", choices=PlaceType.choices, initial=PlaceType.LIEU_ACTIVITE)
    equipment = forms.MultipleChoiceField(
        label="Matériel utilisé", choices=Equipment.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, places: Iterable[Site], services: Iterable[Service], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        place, service = self.fields["place"], self.fields["service"]
        assert isinstance(place, PlaceField) and isinstance(service, forms.ChoiceField)
        place.offer(places)
        service.choices = _service_choices(services, "Choisir…")

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None:
            check_day(day, self.today)
        return day

    def shared(self) -> "Shared":
        """Return what a valid sheet says for its rows."""
        found = self.cleaned_data
        return Shared(found["day"], found["service"], found["place_type"], tuple(found["equipment"]))


@dataclass(frozen=True, slots=True)
class Shared:
    """What the sheet says for its rows; None and '' where each row must say it."""

    day: date | None
    service: str
    place_type: str
    equipment: tuple[str, ...]


class RowForm(forms.Form):
    """One row of a sheet."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Cette ligne a été modifiée en route\u00a0: renvoyez-la."
        ),
    )
    codes = forms.CharField(
        label="Codes",
        max_length=ROW_CODES_MAX,
        widget=forms.TextInput(attrs=CODES),
        error_messages={
            "required": "Tapez le code du ticket.",
            "max_length": f"Ce texte est trop long pour une ligne\u00a0: {ROW_TICKETS} tickets au plus.",
        },
    )
    day = _day_field(label="Date", required=False)
    time = _time_field("Heure")
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=MINUTES_PER_DAY,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Indiquez la durée en minutes."},
    )
    type = forms.ChoiceField(
        label="Type", choices=[(ActType.INDIVIDUEL, "Seul·e"), (ActType.COLLECTIF, "Atelier")], required=False
    )
    is_first = forms.TypedChoiceField(
        label="Première fois",
        choices=[("", "Non communiqué"), ("yes", "Oui"), ("no", "Non")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    autonomy = forms.ChoiceField(label="Autonomie", choices=[("", "Non communiqué"), *AUTONOMIES], required=False)
    themes = forms.CharField(
        label="Thèmes", max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    service = forms.ChoiceField(label="Autre service", required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rank: int,
        services: Iterable[Service],
        today: date,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, prefix=f"r{rank}", initial=initial)
        self.rank, self.today = rank, today
        self.shared: Shared | None = None
        service = self.fields["service"]
        assert isinstance(service, forms.ChoiceField)
        service.choices = _service_choices(services, "Celui de la feuille")

    def is_blank(self) -> bool:
        """Tell whether nobody wrote anything in this row."""
        written = ("codes", "time", "minutes", "themes")
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in written)

    def clean_codes(self) -> list[str]:
        codes = split_codes(str(self.cleaned_data["codes"]))
        if not 1 <= len(codes) <= ROW_TICKETS:
            raise forms.ValidationError(f"De 1 à {ROW_TICKETS} tickets par ligne, séparés par une virgule.")
        return codes

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None:
            check_day(day, self.today)
        return day

    def clean_themes(self) -> tuple[str, ...]:
        """Read the letters circled on the sheet."""
        letters = str(self.cleaned_data["themes"]).upper().replace(",", " ").replace(";", " ").split()
        letters = [letter for word in letters for letter in word]
        strangers = [letter for letter in letters if letter not in THEMES]
        if strangers:
            raise forms.ValidationError(
                "Écrivez les lettres entourées sur la feuille, de A à S\u00a0: par exemple A F."
            )
        return tuple(dict.fromkeys(THEMES[letter] for letter in letters))

    def clean(self) -> dict[str, Any]:
        """Take from the sheet what the row leaves out."""
        found, shared = super().clean() or self.cleaned_data, self.shared
        found["day"] = found.get("day") or (shared.day if shared else None)
        found["service"] = found.get("service") or (shared.service if shared else "")
        if not found["day"] and "day" not in self.errors:
            self.add_error("day", "Indiquez la date, ici ou en haut de la feuille.")
        if not found["service"] and "service" not in self.errors:
            self.add_error("service", "Choisissez le service, ici ou en haut de la feuille.")
        return found

    def late_row(self, services: Mapping[str, Service]) -> LateRow:
        """Return the act of a valid row."""
        found, shared = self.cleaned_data, self.shared
        assert shared is not None
        return LateRow(
            key=found["key"],
            codes=tuple(found["codes"]),
            service=services[found["service"]],
            happened_at=instant(found["day"], found["time"]),
            details=ActDetails(
                minutes=found["minutes"],
                type=found["type"] or ActType.INDIVIDUEL,
                place_type=shared.place_type,
                themes=found["themes"],
                equipment=shared.equipment,
                autonomy=found["autonomy"],
                is_first=found["is_first"],
            ),
        )


def has_a_key(text: str) -> bool:
    """Tell whether a row came back with its request number."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def new_key() -> str:
    """Draw the request number of a row that is first shown."""
    return str(uuid4())
