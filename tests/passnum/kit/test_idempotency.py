"""The same request counts once: the unique key of the database settles the race."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from passnum.kit import idempotency, marks
from passnum.kit.actor import SYSTEM
from passnum.kit.audit import record_audit
from passnum.kit.canonical import digest_of
from passnum.kit.errors import KeyReused
from passnum.kit.idempotency import Claimed, claim
from passnum.kit.models import AuditEntry, IdempotencyKey
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACT = "TEST_ACT"


def ask(key: uuid.UUID, *, fails: bool = False, pause: float = 0.0, **terms: Any) -> uuid.UUID:
    """An action like any other: claim, act, and the public id of the first outcome."""
    given: dict[str, Any] = {"act": ACT, "scope": "site:1", "content": {"n": 1}}
    result = uuid.uuid4()
    with transaction.atomic():
        claimed = idempotency.claim(key=key, result=result, at=AT, **(given | terms))
        if claimed.result:
            return claimed.result
        time.sleep(pause)
        if fails:
            raise LookupError
        record_audit(act=ACT, subject_type="key", subject=key, by=SYSTEM, at=AT)
        return result


def done(key: uuid.UUID) -> int:
    return AuditEntry.objects.filter(act=ACT, subject=key).count()


@pytest.mark.django_db
def test_the_first_outcome_is_given_again() -> None:
    key = uuid.uuid4()
    first = ask(key)
    assert [ask(key) for _ in range(3)] == [first] * 3
    assert done(key) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [{"act": "OTHER"}, {"scope": "site:2"}, {"content": {"n": 2}}, {"content": {"n": "1"}}, {"content": {}}],
    ids=str,
)
def test_another_act_scope_or_content_is_an_error(other: dict[str, Any]) -> None:
    key = uuid.uuid4()
    ask(key)
    with pytest.raises(KeyReused), transaction.atomic():
        ask(key, **other)
    assert done(key) == 1


@pytest.mark.django_db
def test_the_order_of_the_fields_is_no_other_content() -> None:
    key = uuid.uuid4()
    assert ask(key, content={"a": 1, "b": [2]}) == ask(key, content={"b": (2,), "a": 1})


@pytest.mark.django_db
def test_only_final_outcomes_are_kept() -> None:
    key = uuid.uuid4()
    with pytest.raises(LookupError):
        ask(key, fails=True)
    assert not IdempotencyKey.objects.exists()
    ask(key)
    assert done(key) == 1


def race(key: uuid.UUID, count: int = 12, **terms: Any) -> Counter[object]:
    return Counter(
        one if isinstance(one, uuid.UUID) else type(one)
        for one in parallel(count, lambda _: ask(key, pause=0.05, **terms))
    )


def test_at_once_one_acts_and_the_others_get_its_answer(fresh_database: FreshDatabase) -> None:
    key = uuid.uuid4()
    assert race(key) == {IdempotencyKey.objects.get(key=key).result: 12}
    assert done(key) == 1


def test_when_the_first_fails_another_acts(fresh_database: FreshDatabase) -> None:
    """The second waits for the first to end; it rolled back, so the second is the first."""
    key = uuid.uuid4()
    found = parallel(8, lambda i: ask(key, fails=i < 4, pause=0.02))
    results = {one for one in found if isinstance(one, uuid.UUID)}
    assert len(results) == 1
    assert all(isinstance(one, LookupError) for one in found if not isinstance(one, uuid.UUID))
    assert done(key) == 1


def test_at_once_with_other_content_one_wins(fresh_database: FreshDatabase) -> None:
    key = uuid.uuid4()
    found = parallel(8, lambda i: ask(key, pause=0.02, content={"n": i % 2}))
    assert Counter(type(one) for one in found) == {uuid.UUID: 4, KeyReused: 4}
    assert done(key) == 1


@pytest.fixture
def naive(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The control: look, then write, without the unique key; nobody writes before everybody has looked."""
    everybody_has_looked = Barrier(12)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE kit_idempotencykey DROP CONSTRAINT kit_idempotencykey_pkey")

    def look_then_write(*, key: uuid.UUID, act: str, scope: str, content: Any, result: uuid.UUID, at: Any) -> Claimed:
        known = IdempotencyKey.objects.filter(key=key).first()
        everybody_has_looked.wait(20)
        if known:
            return Claimed(key, known.result)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kit_idempotencykey (key, act, scope, content_hash, result, recorded_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [key, act, scope, digest_of({"act": act, "content": content}), result, at],
            )
        return Claimed(key, None)

    assert idempotency.claim is claim
    monkeypatch.setattr(idempotency, "claim", look_then_write)
    yield


@pytest.mark.usefixtures("naive")
def test_control_without_the_unique_key_the_act_is_done_several_times() -> None:
    key = uuid.uuid4()
    assert len(race(key)) == done(key) == 12


def test_no_key_can_be_drawn_that_takes_another_lock_of_the_project() -> None:
    for number in (marks.LOCK, 0, 1):
        assert idempotency.turn_of(uuid.UUID(int=number)) != number
    key = uuid.uuid4()
    assert idempotency.turn_of(key) != idempotency.turn_of(key, of="cap")
