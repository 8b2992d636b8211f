"""One check letter that catches every single error and every swap of two letters.

Letters are the elements of GF(32) = GF(2)[x] / (x⁵ + x² + 1): a letter's value (0 to 31) read as a
polynomial, bit k being the coefficient of xᵏ; addition is XOR. α = x is primitive (order 31). With letters
x₀ … x₁₁ and check letter c, the weights are α¹², α¹¹ … α¹ for the letters and α⁰ = 1 for the check letter:

    α¹²·x₀ + α¹¹·x₁ + … + α·x₁₁ + c = 0

Why it holds. One letter wrong by d ≠ 0 at weight w moves the sum by w·d ≠ 0, because w ≠ 0. Two letters
that differ by d and trade places, at weights v ≠ w, move it by (v + w)·d ≠ 0, because v ≠ w. The 13 powers
α⁰ … α¹² are non-zero and distinct, since 13 ≤ 31, the order of α. The check letter takes part in both.
"""

from typing import Final

from passnum.kit.codes.crockford import ALPHABET, VALUES

FIELD_POLYNOMIAL: Final = 0b100101  # x⁵ + x² + 1
TIMES_ALPHA: Final = tuple(v << 1 ^ (FIELD_POLYNOMIAL if v & 16 else 0) for v in range(32))


def check_letter(letters: str) -> str:
    """The letter to print after ``letters`` (canonical Crockford, at most 30 of them)."""
    total = 0
    for letter in letters:
        total = TIMES_ALPHA[total ^ VALUES[letter]]
    return ALPHABET[total]


def is_checked(text: str) -> bool:
    """Whether the last letter of ``text`` (canonical Crockford) is the check letter of the others."""
    return check_letter(text[:-1]) == text[-1:]
