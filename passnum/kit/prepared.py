"""Statements that PostgreSQL parses and plans once for each connection, for those that are run at each act.

A prepared statement belongs to its session: a pooler between us and PostgreSQL must give sessions, not transactions
(docs/exploitation.md). PostgreSQL plans again by itself when a table changes.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection

_NAMED = re.compile(r"%\((\w+)\)s")
# By connection of the driver, the names of what it has prepared; a closed connection takes its own along.
_PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

# Left to itself, PostgreSQL plans the statements of an act anew each time: a guess of how many rows an array holds makes
# the plan for any array look dearer. They read by unique keys: one plan is as good as another, and a tenth cheaper.
_PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


@lru_cache(maxsize=256)
def _forms(sql: str) -> tuple[str, str, str]:
    """Return the name of a statement, what prepares it and what executes it; each parameter is sent once."""
    names = list(dict.fromkeys(_NAMED.findall(sql)))
    numbers = {name: f"${rank}" for rank, name in enumerate(names, start=1)}
    name = f"kit_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    body = _NAMED.sub(lambda found: numbers[found[1]], sql)
    given = ", ".join(f"%({one})s" for one in names)
    return name, f"PREPARE {name} AS {body}", f"EXECUTE {name}({given})" if names else f"EXECUTE {name}"


def fetch_prepared(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement whose parameters are named (`%(name)s`, their types plain or cast) and return its rows."""
    name, prepare, execute = _forms(sql)
    connection.ensure_connection()
    prepared = _PREPARED.setdefault(connection.connection, set())
    if name not in prepared:
        # the connection's own affair, not a statement of the act: straight to the driver
        with connection.wrap_database_errors, connection.connection.cursor() as driver:
            if not prepared:
                driver.execute(_PLAN_ONCE)
            driver.execute(prepare)
        prepared.add(name)
    with connection.cursor() as cursor:
        cursor.execute(execute, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_first(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run the first read of a request, which also finds out whether the connection that was kept still lives.

    Django would ask « SELECT 1 » before it (CONN_HEALTH_CHECKS): one round trip more for each request. Here the read is
    the question; on a dead connection it is read again, once, on a new one. Inside a transaction nothing is tried again.
    """
    was_kept = connection.connection is not None and not connection.in_atomic_block
    if not was_kept:
        return fetch_prepared(sql, parameters)
    connection.health_check_done = True  # type: ignore[attr-defined]  # unknown to django-stubs
    try:
        return fetch_prepared(sql, parameters)
    except (OperationalError, InterfaceError):
        connection.close()
        return fetch_prepared(sql, parameters)
