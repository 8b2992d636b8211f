"""The proof is algebraic, and carried out in full: the sum is linear, so an error is caught whatever the code if
and only if the error alone has a non-zero sum. Every error alone is then tried."""

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.codes.check_letter import TIMES_ALPHA, check_letter, is_checked
from passnum.kit.codes.crockford import ALPHABET, VALUES

LENGTH = 13
codes = st.text(alphabet=ALPHABET, min_size=12, max_size=12).map(lambda text: text + check_letter(text))


def _error(*values_at: tuple[int, int]) -> str:
    word = ["0"] * LENGTH
    for position, value in values_at:
        word[position] = ALPHABET[value]
    return "".join(word)


def _add(one: str, other: str) -> str:
    return "".join(ALPHABET[VALUES[a] ^ VALUES[b]] for a, b in zip(one, other, strict=True))


def test_alpha_is_primitive_so_that_its_first_31_powers_are_distinct_and_not_zero() -> None:
    powers = [1]
    while (power := TIMES_ALPHA[powers[-1]]) != 1:
        powers.append(power)
    assert sorted(powers) == list(range(1, 32))


def test_multiplying_by_alpha_is_linear() -> None:
    assert all(TIMES_ALPHA[a ^ b] == TIMES_ALPHA[a] ^ TIMES_ALPHA[b] for a, b in product(range(32), repeat=2))


@given(codes, codes)
def test_the_sum_of_two_codes_is_a_code(one: str, other: str) -> None:
    assert is_checked(one)
    assert is_checked(_add(one, other))


def test_every_single_error_is_caught() -> None:
    errors = [_error((position, delta)) for position in range(LENGTH) for delta in range(1, 32)]
    assert len(errors) == 403
    assert not any(is_checked(error) for error in errors)


def test_every_swap_of_two_letters_is_caught_next_to_each_other_or_not() -> None:
    """Trading xᵢ and xⱼ adds xᵢ + xⱼ at both places."""
    errors = [_error((i, delta), (j, delta)) for i, j in combinations(range(LENGTH), 2) for delta in range(1, 32)]
    assert len(errors) == 78 * 31
    assert not any(is_checked(error) for error in errors)


def test_control_a_plain_sum_of_the_letters_would_miss_every_swap() -> None:
    def plain(word: str) -> int:
        total = 0
        for letter in word:
            total ^= VALUES[letter]
        return total

    assert all(plain(_error((i, 7), (j, 7))) == 0 for i, j in combinations(range(LENGTH), 2))


@given(codes)
def test_on_real_codes_too(code: str) -> None:
    for i in range(LENGTH):
        for letter in set(ALPHABET) - {code[i]}:
            assert not is_checked(code[:i] + letter + code[i + 1 :])
    for i, j in combinations(range(LENGTH), 2):
        if code[i] != code[j]:
            swapped = code[:i] + code[j] + code[i + 1 : j] + code[i] + code[j + 1 :]
            assert not is_checked(swapped)


@given(st.text(alphabet=ALPHABET, min_size=12, max_size=12))
def test_the_check_letter_stays_inside_the_alphabet(letters: str) -> None:
    assert check_letter(letters) in ALPHABET
