"""Days and months as French people write them, no-break spaces within. Pages and documents say them alike."""

from datetime import date
from typing import Final

from passnum.kit.money import NBSP

MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def long_month(day: date) -> str:
    """Return « mars 2027 »."""
    return f"{MONTHS[day.month - 1]}{NBSP}{day.year}"


def long_date(day: date) -> str:
    """Return « 31 décembre 2027 », « 1er janvier 2028 »."""
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{ordinal}{NBSP}{long_month(day)}"
