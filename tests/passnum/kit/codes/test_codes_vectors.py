"""Python agrees with docs/vectors/codes.json; JavaScript reads the same file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from passnum.kit.codes import check_letter, code, crockford, payload, url
from passnum.kit.codes.errors import CodesError
from passnum.kit.codes.keyring import DigestKeyring, ProductionKeyring, PublicKeyring

Vectors = dict[str, Any]
DOCUMENT = Path(__file__).parents[4] / "docs" / "codes.md"


def _agree(
    cases: list[dict[str, Any]], read: Callable[[str], object], answer: Callable[[dict[str, Any]], object]
) -> None:
    assert cases
    for case in cases:
        if "error" in case:
            with pytest.raises(CodesError) as caught:
                read(case["text"])
            assert caught.value.code == case["error"], case
        else:
            assert read(case["text"]) == answer(case), case


def test_crockford(vectors: Vectors) -> None:
    assert vectors["crockford"]["alphabet"] == crockford.ALPHABET
    for case in vectors["crockford"]["normalise"]:
        assert crockford.normalise(case["text"]) == case["normalised"]
    for case in vectors["crockford"]["integers"]:
        value = int(case["hex"], 16)
        assert crockford.encode(value, case["length"]) == case["letters"]
        assert crockford.decode(case["letters"]) == value


def test_check_letters(vectors: Vectors) -> None:
    for case in vectors["check_letters"]:
        assert check_letter.check_letter(case["letters"]) == case["check"]


def test_codes_and_digests(
    vectors: Vectors, production_keyring: ProductionKeyring, digest_keyring: DigestKeyring
) -> None:
    for case in vectors["codes"]:
        title = UUID(case["title_uuid"])
        assert production_keyring.derive(title, case["generation"], kid=case["kid"]) == case["code"]
        assert code.display(case["code"]) == case["display"]
        assert crockford.decode(case["code"][:12]) == int(case["bits_hex"], 16)
        prefixed = code.CODE_PREFIX + title.bytes + case["generation"].to_bytes(4, "big")
        assert prefixed.hex() == case["message_hex"]
    for case in vectors["digests"]:
        assert digest_keyring.digest(case["code"], kid=case["kid"]).hex() == case["digest_hex"]


def test_typed_codes_and_references(vectors: Vectors) -> None:
    _agree(vectors["typed_codes"], code.parse_code, lambda case: case["code"])
    _agree(vectors["typed_refs"], crockford.parse_ref, lambda case: case["ref"])


def test_payloads(vectors: Vectors, production_keyring: ProductionKeyring, public_keyring: PublicKeyring) -> None:
    for case in vectors["payloads"]:
        fields = {name: case[name] for name in ("kid", "series", "number", "position", "code")}
        assert payload.pack(production_keyring, **fields) == case["payload"]
        read = payload.verify(payload.unpack(case["payload"]), public_keyring)
        assert {name: getattr(read, name) for name in fields} == fields
        assert read.signed_bytes().hex() == case["signed_hex"]
        assert read.signature.hex() == case["signature_hex"]
        assert read.format_version == case["format_version"]
    _agree(vectors["payload_spellings"], payload.canonical_payload, lambda case: case["payload"])


def test_refused_payloads(vectors: Vectors, public_keyring: PublicKeyring) -> None:
    for case in vectors["payload_refusals"]:
        with pytest.raises(CodesError) as caught:
            payload.verify(payload.unpack(case["payload"]), public_keyring)
        assert caught.value.code == case["error"], case["name"]


def test_addresses_and_scans(vectors: Vectors) -> None:
    for case in vectors["addresses"]:
        assert list(url.full_url(case["host"], case["ref"], case["payload"])) == case["segments"]
    _agree(
        vectors["scanned"],
        url.parse_scanned,
        lambda case: url.Scanned(ref=case["ref"], payload=case["payload"], code=case["code"]),
    )


def test_the_worked_example_of_the_documentation_is_one_of_the_vectors(vectors: Vectors) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (case,) = (case for case in vectors["codes"] if case["kid"] == 2 and case["generation"] == 1)
    (digest,) = (d for d in vectors["digests"] if d["kid"] == 2 and d["code"] == case["code"])
    message = case["message_hex"]
    for shown in (message[:30], message[30:62], message[62:], case["title_uuid"], case["bits_hex"]):
        assert f"`{shown}`" in text
    for shown in (case["code"][:12], case["code"][12], case["display"], digest["digest_hex"]):
        assert f"`{shown}`" in text
