"""Instants are UTC; dates, months and deadlines are those of Paris. Only pages, API, tasks and commands call `now`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present instant, UTC."""
    return datetime.now(UTC)


def paris_date(instant: datetime) -> date:
    """Return the day in Paris of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    return instant.astimezone(PARIS).date()


def start_of_day(day: date) -> datetime:
    """Return the first instant (UTC) of a day in Paris; right on the days that have 23 or 25 hours."""
    return datetime.combine(day, time.min, tzinfo=PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the first instant (UTC) after a day in Paris; compare with `<`."""
    return start_of_day(day + timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month where it does not exist (31 August + 6)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
