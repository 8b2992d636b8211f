"""The keys that sign what devices download, derived from those that the web holds.

The web has no signing key of tickets, and needs none: a bundle is refused by nobody but devices, which pin these public
keys when they are paired. One Ed25519 key per kid of the digest keyring: seed = HKDF-SHA256(K_digest[kid], no salt,
info "passnum:bundle:1", 32 bytes). A bundle carries one signature per kid, so that a device that pinned an old set
accepts it and pins the new one. Formats and vectors: docs/codes.md, section 8.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from passnum.kit.codes.keyring import KEY_BYTES, KID_MAX, DigestKeyring

BUNDLE_INFO: Final = b"passnum:bundle:1"


@dataclass(frozen=True, slots=True)
class BundleSignature:
    """What one key says of a bundle."""

    kid: int
    signature: bytes


def bundle_seed(digest_key: bytes) -> bytes:
    """Return the 32 bytes of the Ed25519 seed of a digest key. Never log them."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=BUNDLE_INFO).derive(digest_key)


@lru_cache(maxsize=KID_MAX)
def _private_key(digest_key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bundle_seed(digest_key))


def bundle_public_keys(keyring: DigestKeyring) -> dict[int, bytes]:
    """Return the 32-byte public key of each kid, newest first: what a device pins."""
    return {kid: _private_key(keyring.keys[kid]).public_key().public_bytes_raw() for kid in keyring.kids}


def sign_bundle(keyring: DigestKeyring, bundle: bytes) -> list[BundleSignature]:
    """Return the signature of these very bytes under each kid, newest first."""
    return [BundleSignature(kid, _private_key(keyring.keys[kid]).sign(bundle)) for kid in keyring.kids]
