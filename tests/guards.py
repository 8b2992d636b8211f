"""What no test may do without noticing; see also pyproject.toml (warnings are errors, loopback only, random order)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import TestCase

NO_TRUNCATE = (
    "the role of the tests may not TRUNCATE: a test that needs commits, threads or a server uses the fixture"
    " `fresh_database` (or `live`), a database of its own"
)


def refuse_flushing_tests(items: list[pytest.Item]) -> None:
    """Stop the collection at a test that pytest-django would clean by emptying every table."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        flushes = bool(marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])))
        names = set(getattr(item, "fixturenames", ()))
        if flushes or names & {"transactional_db", "live_server", "django_db_reset_sequences"}:
            raise pytest.UsageError(f"{item.nodeid}: {NO_TRUNCATE}")
        if "fresh_database" in names and (marker or "db" in names):
            raise pytest.UsageError(f"{item.nodeid}: `fresh_database` replaces `db`, a test uses one of them")


def pending_after_commit() -> list[str]:
    """Return the callbacks that wait for a commit which a rolled-back test never reaches."""
    return [
        getattr(function, "__qualname__", repr(function))
        for connection in connections.all(initialized_only=True)
        for _, function, _ in connection.run_on_commit
    ]


def refuse_work_left_for_after_commit() -> None:
    """Fail a test that leaves work for after the commit: what it promises was not tried."""
    if pending := pending_after_commit():
        pytest.fail(f"left for after the commit and never run: {pending}; wrap the act in `with after_commit():`")


@contextmanager
def capture_after_commit(*, execute: bool) -> Iterator[list[Any]]:
    """Catch what is left for after the commit, run it when asked, and take it off the list."""
    with TestCase.captureOnCommitCallbacks(execute=execute) as callbacks:
        yield callbacks
    connection = connections["default"]
    caught = set(map(id, callbacks))
    connection.run_on_commit = [entry for entry in connection.run_on_commit if id(entry[1]) not in caught]
