import json
from collections.abc import Callable
from typing import Any

import pytest

from passnum.kit.codes.errors import KeyringInvalid
from passnum.kit.codes.key_documents import (
    PUBLISHED_MARK,
    PUBLISHED_PUBLIC_KEYS,
    KeyDocuments,
    check_match,
    new_keys,
    read_production_keys,
    read_web_keys,
    rotate,
)
from passnum.kit.codes.payload import pack, unpack, verify

GOOD = "0f1e2d3c4b5a69788796a5b4c3d2e1f0112233445566778899aabbccddeeff01"
OTHER = GOOD[::-1]


def _web(ring: object) -> str:
    return json.dumps({"digest": ring, "public": {"current": 1, "keys": {"1": OTHER}}})


def test_new_keys_are_read_back_and_match() -> None:
    documents = new_keys(5)
    web, production = read_web_keys(documents.web), read_production_keys(documents.production)
    check_match(web, production)
    assert web.digest.current == web.public.current == production.current == 5
    payload = pack(production, kid=5, series=1, number=2, position=3, code="0000000000000")
    assert verify(unpack(payload), web.public).number == 2


def test_two_draws_differ_and_no_key_serves_twice() -> None:
    rings = [ring for text in (*new_keys(), *new_keys()) for ring in json.loads(text).values()]
    assert len({ring["keys"]["1"] for ring in rings}) == 8


def test_the_web_document_holds_nothing_of_production() -> None:
    documents = new_keys()
    assert set(json.loads(documents.web)) == {"digest", "public"}
    for ring in json.loads(documents.production).values():
        assert ring["keys"]["1"] not in documents.web


def test_a_rotation_keeps_old_keys_and_makes_the_new_one_current() -> None:
    before = new_keys(1)
    after = rotate(*before, 2)
    for old_text, new_text in zip(before, after, strict=True):
        old, new = json.loads(old_text), json.loads(new_text)
        for name in old:
            assert new[name]["current"] == 2
            assert new[name]["keys"]["1"] == old[name]["keys"]["1"]
            assert set(new[name]["keys"]) == {"1", "2"}
    check_match(read_web_keys(after.web), read_production_keys(after.production))
    assert read_web_keys(rotate(*after, 200).web).digest.kids == (200, 2, 1)


def test_the_web_may_be_ahead_of_production_never_behind() -> None:
    before = new_keys(1)
    after = rotate(*before, 2)
    check_match(read_web_keys(after.web), read_production_keys(before.production))
    with pytest.raises(KeyringInvalid, match=r"n°\u00a02"):
        check_match(read_web_keys(before.web), read_production_keys(after.production))


@pytest.mark.parametrize("kid", [1, 3, 0, -1, 256])
def test_a_rotation_refuses_a_kid_that_is_not_above_the_others(kid: int) -> None:
    with pytest.raises(KeyringInvalid, match="numéro"):
        rotate(*new_keys(3), kid)


@pytest.mark.parametrize("kid", [0, 256])
def test_new_keys_refuse_a_kid_that_does_not_fit_one_byte(kid: int) -> None:
    with pytest.raises(KeyringInvalid, match="255"):
        new_keys(kid)


def test_documents_of_two_installations_do_not_rotate_together() -> None:
    with pytest.raises(KeyringInvalid, match="ne correspond pas"):
        rotate(new_keys(1).web, new_keys(1).production, 2)


