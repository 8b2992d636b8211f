"""The one text form of a fact, for hashes: UTF-8 JSON, sorted keys, no space, UTC microseconds, integers only."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):  # nearly every value of a fact: asked first
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a canonical instant carries its time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, float):
        raise TypeError("a canonical form holds integers only")
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a mapping.

    Raises TypeError for a float, an instant without its zone or a value that JSON cannot hold.
    """
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest_of(value: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 (32 bytes) of the canonical form."""
    return hashlib.sha256(canonical(value)).digest()
