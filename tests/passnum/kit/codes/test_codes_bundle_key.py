"""The keys that sign bundles: derived, one per kid, the same everywhere; Python agrees with docs/vectors/codes.json."""

from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from passnum.kit.codes.bundle_key import bundle_public_keys, bundle_seed, sign_bundle
from passnum.kit.codes.keyring import DigestKeyring

DOCUMENT = Path(__file__).parents[4] / "docs" / "codes.md"


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_good(case: dict[str, Any], keys: dict[int, bytes]) -> bool:
    """What a device does: any signature under a key that it pinned."""
    for one in case["signatures"]:
        key = keys.get(one["kid"])
        try:
            if key:
                Ed25519PublicKey.from_public_bytes(key).verify(unpadded(one["signature"]), unpadded(case["bundle"]))
                return True
        except InvalidSignature:
            continue
    return False


def test_seeds_and_public_keys(vectors: dict[str, Any], digest_keyring: DigestKeyring) -> None:
    cases = vectors["bundles"]["keys"]
    assert [case["kid"] for case in cases] == sorted(digest_keyring.kids)
    for case in cases:
        assert bundle_seed(digest_keyring.keys[case["kid"]]).hex() == case["seed_hex"]
        assert bundle_public_keys(digest_keyring)[case["kid"]] == unpadded(case["public_key"])


def test_signed_bundles(vectors: dict[str, Any], digest_keyring: DigestKeyring) -> None:
    keys = bundle_public_keys(digest_keyring)
    for case in vectors["bundles"]["signed"]:
        content = case["json"].encode()
        assert unpadded(case["bundle"]) == content
        made = [{"kid": one.kid, "signature": one.signature} for one in sign_bundle(digest_keyring, content)]
        assert made == [{**one, "signature": unpadded(one["signature"])} for one in case["signatures"]]
        assert is_good(case, keys)
        for kid, key in keys.items():  # a device that pinned one of them only
            assert is_good(case, {kid: key})


def test_refused_bundles(vectors: dict[str, Any], digest_keyring: DigestKeyring) -> None:
    keys = bundle_public_keys(digest_keyring)
    assert [case["name"] for case in vectors["bundles"]["refused"] if is_good(case, keys)] == []


def test_a_new_key_changes_no_other(digest_keyring: DigestKeyring) -> None:
    rotated = DigestKeyring(keys={**digest_keyring.keys, 3: bytes(range(32))}, current=3)
    before, after = bundle_public_keys(digest_keyring), bundle_public_keys(rotated)
    assert {kid: after[kid] for kid in before} == before
    assert [one.kid for one in sign_bundle(rotated, b"x")] == [3, 2, 1]


def test_nothing_shows_a_seed(digest_keyring: DigestKeyring) -> None:
    seed = bundle_seed(digest_keyring.keys[1])
    assert seed not in digest_keyring.keys.values()
    assert seed.hex() not in repr(sign_bundle(digest_keyring, b"x"))


@pytest.mark.parametrize("kid", [2])
def test_the_document_shows_an_example_of_the_vectors(vectors: dict[str, Any], kid: int) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (case,) = (case for case in vectors["bundles"]["keys"] if case["kid"] == kid)
    assert f"`{case['seed_hex']}`" in text
    assert f"`{case['public_key']}`" in text
