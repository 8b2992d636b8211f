from collections.abc import Iterator

import pytest
from django.db.models import QuerySet
from pytest_django.plugin import DjangoDbBlocker

from mediation.queries import counter
from tests.database import Run, connected_to, next_label
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import check_register


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    """A scene in a database of its own, where commits are real; the tests of a module share it."""
    name = test_run.clone(next_label(worker_name))
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        yield Scene()
    test_run.drop(name)


@pytest.fixture
def scene(stage: Scene) -> Iterator[Scene]:
    """The shared scene; the register is right again at the end of the test."""
    yield stage
    check_register()


@pytest.fixture
def locks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of a race: the same act without its row locks."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self._chain())
    monkeypatch.setattr(counter, "LOCK", "")
