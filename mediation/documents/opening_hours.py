"""Opening hours in plain French, from OpenStreetMap's notation (the national standard's `horaires`).

Only what is surely understood is told: « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off ». Anything else (weeks,
months, comments, « sunset ») gives nothing, for a wrong hour sends somebody to a closed door.
Source: wiki.openstreetmap.org/wiki/Key:opening_hours/specification.
"""

import re
from typing import Final

NBSP: Final = "\u00a0"
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
NAMES: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_RULE: Final = re.compile(
    rf"(?P<days>{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)\s+(?P<hours>off|closed|[\d:,\-\s]+)", re.ASCII
)
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_HOLIDAYS: Final = re.compile(r"PH\s+(?:off|closed)", re.ASCII)
LAST_HOUR, LAST_MINUTE = 24, 59


def plain_hours(text: str) -> list[str]:
    """Return one line for each rule: « du lundi au vendredi : de 9 h à 12 h et de 14 h à 18 h »; [] when unsure."""
    lines = []
    for rule in (part.strip() for part in text.split(";")):
        if not rule:
            continue
        if _HOLIDAYS.fullmatch(rule):
            lines.append("fermé les jours fériés")
            continue
        line = _line(rule)
        if line is None:
            return []
        lines.append(line)
    return lines


def _line(rule: str) -> str | None:
    found = _RULE.fullmatch(rule)
    if found is None:
        return None
    days = _days(found["days"])
    if found["hours"] in {"off", "closed"}:
        return f"{days}{NBSP}: fermé"
    spans = [_span(span) for span in re.sub(r"\s", "", found["hours"]).split(",")]
    told = [span for span in spans if span]
    return f"{days}{NBSP}: {' et '.join(told)}" if len(told) == len(spans) else None


def _days(text: str) -> str:
    told = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        name = NAMES[DAYS.index(first)]
        told.append(f"du {name} au {NAMES[DAYS.index(last)]}" if last else f"le {name}")
    return " et ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _span(text: str) -> str | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    hour1, minute1, hour2, minute2 = (int(part) for part in found.groups())
    if max(hour1, hour2) > LAST_HOUR or max(minute1, minute2) > LAST_MINUTE:
        return None
    return f"de {_clock(hour1, minute1)} à {_clock(hour2, minute2)}"


def _clock(hour: int, minute: int) -> str:
    return f"{hour}{NBSP}h" + (f"{NBSP}{minute:02d}" if minute else "")
