from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.clock import PARIS, add_months, end_of_day, now, paris_date, start_of_day

DAYS = st.dates(min_value=date(1996, 1, 2), max_value=date(2099, 12, 30))


def test_now_is_utc() -> None:
    assert now().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-06-30T21:59:59+00:00", date(2026, 6, 30)),
        ("2026-06-30T22:00:00+00:00", date(2026, 7, 1)),  # summer: two hours ahead
        ("2026-12-31T22:59:59+00:00", date(2026, 12, 31)),
        ("2026-12-31T23:00:00+00:00", date(2027, 1, 1)),  # winter: one
        ("2026-07-01T00:00:00+02:00", date(2026, 7, 1)),
        ("2026-06-30T18:00:00-04:00", date(2026, 7, 1)),
    ],
)
def test_the_day_is_that_of_paris(instant: str, day: date) -> None:
    assert paris_date(datetime.fromisoformat(instant)) == day


def test_an_instant_without_its_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        paris_date(datetime(2026, 1, 1))  # noqa: DTZ001 (the fault itself)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 28), 24), (date(2028, 2, 29), 24)],
)
def test_days_have_the_hours_they_have(day: date, hours: int) -> None:
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


def test_the_hour_that_comes_twice_belongs_to_its_day() -> None:
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1))
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert paris_date(first) == paris_date(second) == date(2026, 10, 25)


@given(DAYS)
def test_a_day_begins_and_ends_at_midnight_of_paris(day: date) -> None:
    start, end = start_of_day(day), end_of_day(day)
    assert start.tzinfo is end.tzinfo is UTC
    assert paris_date(start) == paris_date(end - timedelta(microseconds=1)) == day
    assert paris_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert paris_date(end) == day + timedelta(days=1)
    assert end == start_of_day(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(DAYS, st.integers(-60, 60))
def test_months_are_counted_one_by_one(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