@pytest.mark.parametrize("read", [read_web_keys, read_production_keys])
@pytest.mark.parametrize("text", ["", "  \n", "{", "[]", "null", '"x"', "[" * 100_000, '{"digest": 1, "digest": 1}'])
def test_what_is_not_an_object_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(KeyringInvalid, match="Le fichier de clés"):
        read(text)


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        (None, "manque"),
        ({"current": 1}, "manque"),
        ({"current": 1, "keys": {}}, "manque"),
        ({"current": 1, "keys": [GOOD]}, "manque"),
        ({"current": 1, "keys": {"1": ""}}, "64 chiffres"),
        ({"current": 1, "keys": {"1": GOOD[:-2]}}, "64 chiffres"),
        ({"current": 1, "keys": {"1": GOOD + "00"}}, "64 chiffres"),
        ({"current": 1, "keys": {"1": "changeme"}}, "64 chiffres"),
        ({"current": 1, "keys": {"1": 12}}, "64 chiffres"),
        ({"current": 1, "keys": {"1": "00" * 32}}, "exemple"),
        ({"current": 1, "keys": {"1": "deadbeef" * 8}}, "exemple"),
        ({"current": 1, "keys": {"1": "0123456789abcdef" * 4}}, "exemple"),
        ({"current": 1, "keys": {"1": bytes(range(32)).hex()}}, "exemple"),
        ({"current": 1, "keys": {"1": b"change-me change-me change-me !!".hex()}}, "exemple"),
        ({"current": 1, "keys": {"0": GOOD}}, "entier de 1 à 255"),
        ({"current": 1, "keys": {"01": GOOD}}, "entier de 1 à 255"),
        ({"current": 1, "keys": {"\uff11": GOOD}}, "entier de 1 à 255"),
        ({"current": 1, "keys": {"256": GOOD}}, "entier de 1 à 255"),
        ({"current": 2, "keys": {"1": GOOD}}, "current"),
        ({"current": "1", "keys": {"1": GOOD}}, "current"),
        ({"current": True, "keys": {"1": GOOD}}, "current"),
        ({"keys": {"1": GOOD}}, "current"),
        ({"current": 1, "keys": {"1": GOOD, "2": GOOD}}, "deux numéros"),
        ({"current": 2, "keys": {"2": GOOD}}, "mêmes numéros"),
        ({"current": 1, "keys": {"1": GOOD, "2": OTHER}}, "mêmes numéros"),
    ],
)
def test_a_faulty_ring_is_refused_with_its_reason_and_without_its_keys(ring: object, sentence: str) -> None:
    with pytest.raises(KeyringInvalid, match=sentence) as caught:
        read_web_keys(_web(ring))
    assert GOOD[:16] not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_same_documents_with_a_good_ring_are_read() -> None:
    """Control of the test above: only the ring was at fault."""
    assert read_web_keys(_web({"current": 1, "keys": {"1": GOOD}})).digest.current == 1


def test_a_broken_document_does_not_leak_through_the_parsers_error() -> None:
    with pytest.raises(KeyringInvalid) as caught:
        read_production_keys('{"code": {"keys": {"1": "' + GOOD)
    assert GOOD[:16] not in str(caught.value)
    assert caught.value.__context__ is None


def test_both_rings_of_production_must_agree() -> None:
    document = json.loads(rotate(*new_keys(1), 2).production)
    document["code"]["current"] = 1
    with pytest.raises(KeyringInvalid, match="même clé courante"):
        read_production_keys(json.dumps(document))
    del document["signing"]["keys"]["2"]
    document["signing"]["current"] = 1
    with pytest.raises(KeyringInvalid, match="mêmes numéros"):
        read_production_keys(json.dumps(document))


def test_the_published_test_keys_are_refused(vectors: dict[str, Any]) -> None:
    keys = vectors["keys"]
    for name in ("digest", "code", "signing"):
        assert all(bytes.fromhex(key).startswith(PUBLISHED_MARK) for key in keys[name]["keys"].values())
    assert {bytes.fromhex(key) for key in keys["public"]["keys"].values()} == PUBLISHED_PUBLIC_KEYS
    with pytest.raises(KeyringInvalid, match="publiée"):
        read_web_keys(json.dumps(keys))
    with pytest.raises(KeyringInvalid, match="publiée"):
        read_production_keys(json.dumps(keys))
    with pytest.raises(KeyringInvalid, match=r"public.*publiée"):
        read_web_keys(json.dumps({"digest": {"current": 1, "keys": {"1": GOOD}}, "public": keys["public"]}))


def test_documents_do_not_show_in_a_repr() -> None:
    documents = new_keys()
    assert repr(documents) == "KeyDocuments(…)"
    assert isinstance(documents, KeyDocuments)
