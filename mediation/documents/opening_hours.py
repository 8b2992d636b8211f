"""Opening hours in plain French, from OpenStreetMap's notation (the national standard's `horaires`).

Only what is surely understood is told: « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off ». Anything else (weeks,
months, comments, « sunset ») gives nothing, for a wrong hour sends somebody to a closed door.
Source: wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import re
from typing import Final

from mediation.sheet_words import HoursWords, languages

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_RULE: Final = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)\s+(?P<hours>off|closed|[\d:,\-\s]+)", re.ASCII
)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_HOLIDAYS: Final = re.compile(r"PH\s+(?:off|closed)", re.ASCII)
LAST_HOUR, LAST_MINUTE = 24, 59


def plain_hours(text: str, words: HoursWords | None = None) -> list[str]:
    """Return one line for each rule: « du lundi au vendredi : de 9 h à 12 h et de 14 h à 18 h »; [] when unsure.

    In French, or in the words of another language of the sheet.
    """
    words = words or languages()["fr"].hours
    lines = []
    for rule in (part.strip() for part in text.split(";")):
        if not rule:
            continue
        if _HOLIDAYS.fullmatch(rule):
            lines.append(words.holidays)
            continue
        line = _line(rule, words)
        if line is None:
            return []
        lines.append(line)
    return lines


def _line(rule: str, words: HoursWords) -> str | None:
    found = _RULE.fullmatch(rule)
    if found is None:
        return None
    days = _days(found["days"], words)
    if found["hours"] in {"off", "closed"}:
        return f"{days}{words.colon} {words.closed}"
    spans = [_span(span, words) for span in re.sub(r"\s", "", found["hours"]).split(",")]
    told = [span for span in spans if span]
    return f"{days}{words.colon} {f' {words.and_} '.join(told)}" if len(told) == len(spans) else None


def _days(text: str, words: HoursWords) -> str:
    told = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        name = words.days[DAYS.index(first)]
        told.append(
            words.from_to.format(first=name, last=words.days[DAYS.index(last)]) if last else words.on.format(day=name)
        )
    return f" {words.and_} ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _span(text: str, words: HoursWords) -> str | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    hour1, minute1, hour2, minute2 = (int(part) for part in found.groups())
    if max(hour1, hour2) > LAST_HOUR or max(minute1, minute2) > LAST_MINUTE:
        return None
    return words.span.format(start=_clock(hour1, minute1, words), end=_clock(hour2, minute2, words))


def _clock(hour: int, minute: int, words: HoursWords) -> str:
    return words.hour_minute.format(hour=hour, minute=f"{minute:02d}") if minute else words.hour.format(hour=hour)
