"""A sealed file gives back what was written, or nothing at all."""

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passnum.kit.codes.keyring import DigestKeyring
from passnum.kit.sealed_file import MAGIC, PIECE_BYTES, SealBroken, open_sealed, seal_file

RING = DigestKeyring(keys={1: secrets.token_bytes(32), 2: secrets.token_bytes(32)}, current=2)
OVERHEAD = len(MAGIC) + 1 + 16


def sealed(*pieces: bytes) -> bytes:
    out = io.BytesIO()
    seal_file(pieces, out, keyring=RING)
    return out.getvalue()


def opened(data: bytes, ring: DigestKeyring = RING) -> bytes:
    return b"".join(open_sealed(io.BytesIO(data), keyring=ring))


@given(st.lists(st.integers(0, PIECE_BYTES + 3), max_size=4))
@settings(max_examples=15, deadline=None)
def test_what_is_written_is_read(sizes: list[int]) -> None:
    pieces = [bytes([n % 251]) * size for n, size in enumerate(sizes, start=1)]
    data = sealed(*pieces)
    assert opened(data) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES])
def test_whole_pieces_and_their_edges(size: int) -> None:
    assert opened(sealed(b"x" * size)) == b"x" * size


def test_nothing_in_clear_and_never_twice_the_same() -> None:
    words = b"SPEC 1MEN SPEC0" * 50
    first, second = sealed(words), sealed(words)
    assert words[:15] not in first
    assert first != second


def test_altered_cut_or_moved_is_refused() -> None:
    whole = sealed(secrets.token_bytes(2 * PIECE_BYTES + 10))
    piece = PIECE_BYTES + 16
    body = [whole[OVERHEAD + n * piece : OVERHEAD + (n + 1) * piece] for n in range(3)]
    spoilt = {
        "a bit": whole[:-1] + bytes([whole[-1] ^ 1]),
        "its head": b"X" + whole[1:],
        "cut in a piece": whole[:-3],
        "its last piece gone": whole[: OVERHEAD + 2 * piece],
        "two pieces swapped": whole[:OVERHEAD] + body[1] + body[0] + body[2],
        "another kid": MAGIC + b"\x01" + whole[len(MAGIC) + 1 :],
        "an unknown kid": MAGIC + b"\x09" + whole[len(MAGIC) + 1 :],
        "only a head": whole[:OVERHEAD],
        "nothing": b"",
    }
    for how, data in spoilt.items():
        with pytest.raises(SealBroken):
            opened(data)
            pytest.fail(how)


def test_another_key_reads_nothing() -> None:
    other = DigestKeyring(keys={2: secrets.token_bytes(32)}, current=2)
    with pytest.raises(SealBroken):
        opened(sealed(b"x"), other)
