"""The dates of the trial, counted from the day it is played, so that one wave has ended and one can be tried today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from passnum.kit.clock import PARIS, add_months

SATURDAY = 5


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant (UTC) of a day in Paris."""
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)


def working_day(day: date) -> date:
    """Return the day itself, or the Monday after a week-end."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


@dataclass(frozen=True, slots=True)
class WaveCalendar:
    """One wave of the trial."""

    number: int
    name: str
    a_on: date
    delivered_on: date
    last_handover_on: date
    last_use_on: date
    valid_until: date
    expires_on: date | None

    @property
    def is_running(self) -> bool:
        """Tell whether this wave can still be used on the day of play."""
        return self.expires_on is None


@dataclass(frozen=True, slots=True)
class TrialCalendar:
    """Both waves, around the day of play."""

    today: date
    first: WaveCalendar
    second: WaveCalendar


def calendar_of(today: date) -> TrialCalendar:
    """Return the calendar: the first wave ended lately (grace and late uploads included), the second is in use."""
    a_one, a_two = add_months(today, -13), add_months(today, -7)
    first = WaveCalendar(
        number=1,
        name=f"Vague 1 – {a_one.year}",
        a_on=a_one,
        delivered_on=a_one + timedelta(days=45),
        last_handover_on=today - timedelta(days=80),
        last_use_on=today - timedelta(days=25),
        valid_until=today - timedelta(days=50),
        expires_on=today - timedelta(days=18),
    )
    second = WaveCalendar(
        number=2,
        name=f"Vague 2 – {a_two.year}",
        a_on=a_two,
        delivered_on=a_two + timedelta(days=30),
        last_handover_on=today - timedelta(days=3),
        last_use_on=today - timedelta(days=1),
        valid_until=add_months(today, 6),
        expires_on=None,
    )
    return TrialCalendar(today, first, second)
