"""The keys, numbered by *kid* (1 to 255). No ``repr`` and no error ever shows one.

New titles take the current kid and old titles keep theirs for life, so a keyring only grows. Digest keys, code
keys and signing seeds are 32 random bytes each; a public key is the Ed25519 key of the seed of the same kid.
The files they come from are read in ``key_documents``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from passnum.kit.codes.code import derive_code, derive_codes, digest, digests
from passnum.kit.codes.errors import KeyringInvalid, KeyringKidUnknown

KEY_BYTES: Final = 32
KID_MAX: Final = 255  # one byte of the payload


@dataclass(frozen=True, kw_only=True)
class _Keyring:
    """Keys by kid. Raises KeyringInvalid on a kid or a length out of bounds."""

    keys: Mapping[int, bytes] = field(repr=False)
    current: int

    def __post_init__(self) -> None:
        _check(self.keys, self.current)

    @property
    def kids(self) -> tuple[int, ...]:
        """Newest first."""
        return tuple(sorted(self.keys, reverse=True))


# Not the shape of a code: no digest of a title can be this one's.
FINGERPRINT_OF: Final = "PASSNUM-DIGEST-KEY"


class DigestKeyring(_Keyring):
    """What the web holds to look a code up: enough to recognise a code, not to make one."""

    def fingerprint(self, kid: int) -> bytes:
        """The 32 bytes that tell this key from another and give nothing else away. Raises KeyringKidUnknown."""
        return digest(_pick(self.keys, kid), FINGERPRINT_OF)

    def digest(self, code: str, *, kid: int) -> bytes:
        """The 32 bytes kept in the register for a title of that kid. Raises KeyringKidUnknown."""
        return digest(_pick(self.keys, kid), code)

    def digest_many(self, codes: Iterable[str], *, kid: int) -> Iterator[bytes]:
        """``digest`` of each canonical code, in order. Raises KeyringKidUnknown."""
        return digests(_pick(self.keys, kid), codes)

    def digests_of(self, code: str) -> list[bytes]:
        """The digest under every kid, newest first: a typed code does not say its kid."""
        return [digest(self.keys[kid], code) for kid in self.kids]


class PublicKeyring(_Keyring):
    """What anyone may hold to check a signature; ``keys`` goes to the devices as it is."""


@dataclass(frozen=True, kw_only=True)
class ProductionKeyring:
    """What derives codes and signs payloads: one process holds it, the web never.

    Raises KeyringInvalid when both mappings do not hold the same kids.
    """

    code_keys: Mapping[int, bytes] = field(repr=False)
    signing_seeds: Mapping[int, bytes] = field(repr=False)
    current: int

    def __post_init__(self) -> None:
        _check(self.code_keys, self.current)
        _check(self.signing_seeds, self.current)
        if self.code_keys.keys() != self.signing_seeds.keys():
            raise KeyringInvalid("Les clés de code et les clés de signature ne portent pas les mêmes numéros.")

    def derive(self, title_uuid: UUID, generation: int, *, kid: int) -> str:
        """The 13 letters of one title. Raises KeyringKidUnknown."""
        return derive_code(_pick(self.code_keys, kid), title_uuid, generation)

    def derive_many(self, titles: Iterable[tuple[UUID, int]], *, kid: int) -> Iterator[str]:
        """The code of each (title UUID, print generation), in order. Raises KeyringKidUnknown."""
        return derive_codes(_pick(self.code_keys, kid), titles)

    def sign(self, message: bytes, *, kid: int) -> bytes:
        """The 64 bytes of an Ed25519 signature, the same at each call. Raises KeyringKidUnknown."""
        return _private_key(_pick(self.signing_seeds, kid)).sign(message)

    def public(self) -> PublicKeyring:
        """The public keys of the same kids."""
        keys = {kid: public_key_of(seed) for kid, seed in self.signing_seeds.items()}
        return PublicKeyring(keys=keys, current=self.current)


def public_key_of(seed: bytes) -> bytes:
    """The 32-byte Ed25519 public key of a signing seed."""
    return _private_key(seed).public_key().public_bytes_raw()


@lru_cache(maxsize=KID_MAX)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _pick(keys: Mapping[int, bytes], kid: int) -> bytes:
    if kid not in keys:
        raise KeyringKidUnknown(f"Le trousseau ne contient pas la clé n° {kid} : restaurez la copie complète des clés.")
    return keys[kid]


def _check(keys: Mapping[int, bytes], current: int) -> None:
    for kid, key in keys.items():
        if not 1 <= kid <= KID_MAX:
            raise KeyringInvalid(f"Clé n° {kid} : un numéro de clé va de 1 à {KID_MAX}.")
        if len(key) != KEY_BYTES:
            raise KeyringInvalid(f"Clé n° {kid} : {KEY_BYTES} octets attendus, {len(key)} reçus.")
    if current not in keys:
        raise KeyringInvalid(f"La clé courante, n° {current}, est absente du trousseau.")
