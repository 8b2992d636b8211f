"""The guards of the tests hold: each is shown at work on a small suite of its own."""

import socket
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.template import Context, Template
from django.utils import timezone

from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase, Run, template_digest
from tests.guards import pending_after_commit, refuse_flushing_tests
from tools.database_roles import connect, with_database
from tools.refusal import Refusal


class Asked:
    """What the collection knows of a test."""

    def __init__(self, *, marker: pytest.Mark | None = None, fixtures: tuple[str, ...] = ()) -> None:
        self.nodeid, self._marker, self.fixturenames = "tests/x.py::test_x", marker, fixtures

    def get_closest_marker(self, _name: str) -> pytest.Mark | None:
        return self._marker


@pytest.mark.parametrize(
    "asked",
    [
        Asked(marker=pytest.mark.django_db(transaction=True).mark),
        Asked(marker=pytest.mark.django_db(True).mark),
        Asked(fixtures=("transactional_db",)),
        Asked(fixtures=("live_server",)),
        Asked(fixtures=("fresh_database", "db")),
        Asked(marker=pytest.mark.django_db().mark, fixtures=("fresh_database",)),
    ],
)
def test_a_test_that_would_empty_tables_is_not_collected(asked: Any) -> None:
    with pytest.raises(pytest.UsageError):
        refuse_flushing_tests([asked])


def test_an_ordinary_test_is_collected() -> None:
    refuse_flushing_tests([Asked(marker=pytest.mark.django_db(databases=["default"]).mark)])  # type: ignore[list-item]


@pytest.mark.django_db
def test_work_left_for_after_the_commit_is_seen_and_can_be_run(
    after_commit: Callable[[], AbstractContextManager[list[Any]]],
) -> None:
    done: list[str] = []
    with after_commit():
        transaction.on_commit(lambda: done.append("mail"))
        assert pending_after_commit() and not done
    assert done == ["mail"]
    assert pending_after_commit() == []


@pytest.mark.django_db
def test_an_undefined_template_variable_fails() -> None:
    with pytest.raises(pytest.fail.Exception):
        Template("{{ absent }}").render(Context({}))


@pytest.mark.django_db
def test_a_naive_date_fails() -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        list(Session.objects.filter(expire_date=datetime(2025, 3, 30, 2, 30)))  # noqa: DTZ001 (the fault itself)


def test_a_warning_fails() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("old", stacklevel=1)


def test_the_network_is_out_of_reach() -> None:
    # pytest-socket warns before it raises, and a warning is an error here.
    with socket.socket() as probe, pytest.raises(UserWarning, match="tried to use socket"):
        probe.connect(("192.0.2.1", 80))


def test_a_fresh_database_keeps_what_threads_commit(fresh_database: FreshDatabase) -> None:
    def write(index: int) -> int:
        with transaction.atomic():
            Session.objects.create(session_key=f"key{index}", session_data="", expire_date=timezone.now())
        return index

    assert parallel(4, write) == [0, 1, 2, 3]
    assert Session.objects.count() == 4


def test_a_fresh_database_is_empty_of_what_others_committed(fresh_database: FreshDatabase) -> None:
    assert connection.settings_dict["NAME"] == fresh_database.name
    assert not Session.objects.exists()


def test_parallel_returns_what_an_act_raised(fresh_database: FreshDatabase) -> None:
    def act(index: int) -> int:
        if index:
            raise LookupError(index)
        return index

    first, second = parallel(2, act)
    assert first == 0
    assert isinstance(second, LookupError)


def test_a_template_says_which_files_it_was_made_from_and_its_clones_do_not(
    test_run: Run, fresh_database: FreshDatabase
) -> None:
    admin = connect(with_database(test_run.admin_url, "postgres"))
    with admin.cursor() as cursor:
        cursor.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname IN (%s, %s)",
            [test_run.template, fresh_database.name],
        )
        told = dict(cursor.fetchall())
    admin.close()
    assert told == {test_run.template: template_digest(), fresh_database.name: None}


def test_a_template_that_could_not_be_made_gives_no_clone(test_run: Run) -> None:
    with pytest.raises(Refusal, match="base modèle"):
        replace(test_run, number="00000000").clone("x")
