from uuid import UUID

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from passnum.kit.codes.affine import fast_matrix
from passnum.kit.codes.code import code_from_bits
from passnum.kit.codes.crockford import ALPHABET, random_ref
from passnum.kit.codes.errors import HostMalformed, PayloadMalformed, RefMalformed
from passnum.kit.codes.keyring import ProductionKeyring
from passnum.kit.codes.payload import pack
from passnum.kit.codes.qr import QUIET_ZONE, Matrix, matrix, runs
from passnum.kit.codes.url import HOST_MAX, full_url

HOST = "PASS.METROPOLE.EXAMPLE"
SHORT_HOST = "PASS.GRANDPARIS.FR"
# ISO/IEC 18004, annex C: level M, mask 011.
FORMAT_M_MASK_3 = "101101101001011"

refs = st.text(alphabet=ALPHABET, min_size=10, max_size=10)
payloads = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=129, max_size=129).map(lambda t: t + "A")


@pytest.fixture(scope="module")
def payload(production_keyring: ProductionKeyring) -> str:
    code = production_keyring.derive(UUID(int=7), 1, kid=2)
    return pack(production_keyring, kid=2, series=3, number=123_456, position=4, code=code)


def _format(symbol: Matrix) -> str:
    """The 15 bits of format information, around the finder pattern of the top left corner."""
    bits = [*symbol[8][0:6], symbol[8][7], symbol[8][8], symbol[7][8], *(symbol[row][8] for row in range(5, -1, -1))]
    return "".join(map(str, bits))


def _read(symbol: Matrix) -> tuple[str, str]:
    """The text that an independent reader finds in the symbol, and its version and level."""
    dark = np.array([list(row) for row in symbol], dtype=np.uint8)
    pixels = np.kron(np.pad(1 - dark, QUIET_ZONE, constant_values=1), np.full((4, 4), 255, dtype=np.uint8))
    (barcode,) = zxingcpp.read_barcodes(pixels.astype(np.uint8))
    return barcode.text, barcode.ec_level


@pytest.mark.parametrize(("host", "side"), [(HOST, 49), (SHORT_HOST, 45)])
@pytest.mark.parametrize("draw", [matrix, fast_matrix])
def test_an_independent_reader_finds_the_address_in_version_7_or_8(
    draw: object, host: str, side: int, payload: str
) -> None:
    assert callable(draw)
    ref = random_ref()
    symbol = draw(host, ref, payload)
    assert len(symbol) == side
    assert all(len(row) == side and set(row) <= {0, 1} for row in symbol)
    assert _format(symbol) == FORMAT_M_MASK_3
    assert _read(symbol) == ("".join(full_url(host, ref, payload)), "M")


def test_no_accepted_host_needs_more_than_version_8(payload: str) -> None:
    sides = [len(matrix("A" * length, "ABCDEFGHJK", payload)) for length in (1, 21, 22, HOST_MAX)]
    assert sides == [45, 45, 49, 49]


@settings(max_examples=25, deadline=None)
@given(host=st.sampled_from([HOST, SHORT_HOST]), ref=refs, payload=payloads)
def test_the_fast_symbol_is_the_symbol(host: str, ref: str, payload: str) -> None:
    assert fast_matrix(host, ref, payload) == matrix(host, ref, payload)


def test_the_fast_symbol_is_the_symbol_for_signed_payloads(production_keyring: ProductionKeyring) -> None:
    for number in range(25):
        ref, code = random_ref(), code_from_bits(number)
        payload = pack(production_keyring, kid=1, series=1, number=number, position=1, code=code)
        assert fast_matrix(HOST, ref, payload) == matrix(HOST, ref, payload)


def test_two_payloads_give_two_symbols(payload: str) -> None:
    other = ("C" if payload[60] == "B" else "B").join((payload[:60], payload[61:]))
    assert fast_matrix(HOST, "ABCDEFGHJK", payload) != fast_matrix(HOST, "ABCDEFGHJK", other)


@given(st.lists(st.lists(st.integers(0, 1), min_size=7, max_size=7).map(bytes), min_size=1, max_size=7).map(tuple))
def test_runs_redraw_the_symbol_and_are_as_long_as_can_be(symbol: Matrix) -> None:
    redrawn = [bytearray(7) for _ in symbol]
    for row, column, length in runs(symbol):
        assert length > 0
        assert column == 0 or not symbol[row][column - 1]
        assert column + length == 7 or not symbol[row][column + length]
        redrawn[row][column : column + length] = b"\1" * length
    assert tuple(map(bytes, redrawn)) == symbol


@pytest.mark.parametrize("draw", [matrix, fast_matrix])
def test_what_could_not_be_read_back_is_not_drawn(draw: object, payload: str) -> None:
    assert callable(draw)
    for arguments, error in (
        (("HTTPS://A", "ABCDEFGHJK", payload), HostMalformed),
        ((HOST, "ABC", payload), RefMalformed),
        ((HOST, "ABCDEFGHJK", payload[:-1]), PayloadMalformed),
    ):
        with pytest.raises(error):
            draw(*arguments)
