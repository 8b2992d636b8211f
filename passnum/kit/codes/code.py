"""The code of a title: 60 secret bits on 12 letters, one check letter, printed ``XXXX XXXX XXXXX``.

    CODE = first 60 bits of HMAC-SHA256(K_code, "passnum:code:1" ‖ 00 ‖ title UUID (16 bytes)
                                                ‖ print generation (4 bytes, big endian))

The prefix separates this use of the key from any other. The code is recomputed at each print and stored
nowhere; the register keeps its digest, HMAC-SHA256(K_digest, the 13 canonical letters in ASCII).
60 bits: at 10 million live titles, a guess succeeds once in 10¹¹ tries, and tries are limited.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final
from uuid import UUID

from passnum.kit.codes.check_letter import check_letter, is_checked
from passnum.kit.codes.crockford import ALPHABET, TYPED_MAX, encode, is_crockford, normalise
from passnum.kit.codes.errors import CheckLetterWrong, CodeMalformed

CODE_BITS: Final = 60
SECRET_LETTERS: Final = 12
CODE_LENGTH: Final = SECRET_LETTERS + 1
CODE_PREFIX: Final = b"passnum:code:1\x00"

_PAIRS: Final = tuple("".join(pair) for pair in product(ALPHABET, repeat=2))  # 10 bits at a time


def derive_codes(key: bytes, titles: Iterable[tuple[UUID, int]]) -> Iterator[str]:
    """The code of each (title UUID, print generation), in order. The key is absorbed once for all."""
    start = hmac.new(key, CODE_PREFIX, hashlib.sha256)
    for title_uuid, generation in titles:
        mac = start.copy()
        mac.update(title_uuid.bytes + generation.to_bytes(4, "big"))
        n = int.from_bytes(mac.digest()[:8], "big") >> 4
        letters = (
            _PAIRS[n >> 50]
            + _PAIRS[n >> 40 & 1023]
            + _PAIRS[n >> 30 & 1023]
            + _PAIRS[n >> 20 & 1023]
            + _PAIRS[n >> 10 & 1023]
            + _PAIRS[n & 1023]
        )
        yield letters + check_letter(letters)


def derive_code(key: bytes, title_uuid: UUID, generation: int) -> str:
    """The 13 letters of one title for one print generation (0 to 2³² − 1; OverflowError beyond)."""
    return next(derive_codes(key, ((title_uuid, generation),)))


def code_from_bits(bits: int) -> str:
    """The 13 letters of a 60-bit integer: the payload carries the bits, the check letter is recomputed.

    Raises ValueError if it does not fit.
    """
    letters = encode(bits, SECRET_LETTERS)
    return letters + check_letter(letters)


def digests(key: bytes, codes: Iterable[str]) -> Iterator[bytes]:
    """The 32-byte digest of each canonical code, in order. The key is absorbed once for all."""
    start = hmac.new(key, b"", hashlib.sha256)
    for code in codes:
        mac = start.copy()
        mac.update(code.encode("ascii"))
        yield mac.digest()


def digest(key: bytes, code: str) -> bytes:
    """HMAC-SHA256(key, the 13 canonical letters): 32 bytes, what the register keeps."""
    return hmac.digest(key, code.encode("ascii"), "sha256")


def display(code: str) -> str:
    """``XXXX XXXX XXXXX``, as printed."""
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def parse_code(text: str) -> str:
    """The 13 canonical letters that someone typed. Raises CodeMalformed, CheckLetterWrong."""
    code = normalise(text) if len(text) <= TYPED_MAX else ""
    if len(code) != CODE_LENGTH or not is_crockford(code):
        raise CodeMalformed
    if not is_checked(code):
        raise CheckLetterWrong
    return code
