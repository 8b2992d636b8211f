"""Crockford's base 32: 32 letters that a tired reader cannot mistake for one another.

Source: Douglas Crockford, « Base 32 » (crockford.com/base32.html). I, L, O and U are never printed; what
people type is folded back. The folding is spelt out letter by letter, and asks nothing of Unicode tables,
so that every Python and every browser fold alike.
"""

import re
import secrets
from typing import Final

from passnum.kit.codes.errors import RefMalformed

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES: Final[dict[str, int]] = {letter: value for value, letter in enumerate(ALPHABET)}
REF_LENGTH: Final = 10  # 50 random bits: public, redeems nothing, not worth guessing
TYPED_MAX: Final = 100  # characters; a code with a blank after each letter has 25

_LOOK_ALIKES: Final = {"O": "0", "I": "1", "L": "1"}
# Blanks and dashes that keyboards, word processors and messaging tools put between groups.
_SEPARATORS: Final = (
    "\t\n\r -_."
    "\u00a0\u00ad\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
)
_FULL_WIDTH: Final = 0xFEE0  # distance from an ASCII character to its full-width form
_LETTERS: Final = re.compile(f"[{ALPHABET}]*")


def _folding() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for point in range(0x21, 0x7F):
        letter = chr(point).upper()
        folded = None if letter in _SEPARATORS else _LOOK_ALIKES.get(letter, letter)
        table[point] = table[point + _FULL_WIDTH] = folded
    return table | {ord(separator): None for separator in _SEPARATORS}


_FOLDING: Final = _folding()


def normalise(text: str) -> str:
    """Upper case, separators dropped, O read as 0, I and L as 1, full-width forms as plain ones.

    Never fails and never checks: characters outside the alphabet stay, for ``is_crockford`` to refuse.
    """
    return text.translate(_FOLDING)


def is_crockford(text: str) -> bool:
    """Whether every character belongs to the alphabet as printed (upper case, nothing else)."""
    return _LETTERS.fullmatch(text) is not None


def encode(value: int, length: int) -> str:
    """``value`` on exactly ``length`` letters, most significant first.

    Raises ValueError if it is negative or does not fit.
    """
    if value < 0 or value >> (5 * length):
        raise ValueError(f"does not fit in {length} letters")
    return "".join(ALPHABET[value >> shift & 31] for shift in range(5 * (length - 1), -1, -5))


def decode(letters: str) -> int:
    """The integer written by ``letters``, already normalised. Raises ValueError outside the alphabet."""
    value = 0
    for letter in letters:
        if letter not in VALUES:
            raise ValueError("not a Crockford letter")
        value = value << 5 | VALUES[letter]
    return value


def random_ref(n: int = REF_LENGTH) -> str:
    """``n`` letters from the operating system's randomness (5 bits a letter)."""
    return encode(secrets.randbits(5 * n), n)


def parse_ref(text: str) -> str:
    """The canonical reference that someone typed or scanned. Raises RefMalformed."""
    ref = normalise(text) if len(text) <= TYPED_MAX else ""
    if len(ref) != REF_LENGTH or not is_crockford(ref):
        raise RefMalformed
    return ref
