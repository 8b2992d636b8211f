"""Fixtures and guards of every test: a real PostgreSQL, the application's role, nothing left behind."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.database import FreshDatabase, Run, RunOwner, connected_to, next_label, run_of_this_process
from tests.guards import capture_after_commit, refuse_flushing_tests, refuse_work_left_for_after_commit
from tools.front_end import ROOT, build_when_changed
from tools.refusal import Refusal

pytest_plugins = ["tests.browsing"]
_owner: list[RunOwner] = []


def _own_a_run(*, wait: bool = True) -> Run:
    try:
        _owner.append(RunOwner(wait=wait))
    except Refusal as refusal:
        pytest.exit(str(refusal), returncode=3)
    return _owner[0].run


def _build_the_counter() -> None:
    """Pages and browser tests need its scripts; nothing is done where they are up to date."""
    try:
        build_when_changed(ROOT)
    except Refusal as refusal:
        pytest.exit(str(refusal), returncode=3)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Prepare scripts, and start on databases, before the workers of pytest-xdist; alone, wait until a test needs one."""
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker:
        _build_the_counter()
    if session.config.getoption("numprocesses", None) and not is_worker:
        _own_a_run(wait=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why there was no database: the template was made beside the collection."""
    for failure in filter(None, (owner.failure for owner in _owner)):
        terminalreporter.write_line(str(failure), red=True)


def pytest_unconfigure() -> None:
    """Drop the databases and stop the server that this process made."""
    while _owner:
        _owner.pop().close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that the harness cannot clean up after."""
    refuse_flushing_tests(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Look, before the transaction of a test is undone, at what it left for after the commit."""
    result = yield
    refuse_work_left_for_after_commit()
    return result


@pytest.fixture(scope="session")
def test_run() -> Run:
    """The databases of this run, made by the controller or, alone, now."""
    return run_of_this_process() or _own_a_run()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Name of this process among the workers."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_setup(
    test_run: Run, worker_name: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give this process its clone of the migrated database; tests marked `django_db` roll back in it."""
    try:
        name = test_run.clone(worker_name)
    except Refusal as refusal:
        pytest.exit(str(refusal), returncode=3)
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)), django_db_blocker.block():
        yield
    test_run.drop(name)


@pytest.fixture
def fresh_database(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[FreshDatabase]:
    """A database for this test alone, where commits are real: threads, servers, processes may use it."""
    name = test_run.clone(next_label(worker_name))
    urls = test_run.urls(name)
    with django_db_blocker.unblock(), connected_to(urls):
        yield FreshDatabase(name, urls)
    test_run.drop(name)


@pytest.fixture
def after_commit() -> Callable[[], AbstractContextManager[list[Any]]]:
    """`with after_commit():` runs, at the end of the block, what the block left for after the commit."""
    return partial(capture_after_commit, execute=True)


@pytest.fixture
def django_capture_on_commit_callbacks() -> Callable[..., AbstractContextManager[list[Any]]]:
    """pytest-django's fixture, which takes what it caught off the list (see tests/guards.py)."""

    @contextmanager
    def capture(*, using: str = "default", execute: bool = False) -> Iterator[list[Any]]:
        assert using == "default"
        with capture_after_commit(execute=execute) as callbacks:
            yield callbacks

    return capture
