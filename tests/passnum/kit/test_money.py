import math
from fractions import Fraction

import pytest
from django.apps import apps
from django.db import models
from hypothesis import example, given
from hypothesis import strategies as st

from passnum.kit.money import euros, euros_short, in_hundredths, one_decimal, percent, share_in_points

NBSP, NARROW = "\u00a0", "\u202f"
CENTS = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0,00 €"),
        (1, "0,01 €"),
        (99, "0,99 €"),
        (1_000, "10,00 €"),
        (123_450, "1_234,50 €"),
        (100_000_000_00, "100_000_000,00 €"),
        (-5, "-0,05 €"),
        (-123_450, "-1_234,50 €"),
    ],
)
def test_euros_in_french(cents: int, text: str) -> None:
    assert euros(cents) == text.replace("_", NARROW).replace(" ", NBSP)


@pytest.mark.parametrize(
    ("cents", "text"), [(1_000, "10 €"), (1_050, "10,50 €"), (0, "0 €"), (-1_000, "-10 €"), (100_000, "1_000 €")]
)
def test_whole_euros_are_short(cents: int, text: str) -> None:
    assert euros_short(cents) == text.replace("_", NARROW).replace(" ", NBSP)


@given(CENTS)
def test_no_cent_is_lost_in_a_text(cents: int) -> None:
    text = euros(cents)
    assert int(text.replace(NARROW, "").replace(NBSP, "").replace("€", "").replace(",", "")) == cents
    assert " " not in text  # never broken at the end of a line


@pytest.mark.parametrize("amount", [12.5, 0.1 + 0.2, float("nan")])
def test_a_float_is_no_amount(amount: float) -> None:
    with pytest.raises((TypeError, ValueError)):
        euros(amount)  # type: ignore[arg-type]


def test_no_column_holds_a_float_and_amounts_are_whole_cents() -> None:
    fields = [f for m in apps.get_models() if not m.__module__.startswith("django.") for f in m._meta.local_fields]
    assert not [f for f in fields if isinstance(f, models.FloatField)]
    decimals = {f.name for f in fields if isinstance(f, models.DecimalField)}
    assert decimals <= {"latitude", "longitude"}
    cents = [f for f in fields if f.name.endswith("_cents")]
    assert len(cents) >= 6
    assert [f for f in cents if not isinstance(f, models.IntegerField)] == []


def _tenths_half_up(value: Fraction) -> str:
    tenths = math.floor(value * 10 + Fraction(1, 2))
    return f"{tenths // 10},{tenths % 10}"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
@example(81_446, 100_000)  # 81.446 %: 81.45 then 81.5 when rounded twice
@example(81_450, 100_000)
@example(99_949_999, 100_000_000)
def test_a_share_is_rounded_once_half_up_without_a_float(part: int, whole: int) -> None:
    points = share_in_points(part, whole)
    assert points is not None
    assert 0 <= Fraction(part * 10_000, whole) - points < 1
    assert percent(points) == f"{_tenths_half_up(Fraction(part * 100, whole))}{NBSP}%"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
@example(3_446, 1_000)
def test_a_mean_is_rounded_once(part: int, whole: int) -> None:
    hundredths = in_hundredths(part, whole)
    assert hundredths is not None
    assert one_decimal(hundredths) == _tenths_half_up(Fraction(part, whole))


def test_no_base_no_share() -> None:
    assert (share_in_points(3, 0), in_hundredths(3, 0)) == (None, None)
    assert percent(None) == "–"


@pytest.mark.parametrize(
    ("points", "text"), [(0, "0,0"), (8_153, "81,5"), (8_155, "81,6"), (10_000, "100,0"), (4, "0,0")]
)
def test_percents_in_french(points: int, text: str) -> None:
    assert percent(points) == f"{text}{NBSP}%"
