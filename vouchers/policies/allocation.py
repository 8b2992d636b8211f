"""Sharing booklets between distributors: a fixed share each, the rest by weight, to the booklet."""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

from passnum.kit.errors import InvalidInput

K = TypeVar("K", bound=Hashable)


def allocate(*, total: int, fixed: int, weights: Mapping[K, Fraction]) -> dict[K, int]:
    """Return how many booklets each gets; the sum is `total` exactly (largest remainder, ties in the order given).

    Raises InvalidInput when the fixed shares pass the total, or when there is a rest and no weight to share it by.
    """
    if not weights:
        raise InvalidInput(sentence="Choisissez au moins un distributeur, ou donnez une colonne.")
    if total < 1 or fixed < 0 or any(weight < 0 for weight in weights.values()):
        raise InvalidInput(
            sentence="Le total est d’au moins un carnet\u00a0; une part ou un poids n’est jamais négatif."
        )
    rest = total - fixed * len(weights)
    if rest < 0:
        raise InvalidInput(
            sentence=f"La part fixe demande déjà {fixed * len(weights)} carnets pour {len(weights)} distributeurs\u00a0:"
            " baissez-la, ou commandez davantage."
        )
    whole = sum(weights.values(), Fraction(0))
    if rest and not whole:
        raise InvalidInput(sentence="Aucun distributeur n’a de poids\u00a0: le reste ne peut pas se partager.")
    exact = {key: rest * weight / whole if whole else Fraction(0) for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    left = rest - sum(shares.values())
    by_remainder = sorted(exact, key=lambda key: shares[key] - exact[key])  # stable: ties keep their order
    for key in by_remainder[:left]:
        shares[key] += 1
    return {key: share + fixed for key, share in shares.items()}
