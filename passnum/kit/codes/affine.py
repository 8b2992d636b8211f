"""The same symbol as ``qr.matrix``, some thirty times faster, to print many.

Once version, level, mask, modes and lengths are fixed, a QR code is affine over GF(2): the bits of the text go
through Reed-Solomon (linear), a fixed shuffle and a fixed mask (XOR of a constant). So the symbol of any text is
one constant symbol XOR, for each bit set in the text, what that bit alone changes. These changes are learnt by
drawing one symbol per bit with ``qrcode``, once per host and process (about a second); nothing else about QR codes
is written here. A symbol is one integer of side × side bits.

In alphanumeric mode two characters make one number of 11 bits (45 × first + second), a last lone one 6 bits. Bits
are flipped one by one from a sample whose every neighbour is a pair of characters too.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from qrcode.util import ALPHA_NUM

from passnum.kit.codes.crockford import REF_LENGTH
from passnum.kit.codes.qr import Matrix, draw
from passnum.kit.codes.url import full_url

_LETTERS: Final = ALPHA_NUM.decode("ascii")
_TEXTS: Final = {1: list(_LETTERS), 2: [a + b for a in _LETTERS for b in _LETTERS]}
_VALUES: Final = {text: value for texts in _TEXTS.values() for value, text in enumerate(texts)}
_BITS: Final = {1: 6, 2: 11}
_SAMPLES: Final = {1: _LETTERS[0b001010], 2: _TEXTS[2][0b01010101010]}
_MODULES: Final = bytes.maketrans(b"01", b"\x00\x01")
_DIGITS: Final = bytes.maketrans(b"\x00\x01", b"01")

# What the low 5 bits and the high 6 bits of one number change: 32 + 64 ready-made XORs instead of 11 to combine.
_Change = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class _Table:
    side: int
    constant: int
    fixed: int  # leading characters of the page that belong to ``constant``
    changes: list[_Change]


def fast_matrix(host: str, ref: str, payload: str) -> Matrix:
    """The symbol of one address. Raises HostMalformed, RefMalformed, PayloadMalformed."""
    page, _, payload = full_url(host, ref, payload)
    table = _learn(page[:-REF_LENGTH], len(page), len(payload))
    symbol = table.constant
    for change, characters in zip(table.changes, _split(page[table.fixed :], payload), strict=True):
        symbol ^= _changed(change, _VALUES[characters])
    return _rows(symbol, table.side)


def _changed(change: _Change, value: int) -> int:
    low, high = change
    return low[value & 31] ^ high[value >> 5]


def _split(page: str, payload: str) -> list[str]:
    """The pairs of both segments, and the last lone character of each if any."""
    return [text[i : i + 2] for text in (page, payload) for i in range(0, len(text), 2)]


@lru_cache(maxsize=8)
def _learn(prefix: str, page_length: int, payload_length: int) -> _Table:
    """Draw a sample symbol behind ``prefix``, then one symbol per bit that may follow."""
    fixed = len(prefix) // 2 * 2
    lengths = [len(text) for text in _split("0" * (page_length - fixed), "0" * payload_length)]
    samples = [_SAMPLES[length] for length in lengths]
    split = (page_length - fixed + 1) // 2

    def drawn(texts: list[str], version: int | None = None) -> Matrix:
        return draw(prefix[:fixed] + "".join(texts[:split]), "".join(texts[split:]), version)

    first = drawn(samples)
    side, sample = len(first), _integer(first)
    constant, changes = sample, []
    for index, length in enumerate(lengths):
        value = _VALUES[samples[index]]
        neighbours = [_TEXTS[length][value ^ 1 << bit] for bit in range(_BITS[length])]
        bits = [
            sample ^ _integer(drawn([*samples[:index], text, *samples[index + 1 :]], (side - 17) // 4))
            for text in neighbours
        ]
        changes.append((_combine(bits[:5]), _combine(bits[5:])))
        constant ^= _changed(changes[-1], value)
    return _Table(side, constant, fixed, changes)


def _combine(bits: list[int]) -> list[int]:
    """The XOR of every subset of ``bits``, indexed by the subset's bitmap."""
    combined = [0]
    for bit in bits:
        combined += [other ^ bit for other in combined]
    return combined


def _integer(symbol: Matrix) -> int:
    return int(b"".join(symbol).translate(_DIGITS), 2)


def _rows(symbol: int, side: int) -> Matrix:
    modules = f"{symbol:0{side * side}b}".encode("ascii").translate(_MODULES)
    return tuple(modules[start : start + side] for start in range(0, side * side, side))
