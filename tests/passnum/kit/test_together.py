"""Several writes in one statement, prepared once for each connection."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from passnum.kit.prepared import fetch_prepared
from passnum.kit.together import Part, run_together

pytestmark = pytest.mark.django_db
KEPT = """
INSERT INTO kit_idempotencykey (key, act, scope, content_hash, result, recorded_at)
VALUES (%(key)s, 'A', 'b', '', %(key)s, now()) RETURNING key"""


def test_a_part_reads_what_another_writes() -> None:
    key = uuid4()
    parts = [
        Part("kept", KEPT, {"key": key}),
        Part("told", "SELECT count(*) AS n, %(more)s::int AS more FROM kept", {"more": 2}),
    ]
    assert run_together(parts, returning="(SELECT n + more FROM told), (SELECT key FROM kept)") == (3, key)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_together(parts[:1], returning="1")


def test_two_parts_share_no_parameter() -> None:
    with pytest.raises(ValueError, match="key"):
        run_together([Part("a", KEPT, {"key": 1}), Part("b", KEPT, {"key": 2})], returning="1")


def test_a_statement_is_prepared_once_and_survives_a_rollback() -> None:
    sql = f"SELECT %(n)s::int + 1, %(n)s::int AS x{uuid4().hex}"
    with pytest.raises(LookupError), transaction.atomic():
        assert fetch_prepared(sql, {"n": 1}) == [(2, 1)]
        raise LookupError
    with CaptureQueriesContext(connection) as queries:
        assert fetch_prepared(sql, {"n": 41}) == [(42, 41)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{sql[-33:]}%"])
            assert cursor.fetchone() == (1,)
    assert len(queries) == 2


def test_values_are_data_and_never_sql() -> None:
    hostile = "x'); DROP TABLE kit_job; -- %(n)s $1 \\ é"
    assert fetch_prepared("SELECT %(text)s::text", {"text": hostile}) == [(hostile,)]
    assert fetch_prepared("SELECT %(texts)s::text[]", {"texts": [hostile, "b"]}) == [([hostile, "b"],)]
