"""Files that stand encrypted on the disk: written and read by pieces, refused when altered, cut short or out of order.

    file    "passnum:sealed:1\\n" ‖ kid (1 byte) ‖ salt (16 bytes) ‖ pieces
    piece   AES-256-GCM of at most 65,536 bytes; nonce = number of the piece (11 bytes) ‖ 1 for the last one, else 0
    key     HKDF-SHA256(K_digest[kid], salt, info "passnum:sealed:1", 32 bytes)

The key is derived from one that the web and the production worker hold and that no database nor its backup has: a
stolen disk reads nothing. Each file has its own salt, so that a nonce never serves twice under one key. The number of a
piece and the mark of the last one are authenticated (STREAM, Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from passnum.kit.codes.keyring import KEY_BYTES, DigestKeyring

INFO: Final = b"passnum:sealed:1"
MAGIC: Final = INFO + b"\n"
PIECE_BYTES: Final = 65_536
_TAG_BYTES: Final = 16
_SALT_BYTES: Final = 16
_COUNTER_BYTES: Final = 11


class SealBroken(Exception):
    """The file is not what was written, or its key is not here."""


def _cipher(keyring: DigestKeyring, kid: int, salt: bytes) -> AESGCM:
    key = keyring.keys.get(kid)
    if key is None:
        raise SealBroken
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=INFO).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([is_last])


def seal_file(pieces: Iterable[bytes], out: BinaryIO, *, keyring: DigestKeyring) -> None:
    """Write pieces of any size, encrypted under the current key; memory does not grow with the file."""
    kid, salt = keyring.current, os.urandom(_SALT_BYTES)
    cipher = _cipher(keyring, kid, salt)
    out.write(MAGIC + bytes([kid]) + salt)
    waiting, number = bytearray(), 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE_BYTES:  # what is left is never empty: one piece is the last
            out.write(cipher.encrypt(_nonce(number, is_last=False), bytes(waiting[:PIECE_BYTES]), None))
            del waiting[:PIECE_BYTES]
            number += 1
    out.write(cipher.encrypt(_nonce(number, is_last=True), bytes(waiting), None))


def open_sealed(source: BinaryIO, *, keyring: DigestKeyring) -> Iterator[bytes]:
    """Yield what was written, piece by piece, each one checked before it is given. Raises SealBroken."""
    head = source.read(len(MAGIC) + 1 + _SALT_BYTES)
    if len(head) < len(MAGIC) + 1 + _SALT_BYTES or not head.startswith(MAGIC):
        raise SealBroken
    cipher = _cipher(keyring, head[len(MAGIC)], head[len(MAGIC) + 1 :])
    piece, number = source.read(PIECE_BYTES + _TAG_BYTES), 0
    while True:
        following = source.read(PIECE_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, None)
        except InvalidTag:
            raise SealBroken from None
        if not following:
            return
        piece, number = following, number + 1
