import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.canonical import canonical, digest_of
from vouchers.states import Act

INSTANT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"z": {"b": [3, 1], "a": None}}, '{"z":{"a":null,"b":[3,1]}}'),
        ({"a": (1, 2)}, '{"a":[1,2]}'),
        ({"nom": "Créteil « é »"}, '{"nom":"Créteil « é »"}'),
        ({"at": INSTANT}, '{"at":"2026-10-25T00:30:00.000000Z"}'),
        ({"at": INSTANT.replace(microsecond=7)}, '{"at":"2026-10-25T00:30:00.000007Z"}'),
        ({"on": date(2026, 2, 28)}, '{"on":"2026-02-28"}'),
        ({"uid": UUID(int=10)}, '{"uid":"00000000-0000-0000-0000-00000000000a"}'),
        ({"hash": b"\x00\xff"}, '{"hash":"00ff"}'),
        ({"hash": memoryview(b"\x01")}, '{"hash":"01"}'),
        ({"act": Act.SEND}, '{"act":"SEND"}'),
        ({"yes": True}, '{"yes":true}'),
        ({1: "un"}, '{"1":"un"}'),
        ({}, "{}"),
    ],
)
def test_one_text_for_one_fact(value: dict[Any, Any], text: str) -> None:
    assert canonical(value) == text.encode()


def test_an_instant_has_one_text_whatever_its_zone() -> None:
    zones = [ZoneInfo("Europe/Paris"), timezone(timedelta(hours=-4)), UTC]
    assert len({canonical({"at": INSTANT.astimezone(zone)}) for zone in zones}) == 1


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), float("inf"), Decimal("1.5"), {1, 2}, object(), datetime(2026, 1, 1)],  # noqa: DTZ001
    ids=["float", "nan", "inf", "decimal", "set", "object", "instant without zone"],
)
def test_what_has_no_text_is_refused(value: object) -> None:
    for wrapped in ({"a": value}, {"a": [1, {"b": value}]}):
        with pytest.raises(TypeError):
            canonical(wrapped)


@given(st.dictionaries(st.text(), PLAIN, max_size=5))
def test_the_text_is_read_back_and_written_the_same(value: dict[str, Any]) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert canonical(dict(reversed(list(value.items())))) == text


@given(st.dictionaries(st.text(), PLAIN, max_size=5), st.dictionaries(st.text(), PLAIN, max_size=5))
def test_two_facts_share_a_hash_only_if_they_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (digest_of(one) == digest_of(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def test_the_digest_is_sha_256_of_the_text() -> None:
    assert digest_of({"a": 1}) == hashlib.sha256(b'{"a":1}').digest()
