"""The words of the sheet of nearest places, a file a language (mediation/data/sheet): a reviewed translation is a new file.

Each file says its language tag (BCP 47), its own name, who reviewed it, and the sentences with their {placeholders}.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "data" / "sheet"
# The languages that come first, in this order; the others follow by their code.
FIRST: Final = ("fr", "fr-falc", "en")


@dataclass(frozen=True, slots=True)
class HoursWords:
    """How a language tells opening hours; `days` from Monday on."""

    days: tuple[str, ...]
    on: str
    from_to: str
    closed: str
    holidays: str
    span: str
    colon: str
    hour: str
    hour_minute: str
    and_: str


@dataclass(frozen=True, slots=True)
class SheetWords:
    """A language of the sheet. `needs` by the exact words of the national standard."""

    code: str
    language: str
    name: str
    reviewed_by: str
    title: str
    until: str
    how: str
    near: str
    need: str
    none: str
    phone: str
    services: str
    open: str
    access: str
    km: str
    under_a_km: str
    map: str
    map_alt: str
    scale: str
    date_words: str
    first_of_month: str
    months: tuple[str, ...]
    hours: HoursWords
    needs: dict[str, str]

    def day(self, day: date) -> str:
        """Return a date in words."""
        number = self.first_of_month if day.day == 1 else str(day.day)
        return self.date_words.format(day=number, month=self.months[day.month - 1], year=day.year)

    def distance(self, km: float) -> str:
        """Return how far a place is, in whole kilometres."""
        whole = round(km)
        return self.km.format(km=whole) if whole >= 1 else self.under_a_km

    def need_named(self, service: str) -> str:
        """Return a service of the standard in this language, as the standard says it when it is not translated."""
        return self.needs.get(service, service)


def _read(path: Path) -> SheetWords:
    told = json.loads(path.read_text(encoding="utf-8"))
    hours = told.pop("hours")
    words = HoursWords(**{("and_" if name == "and" else name): value for name, value in hours.items()})
    return SheetWords(**{**told, "months": tuple(told["months"]), "hours": words})


@cache
def languages() -> dict[str, SheetWords]:
    """Return every language by its code, French first."""
    found = {words.code: words for words in map(_read, sorted(FOLDER.glob("*.json")))}
    order = [*FIRST, *(code for code in found if code not in FIRST)]
    return {code: found[code] for code in order if code in found}
