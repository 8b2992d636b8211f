"""Short texts kept unreadable in the database, under keys derived from those that the web holds.

    key = HKDF-SHA256(K_digest[kid], no salt, info = "passnum:sealed:1:" + purpose, 32 bytes)

AES-256-GCM with a random nonce of 12 bytes; what the text belongs to is authenticated with it, so that a sealed text moved
to another row opens no more. A stolen dump reads nothing; nobody reads it either without the web's key file.
"""

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from passnum.kit.keys import digest_keyring

_INFO: Final = "passnum:sealed:1:"
_NONCE: Final = 12
_KEY: Final = 32


class SealBroken(ValueError):
    """The text was changed, belongs to something else, or its key is not here."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text under a key: what the database keeps."""

    kid: int
    data: bytes


def _cipher(kid: int, purpose: str) -> AESGCM:
    keys = digest_keyring().keys
    if kid not in keys:
        raise SealBroken
    info = (_INFO + purpose).encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=info).derive(keys[kid]))


def seal(text: str, *, purpose: str, of: UUID) -> Sealed:
    """Return a text under the current key; `of` is the public id of what it belongs to."""
    kid, nonce = digest_keyring().current, secrets.token_bytes(_NONCE)
    return Sealed(kid, nonce + _cipher(kid, purpose).encrypt(nonce, text.encode(), of.bytes))


def unseal(sealed: Sealed, *, purpose: str, of: UUID) -> str:
    """Return the text. Raises SealBroken."""
    nonce, data = sealed.data[:_NONCE], sealed.data[_NONCE:]
    try:
        return _cipher(sealed.kid, purpose).decrypt(nonce, data, of.bytes).decode()
    except InvalidTag:
        raise SealBroken from None
