"""The address in the QR code, and whatever a scanner or a keyboard gives back.

    HTTPS://HOST/T/{REF}#{PAYLOAD}

Upper case, so that both ends fit the alphanumeric mode of a QR code; the path answers in either case. A browser
never sends what stands after ``#`` (RFC 9110, 7.1). The host is never signed and ignored when reading: another
operator can take over. When a payload is there it alone is proof; the reference beside it proves nothing.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from passnum.kit.codes.code import parse_code
from passnum.kit.codes.crockford import REF_LENGTH, is_crockford, normalise, parse_ref
from passnum.kit.codes.errors import HostMalformed, ScanUnreadable
from passnum.kit.codes.payload import canonical_payload

SCANNED_MAX: Final = 1024  # characters; an address of ours has less than 300
HOST_MAX: Final = 64  # characters; one more and the symbol would need version 9, modules under 0.6 mm at 30 mm
TYPED_LETTERS_MAX: Final = 20  # up to there, letters of the alphabet are somebody's attempt at a code

_HOST: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?")
_ADDRESS: Final = re.compile(
    r"(?:https?://)?[^/?# \t\r\n]+/t/(?P<ref>[^/?#]+)/?(?:\?[^#]*)?(?:#(?P<fragment>.*))?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
# Hand-held scanners may announce the symbology first (ISO/IEC 15424: « ]Q » and a digit for QR codes).
_SYMBOLOGY: Final = re.compile(r"\A\]Q[0-9]")
_PAYLOAD_LIKE: Final = re.compile(r"[A-Za-z2-7 \t\r\n]{64,}")
_BLANKS: Final = " \t\r\n\u00a0\ufeff"


class Address(NamedTuple):
    """The three parts of the address, each one segment of the QR code. Join them to get the text."""

    page: str
    hash: str
    payload: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was recognised, in canonical form: a reference, a reference and a payload, a payload, or a code."""

    ref: str | None = None
    payload: str | None = None
    code: str | None = None


def full_url(host: str, ref: str, payload: str) -> Address:
    """The address to print. Raises HostMalformed, RefMalformed, PayloadMalformed."""
    return Address(page_url(host, ref), "#", canonical_payload(payload))


def page_url(host: str, ref: str) -> str:
    """The address of the public page alone. Raises HostMalformed, RefMalformed."""
    name = host.upper() if host.isascii() else ""
    if len(name) > HOST_MAX or not _HOST.fullmatch(name):
        raise HostMalformed
    return f"HTTPS://{name}/T/{parse_ref(ref)}"


def parse_scanned(text: str) -> Scanned:
    """Recognise an address (any host), a bare payload, a typed code or a reference.

    Only the form is checked: ``payload.unpack`` and ``payload.verify`` come next. Raises ScanUnreadable, or
    RefMalformed, PayloadMalformed, CodeMalformed, CheckLetterWrong when the kind is plain and the content wrong.
    """
    if len(text) > SCANNED_MAX:
        raise ScanUnreadable
    text = _SYMBOLOGY.sub("", text.strip(_BLANKS))
    address = _ADDRESS.fullmatch(text)
    if address is None:
        return _parse_bare(text)
    ref, fragment = parse_ref(address["ref"]), address["fragment"]
    return Scanned(ref=ref, payload=canonical_payload(fragment) if fragment else None)


def _parse_bare(text: str) -> Scanned:
    letters = normalise(text)
    if letters and len(letters) <= TYPED_LETTERS_MAX and is_crockford(letters):
        if len(letters) == REF_LENGTH:
            return Scanned(ref=parse_ref(text))
        return Scanned(code=parse_code(text))
    if _PAYLOAD_LIKE.fullmatch(text):
        return Scanned(payload=canonical_payload(text))
    raise ScanUnreadable
