"""What stands after ``#`` in the QR code: 81 bytes, signed, as 130 base32 letters.

    byte   0      format version (1)
           1      kid, the number of the keys (1 to 255)
           2–3    series   (unsigned, big endian)
           4–7    number   (unsigned, big endian)
           8      position (unsigned)
           9–16   the 60 bits of the code (top 4 bits at zero; the check letter is recomputed)
          17–80   Ed25519 signature (RFC 8032) of "passnum:payload:1" ‖ 00 ‖ bytes 0–16

Base32 of RFC 4648, upper case, no ``=``: all of it fits the alphanumeric mode of a QR code. 81 bytes leave
two spare bits in the last letter; they must be zero. ASCII lower case and white space are folded away before
anything else; after that one payload has exactly one spelling and any other is refused.
"""

import base64
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from passnum.kit.codes.code import CODE_BITS, SECRET_LETTERS, code_from_bits, parse_code
from passnum.kit.codes.crockford import decode
from passnum.kit.codes.errors import PayloadForged, PayloadFormatUnknown, PayloadKeyUnknown, PayloadMalformed
from passnum.kit.codes.keyring import PublicKeyring

FORMAT_VERSION: Final = 1
PAYLOAD_PREFIX: Final = b"passnum:payload:1\x00"
PAYLOAD_LENGTH: Final = 130  # letters

_HEAD: Final = struct.Struct(">BBHIBQ")
_TEXT: Final = re.compile(f"[A-Z2-7]{{{PAYLOAD_LENGTH}}}")
_PADDING: Final = "=" * (-PAYLOAD_LENGTH % 8)
_TEXT_MAX: Final = 1024  # characters; nothing longer can be a payload, even broken by white space
_WHITE_SPACE: Final = str.maketrans("", "", " \t\r\n")  # spelt out: Python and JavaScript disagree on the rest


class Signer(Protocol):
    """What signs: in practice a ProductionKeyring."""

    def sign(self, message: bytes, *, kid: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class SignedPayload:
    """The fields of a payload, as read. Nothing is proved until ``verify`` has been called."""

    format_version: int
    kid: int
    series: int
    number: int
    position: int
    code: str
    signature: bytes

    def head(self) -> bytes:
        """Bytes 0 to 16. Raises struct.error when a field does not fit."""
        bits = decode(self.code[:SECRET_LETTERS])
        return _HEAD.pack(self.format_version, self.kid, self.series, self.number, self.position, bits)

    def signed_bytes(self) -> bytes:
        """The bytes that the signature covers, prefix included."""
        return PAYLOAD_PREFIX + self.head()


def pack(signer: Signer, *, kid: int, series: int, number: int, position: int, code: str) -> str:
    """Sign and write one payload.

    Raises CodeMalformed or CheckLetterWrong on a wrong code, struct.error when a number does not fit its
    bytes, KeyringKidUnknown when the signer lacks ``kid``.
    """
    unsigned = SignedPayload(FORMAT_VERSION, kid, series, number, position, parse_code(code), signature=b"")
    return _encode(unsigned.head() + signer.sign(unsigned.signed_bytes(), kid=kid))


def canonical_payload(text: str) -> str:
    """The one spelling of a payload: 130 letters. Raises PayloadMalformed."""
    if len(text) > _TEXT_MAX or not text.isascii():
        raise PayloadMalformed
    letters = text.translate(_WHITE_SPACE).upper()
    if not _TEXT.fullmatch(letters) or _encode(_decode(letters)) != letters:
        raise PayloadMalformed
    return letters


def _decode(letters: str) -> bytes:
    return base64.b32decode(letters + _PADDING)


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def unpack(text: str) -> SignedPayload:
    """Read a payload without trusting it. Raises PayloadMalformed, PayloadFormatUnknown."""
    raw = _decode(canonical_payload(text))
    format_version, kid, series, number, position, bits = _HEAD.unpack_from(raw)
    if format_version != FORMAT_VERSION:
        raise PayloadFormatUnknown
    if kid == 0 or bits >> CODE_BITS:
        raise PayloadMalformed
    return SignedPayload(format_version, kid, series, number, position, code_from_bits(bits), raw[_HEAD.size :])


def verify(payload: SignedPayload, public_keyring: PublicKeyring) -> SignedPayload:
    """The same payload, proved. Raises PayloadKeyUnknown, PayloadForged."""
    key = public_keyring.keys.get(payload.kid)
    if key is None:
        raise PayloadKeyUnknown
    try:
        _public_key(key).verify(payload.signature, payload.signed_bytes())
    except InvalidSignature:
        raise PayloadForged from None
    return payload


@lru_cache(maxsize=256)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)
