import base64
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.codes.code import code_from_bits
from passnum.kit.codes.errors import (
    CheckLetterWrong,
    CodesError,
    KeyringKidUnknown,
    PayloadForged,
    PayloadFormatUnknown,
    PayloadKeyUnknown,
    PayloadMalformed,
)
from passnum.kit.codes.keyring import ProductionKeyring, PublicKeyring
from passnum.kit.codes.payload import PAYLOAD_LENGTH, canonical_payload, pack, unpack, verify

codes = st.integers(min_value=0, max_value=2**60 - 1).map(code_from_bits)
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.fixture(scope="session")
def good(production_keyring: ProductionKeyring) -> str:
    return pack(production_keyring, kid=2, series=7, number=10_000, position=10, code=code_from_bits(2**59 + 5))


def _raw(text: str) -> bytearray:
    return bytearray(base64.b32decode(text + "=" * (-len(text) % 8)))


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


@given(
    kid=st.sampled_from([1, 2]),
    series=st.integers(0, 2**16 - 1),
    number=st.integers(0, 2**32 - 1),
    position=st.integers(0, 255),
    code=codes,
)
def test_what_is_packed_is_read_back_and_proved(
    production_keyring: ProductionKeyring,
    public_keyring: PublicKeyring,
    kid: int,
    series: int,
    number: int,
    position: int,
    code: str,
) -> None:
    text = pack(production_keyring, kid=kid, series=series, number=number, position=position, code=code)
    assert len(text) == PAYLOAD_LENGTH
    payload = verify(unpack(text), public_keyring)
    read = (payload.format_version, payload.kid, payload.series, payload.number, payload.position, payload.code)
    assert read == (1, kid, series, number, position, code)


def test_the_layout_is_the_documented_one(good: str) -> None:
    raw = _raw(good)
    assert len(raw) == 81
    assert raw[:9].hex() == "01020007000027100a"
    assert int.from_bytes(raw[9:17], "big") == 2**59 + 5
    assert unpack(good).signed_bytes() == b"passnum:payload:1\0" + raw[:17]


@given(data=st.data())
def test_any_changed_bit_is_caught(good: str, public_keyring: PublicKeyring, data: st.DataObject) -> None:
    bit = data.draw(st.integers(min_value=0, max_value=81 * 8 - 1))
    raw = _raw(good)
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((PayloadForged, PayloadMalformed, PayloadKeyUnknown)):
        verify(unpack(_text(raw)), public_keyring)


def test_another_known_kid_does_not_vouch_for_the_signature(good: str, public_keyring: PublicKeyring) -> None:
    with pytest.raises(PayloadForged):
        verify(replace(unpack(good), kid=1), public_keyring)
    with pytest.raises(PayloadKeyUnknown):
        verify(replace(unpack(good), kid=3), public_keyring)


def test_a_signature_of_the_bare_bytes_is_worth_nothing(
    good: str, production_keyring: ProductionKeyring, public_keyring: PublicKeyring
) -> None:
    """The prefix keeps signatures made for another purpose from passing for a payload."""
    payload = unpack(good)
    with pytest.raises(PayloadForged):
        verify(replace(payload, signature=production_keyring.sign(payload.head(), kid=2)), public_keyring)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_another_format_asks_for_an_update(good: str, version: int) -> None:
    raw = _raw(good)
    raw[0] = version
    with pytest.raises(PayloadFormatUnknown, match="mettez l’application à jour"):
        unpack(_text(raw))


def test_kid_zero_and_codes_above_60_bits_are_malformed(good: str) -> None:
    for index, value in ((1, 0), (9, 0x10)):
        raw = _raw(good)
        raw[index] = value
        with pytest.raises(PayloadMalformed):
            unpack(_text(raw))


def test_spare_bits_must_be_zero(good: str) -> None:
    last = BASE32.index(good[-1])
    assert last % 4 == 0
    for spare in (1, 2, 3):
        with pytest.raises(PayloadMalformed):
            unpack(good[:-1] + BASE32[last + spare])


def test_case_and_white_space_are_folded_to_one_spelling(good: str) -> None:
    assert canonical_payload(good.lower()) == good
    assert canonical_payload(f" {good[:60]}\r\n{good[60:]}\t") == good
    assert unpack(good.lower()) == unpack(good)


@given(text=st.one_of(st.text(), st.text(alphabet=BASE32 + "=", min_size=120, max_size=140)))
def test_hostile_text_gets_a_payload_or_an_error_of_ours(text: str) -> None:
    try:
        payload = unpack(text)
    except CodesError as error:
        assert error.sentence
    else:
        assert payload.format_version == 1


@pytest.mark.parametrize("text", ["", "\0" * 130, "A" * 1_000_000, "\u0131" * 130, "\uff21" * 130, "\ud800" * 130])
def test_hostile_text_by_hand(text: str) -> None:
    with pytest.raises(PayloadMalformed):
        unpack(text)


def test_packing_refuses_what_it_could_not_read_back(production_keyring: ProductionKeyring) -> None:
    fields = {"kid": 1, "series": 1, "number": 1, "position": 1, "code": code_from_bits(1)}
    for name, value, error in (
        ("code", "0000000000001", CheckLetterWrong),
        ("series", 2**16, struct.error),
        ("number", -1, struct.error),
        ("position", 256, struct.error),
        ("kid", 3, KeyringKidUnknown),
    ):
        with pytest.raises(error):
            pack(production_keyring, **{**fields, name: value})
