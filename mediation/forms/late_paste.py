"""Rows pasted from a spreadsheet: any separator, a header in French, the words people use. Nothing is recorded here:
what was understood fills the rows of the page, and what was not is shown to be put right."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from django import forms

from mediation.coop import ActType, Theme
from mediation.forms.late_entry import DAYS, THEMES, TIMES
from mediation.models import Service
from passnum.kit.collation import sort_key
from passnum.kit.csv_table import FileRefused, read_csv
from vouchers.publics import Autonomy

MOST_ROWS: Final = 30
PASTE_MAX: Final = 60_000
# Header (as sort_key gives it, in lower case) → field of a row.
COLUMNS: Final = {
    "codes": "codes",
    "code": "codes",
    "date": "day",
    "heure": "time",
    "debut": "time",
    "minutes": "minutes",
    "duree": "minutes",
    "service": "service",
    "type": "type",
    "premier": "is_first",
    "premiere fois": "is_first",
    "autonomie": "autonomy",
    "themes": "themes",
    "thematiques": "themes",
}
HEADER: Final = "codes;date;heure;minutes;service;type;premier;autonomie;themes"
_TYPES: Final = {
    **dict.fromkeys(("s", "seul", "seule", "seul e", "i", "individuel"), ActType.INDIVIDUEL.value),
    **dict.fromkeys(("a", "atelier", "collectif", "c"), ActType.COLLECTIF.value),
}
_YES_NO: Final = {**dict.fromkeys(("oui", "o", "x", "1"), "yes"), **dict.fromkeys(("non", "n", "0"), "no")}
_AUTONOMIES: Final = {
    known: value
    for rank, (value, label) in enumerate(Autonomy.choices, start=1)
    for known in (str(rank), sort_key(label).lower(), sort_key(value.replace("_", " ")).lower())
}
_LETTERS: Final = {
    known: letter
    for letter, value in THEMES.items()
    for known in (value, sort_key(Theme(value).label).lower(), sort_key(value.replace("_", " ")).lower())
}


class PasteForm(forms.Form):
    """A table copied from a spreadsheet."""

    pasted = forms.CharField(
        label="Lignes copiées d’un tableur",
        max_length=PASTE_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Collez des lignes, avec leur en-tête.",
            "max_length": f"C’est trop long\u00a0: collez au plus {MOST_ROWS} lignes à la fois.",
        },
    )

    def __init__(self, *args: object, services: Iterable[Service], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        services = list(services)
        self.services = {**{sort_key(s.name): s.code for s in services}, **{sort_key(s.code): s.code for s in services}}

    def clean_pasted(self) -> list[dict[str, str]]:
        try:
            return rows_of(str(self.cleaned_data["pasted"]), services=self.services)
        except FileRefused as refusal:
            raise forms.ValidationError(refusal.sentence) from None


def rows_of(text: str, *, services: Mapping[str, str]) -> list[dict[str, str]]:
    """Return for each line the fields of a row, in the words of the page. Raises FileRefused."""
    table = read_csv(text.encode(), known_columns=COLUMNS)
    names = {column: COLUMNS.get(sort_key(column).lower(), "") for column in table.columns}
    if "codes" not in names.values():
        raise FileRefused(sentence=f"La colonne « codes » manque. L’en-tête attendu\u00a0: {HEADER}.")
    rows: list[dict[str, str]] = []
    for line in table.lines():
        if len(rows) == MOST_ROWS:
            raise FileRefused(sentence=f"{MOST_ROWS} lignes au plus à la fois\u00a0: collez-les en plusieurs fois.")
        cells = {names[column]: cell.strip() for column, cell in line.cells.items() if names[column]}
        rows.append({name: _plain(name, cell, services) for name, cell in cells.items()})
    if not rows:
        raise FileRefused(sentence="Il n’y a que l’en-tête\u00a0: collez aussi les lignes.")
    return rows


def _dated(cell: str, formats: Iterable[str], wanted: str) -> str:
    """Return a date or an hour as the field of a browser wants it, as it is when it is none."""
    for one in formats:
        with suppress(ValueError):
            return datetime.strptime(cell, one).strftime(wanted)  # noqa: DTZ007 (a day or an hour, no instant)
    return cell


def _plain(name: str, cell: str, services: Mapping[str, str]) -> str:
    """Return a cell in the words of the page; what is not understood stays as it is, for its row to refuse it."""
    known = sort_key(cell).lower()
    match name:
        case "day":
            return _dated(cell, DAYS, "%Y-%m-%d")
        case "time":
            return _dated(cell, TIMES, "%H:%M")
        case "type":
            return _TYPES.get(known, cell)
        case "is_first":
            return _YES_NO.get(known, cell)
        case "autonomy":
            return _AUTONOMIES.get(known, _AUTONOMIES.get(cell, cell))
        case "service":
            return services.get(sort_key(cell), cell)
        case "themes":
            parts = [part.strip() for part in cell.replace(";", ",").split(",")]
            return " ".join(_LETTERS.get(part, _LETTERS.get(sort_key(part).lower(), part)) for part in parts)
        case _:
            return cell
