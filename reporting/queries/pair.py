"""The two marks of a report, as plain values: printed pieces read them without the database."""

from dataclasses import dataclass
from datetime import date, datetime

from passnum.kit.clock import end_of_day


@dataclass(frozen=True, slots=True)
class AsOf:
    """A cut-off day (Paris, included) and the number of the last seal that is read (included)."""

    cut_off_on: date
    seal_number: int

    @property
    def end(self) -> datetime:
        """First instant (UTC) that does not count any more."""
        return end_of_day(self.cut_off_on)


@dataclass(frozen=True, slots=True)
class KnownSeal:
    """A seal as a report quotes it: number, hash (hexadecimal) and the instant it was closed."""

    number: int
    hash: str
    sealed_at: datetime

    def ends_before(self, day: date) -> bool:
        """Tell whether the seal was closed before a day was over, so that facts of that day may be missing."""
        return self.sealed_at < end_of_day(day)
