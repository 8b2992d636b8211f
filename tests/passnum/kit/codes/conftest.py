"""The published test vectors, and keyrings made of their keys (which only tests may use)."""

import json
from pathlib import Path
from typing import Any

import pytest

from passnum.kit.codes.keyring import DigestKeyring, ProductionKeyring, PublicKeyring

VECTORS = Path(__file__).parents[4] / "docs" / "vectors" / "codes.json"


def _keys(ring: dict[str, Any]) -> dict[int, bytes]:
    return {int(kid): bytes.fromhex(key) for kid, key in ring["keys"].items()}


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def digest_keyring(vectors: dict[str, Any]) -> DigestKeyring:
    return DigestKeyring(keys=_keys(vectors["keys"]["digest"]), current=2)


@pytest.fixture(scope="session")
def public_keyring(vectors: dict[str, Any]) -> PublicKeyring:
    return PublicKeyring(keys=_keys(vectors["keys"]["public"]), current=2)


@pytest.fixture(scope="session")
def production_keyring(vectors: dict[str, Any]) -> ProductionKeyring:
    keys = vectors["keys"]
    return ProductionKeyring(code_keys=_keys(keys["code"]), signing_seeds=_keys(keys["signing"]), current=2)
