import hashlib
import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.codes.code import (
    CODE_LENGTH,
    code_from_bits,
    derive_code,
    derive_codes,
    digest,
    digests,
    display,
    parse_code,
)
from passnum.kit.codes.crockford import ALPHABET, decode
from passnum.kit.codes.errors import CheckLetterWrong, CodeMalformed, CodesError

keys = st.binary(min_size=32, max_size=32)
generations = st.integers(min_value=0, max_value=2**32 - 1)
codes = st.integers(min_value=0, max_value=2**60 - 1).map(code_from_bits)


@given(keys, st.uuids(), generations)
def test_a_code_is_the_first_60_bits_of_the_documented_mac(key: bytes, title: UUID, generation: int) -> None:
    message = b"passnum:code:1\0" + title.bytes + bytes.fromhex(f"{generation:08x}")
    mac = hmac.new(key, message, hashlib.sha256).hexdigest()
    code = derive_code(key, title, generation)
    assert f"{decode(code[:12]):015x}" == mac[:15]
    assert parse_code(code) == code


@given(keys, st.lists(st.tuples(st.uuids(), generations), max_size=20))
def test_many_codes_and_digests_equal_one_by_one(key: bytes, titles: list[tuple[UUID, int]]) -> None:
    many = list(derive_codes(key, titles))
    assert many == [derive_code(key, *title) for title in titles]
    assert list(digests(key, many)) == [digest(key, code) for code in many]


def test_another_title_generation_or_key_gives_another_code() -> None:
    title, other = UUID(int=1), UUID(int=2)
    variants = [(b"k" * 32, title, 1), (b"k" * 32, title, 2), (b"k" * 32, other, 1), (b"l" * 32, title, 1)]
    assert len({derive_code(*variant) for variant in variants}) == len(variants)


@pytest.mark.parametrize("generation", [-1, 2**32])
def test_a_generation_out_of_four_bytes_is_refused(generation: int) -> None:
    with pytest.raises(OverflowError):
        derive_code(b"k" * 32, UUID(int=1), generation)


def test_a_digest_is_a_plain_mac_of_the_thirteen_letters() -> None:
    assert digest(b"k" * 32, "0123456789ABV") == hmac.digest(b"k" * 32, b"0123456789ABV", "sha256")


@given(codes)
def test_what_is_displayed_is_read_back(code: str) -> None:
    assert [len(group) for group in display(code).split(" ")] == [4, 4, 5]
    assert parse_code(display(code)) == code
    assert parse_code(display(code).lower().replace(" ", "-")) == code


@given(codes, st.integers(min_value=0, max_value=12), st.sampled_from(ALPHABET))
def test_one_letter_wrong_is_said_to_be_a_slip(code: str, position: int, letter: str) -> None:
    if code[position] == letter:
        return
    with pytest.raises(CheckLetterWrong) as caught:
        parse_code(code[:position] + letter + code[position + 1 :])
    assert caught.value.code == "CHECK_LETTER_WRONG"


@pytest.mark.parametrize(
    "text", ["", "0" * 12, "0" * 14, "U" + "0" * 12, "0" * 6 + "\0" + "0" * 6, "\ud800" * 13, "0" * 13 + " " * 100]
)
def test_what_has_not_the_shape_of_a_code_is_refused(text: str) -> None:
    with pytest.raises(CodeMalformed) as caught:
        parse_code(text)
    assert caught.value.code == "CODE_MALFORMED"


@given(st.text())
def test_hostile_text_gets_a_code_or_an_error_of_ours(text: str) -> None:
    try:
        assert len(parse_code(text)) == CODE_LENGTH
    except CodesError as error:
        assert error.sentence


@pytest.mark.parametrize("bits", [-1, 2**60])
def test_bits_that_do_not_fit_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        code_from_bits(bits)
