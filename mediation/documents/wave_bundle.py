"""The bytes of a wave bundle: canonical JSON, signed as they are, in base64url (docs/codes.md, section 8)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from passnum.kit.canonical import canonical
from passnum.kit.codes.bundle_key import bundle_public_keys, sign_bundle
from passnum.kit.codes.keyring import DigestKeyring, PublicKeyring

FORMAT: Final = 1


def base64url(content: bytes) -> str:
    """Return bytes in the alphabet of addresses, without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _keys(keys: Mapping[int, bytes]) -> dict[str, str]:
    return {str(kid): base64url(key) for kid, key in keys.items()}


def bundle_content(told: Mapping[str, Any], *, public: PublicKeyring, digest: DigestKeyring) -> dict[str, Any]:
    """Return what a bundle says, its instant apart; `told` holds the services and the waves."""
    return {
        "format": FORMAT,
        "public_keys": _keys(public.keys),
        "bundle_keys": _keys(bundle_public_keys(digest)),
        **told,
    }


def signed_bundle(content: Mapping[str, Any], *, issued_at: datetime, digest: DigestKeyring) -> dict[str, Any]:
    """Return the bundle as it is sent: its bytes, and their signature under each key."""
    told = canonical({**content, "issued_at": issued_at})
    signatures = sign_bundle(digest, told)
    return {
        "bundle": base64url(told),
        "signatures": [{"kid": one.kid, "signature": base64url(one.signature)} for one in signatures],
    }
