"""What an import tells of a file, in sentences for the person who sent it."""

from dataclasses import dataclass
from typing import Final

_SHOWN_LENGTH: Final = 60


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """One thing to correct: the line of the file (from 1, header included), the column as it is named there."""

    line: int
    field: str
    sentence: str


class FieldRefused(Exception):
    """A value that cannot be kept; the message is the sentence to show."""


def shown(value: str) -> str:
    """Return a value fit to be quoted in a sentence: short, on one line."""
    flat = " ".join(value.split())
    return flat if len(flat) <= _SHOWN_LENGTH else flat[: _SHOWN_LENGTH - 1] + "…"
