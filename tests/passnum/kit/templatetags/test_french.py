from datetime import UTC, date, datetime

import pytest

from passnum.kit.templatetags import french


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 3, 3), "3 mars 2027"),
        (date(2027, 3, 1), "1er mars 2027"),
        (date(2026, 12, 31), "31 décembre 2026"),
        # An instant is told in Paris, where the new year has begun.
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1er janvier 2027"),
        (None, "–"),
    ],
)
def test_a_day_is_told_in_full(day: date | None, text: str) -> None:
    assert french.date_fr(day).replace("\u00a0", " ") == text


def test_a_date_never_breaks_at_the_end_of_a_line() -> None:
    assert " " not in french.date_fr(date(2027, 3, 3))


def test_an_instant_is_told_in_paris_in_summer_and_in_winter() -> None:
    winter, summer = datetime(2027, 1, 5, 13, 5, tzinfo=UTC), datetime(2027, 7, 5, 13, 5, tzinfo=UTC)
    assert french.instant_fr(winter).replace("\u00a0", " ") == "5 janvier 2027 à 14 h 05"
    assert french.hour_fr(summer).replace("\u00a0", " ") == "15 h 05"


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 ticket"), (1, "1 ticket"), (2, "2 tickets"), (209_000, "209 000 tickets")]
)
def test_the_plural_begins_at_two(value: int, text: str) -> None:
    assert french.ticket_count(value).replace("\u202f", " ").replace("\u00a0", " ") == text


def test_an_irregular_plural_is_given_after_a_comma() -> None:
    assert french.counted(3, "lieu,lieux").endswith("lieux")
    assert french.counted(1, "lieu,lieux").endswith("lieu")


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (65, "1 h 05"), (95, "1 h 35")]
)
def test_a_length_is_told_in_hours_and_minutes(minutes: int, text: str) -> None:
    assert french.minutes_fr(minutes).replace("\u00a0", " ") == text


def test_a_siret_is_grouped_and_never_broken() -> None:
    assert french.siret_fr("12345678900012") == "123\u202f456\u202f789\u202f00012"
    assert french.siret_fr("") == "–"


def test_a_missing_figure_is_a_dash_and_never_a_zero() -> None:
    assert {f(None) for f in (french.euros, french.euros_short, french.percent, french.number, french.minutes_fr)} == {
        "–"
    }
