"""A total shared to the booklet, whatever the weights."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passnum.kit.errors import InvalidInput
from vouchers.policies.allocation import allocate

WEIGHTS = st.dictionaries(st.integers(), st.integers(0, 2_000_000).map(Fraction), min_size=1, max_size=40)


@given(WEIGHTS, st.integers(0, 20), st.integers(0, 5_000))
@settings(max_examples=80, deadline=None)
def test_the_sum_is_exact_and_nobody_is_a_booklet_away_from_their_share(
    weights: dict[int, Fraction], fixed: int, rest: int
) -> None:
    if not sum(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))
    total = fixed * len(weights) + rest
    if not total:
        return
    shares = allocate(total=total, fixed=fixed, weights=weights)
    assert sum(shares.values()) == total
    whole = sum(weights.values())
    for key, share in shares.items():
        assert share >= fixed
        assert abs(share - fixed - rest * weights[key] / whole) < 1


def test_the_largest_remainders_come_first_and_ties_keep_their_order() -> None:
    shares = allocate(total=10, fixed=1, weights={"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)})
    assert shares == {"a": 4, "b": 3, "c": 3}
    assert allocate(total=7, fixed=0, weights={"a": Fraction(3), "b": Fraction(1)}) == {"a": 5, "b": 2}


@pytest.mark.parametrize(
    ("total", "fixed", "weights", "sentence"),
    [
        (10, 0, {}, "au moins un distributeur"),
        (0, 0, {"a": Fraction(1)}, "au moins un carnet"),
        (10, 6, {"a": Fraction(1), "b": Fraction(1)}, "demande déjà 12 carnets"),
        (10, 0, {"a": Fraction(0)}, "Aucun distributeur n’a de poids"),
        (10, 0, {"a": Fraction(-1)}, "jamais négatif"),
    ],
)
def test_what_cannot_be_shared_is_told(total: int, fixed: int, weights: dict[str, Fraction], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        allocate(total=total, fixed=fixed, weights=weights)
    assert sentence in refusal.value.sentence
