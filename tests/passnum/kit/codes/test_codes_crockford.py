import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.codes.crockford import (
    ALPHABET,
    REF_LENGTH,
    decode,
    encode,
    is_crockford,
    normalise,
    parse_ref,
    random_ref,
)
from passnum.kit.codes.errors import RefMalformed

letters = st.text(alphabet=ALPHABET)


def test_the_alphabet_is_crockfords() -> None:
    assert set(ALPHABET) == set(string.digits + string.ascii_uppercase) - set("ILOU")
    assert list(ALPHABET) == sorted(ALPHABET)
    assert len(ALPHABET) == 32


@given(letters)
def test_what_is_canonical_stays_as_it_is(text: str) -> None:
    assert normalise(text) == text
    assert is_crockford(text)


@given(letters, st.data())
def test_case_width_look_alikes_and_separators_do_not_matter(text: str, data: st.DataObject) -> None:
    typed = ""
    for letter in text:
        spellings = [letter, letter.lower(), chr(ord(letter) + 0xFEE0), chr(ord(letter.lower()) + 0xFEE0)]
        spellings += {"0": ["O", "o"], "1": ["I", "i", "L", "l"]}.get(letter, [])
        separator = data.draw(st.sampled_from(["", " ", "-", "\u00a0", "\u202f", "\u2011", ".", "\r\n"]))
        typed += data.draw(st.sampled_from(spellings)) + separator
    assert normalise(typed) == text


@given(st.text())
def test_normalising_never_fails_and_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("stranger", ["U", "u", "é", "\u0410", "\u212a", "\u0131", "\0", "!", "\U0001d7d8"])
def test_a_stranger_is_kept_and_refused(stranger: str) -> None:
    assert not is_crockford(normalise("AB" + stranger))


@given(st.integers(min_value=0, max_value=2**60 - 1))
def test_integers_make_the_round_trip(value: int) -> None:
    assert decode(encode(value, 12)) == value


@pytest.mark.parametrize(("value", "length"), [(-1, 2), (32, 1), (2**60, 12), (1, 0)])
def test_an_integer_that_does_not_fit_is_refused(value: int, length: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(value, length)


@pytest.mark.parametrize("text", ["a", "U", "0 0", "é"])
def test_only_canonical_letters_are_decoded(text: str) -> None:
    with pytest.raises(ValueError, match="not a Crockford letter"):
        decode(text)


def test_references_are_random_and_use_every_letter() -> None:
    refs = {random_ref() for _ in range(2_000)}
    assert len(refs) == 2_000
    assert all(len(ref) == REF_LENGTH and is_crockford(ref) for ref in refs)
    assert set("".join(refs)) == set(ALPHABET)
    assert {ref[0] for ref in refs} == set(ALPHABET)
    assert len(random_ref(4)) == 4


def test_a_reference_is_parsed_as_typed() -> None:
    assert parse_ref(" oil12-abcde\n") == "01112ABCDE"


@pytest.mark.parametrize(
    "text", ["", "ABCDEFGHJ", "ABCDEFGHJKM", "ABCDEFGHJU", "ABCDE\0FGHJ", "ABCDEFGHJK" + " " * 100]
)
def test_a_wrong_reference_is_refused(text: str) -> None:
    with pytest.raises(RefMalformed):
        parse_ref(text)
