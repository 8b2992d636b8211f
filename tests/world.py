"""A scene built once and given back as it was after each test: what most tests of actions begin with.

A package's conftest takes `bare` or `stocked` in as `scene`; a file that needs more has its own (`built_once`). Each test
works in a transaction that is rolled back, on a database where the scene is committed; conservation and projections are
checked at its end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.database import Run, connected_to, next_label
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import check_register
from tools.database_roles import DatabaseUrls
from vouchers.models import Booklet, Movement, Wave

STOCK = 6


@dataclass
class StockedScene(Scene):
    """A scene whose CCAS has funded booklets of 5 tickets in stock: the first ones asked for are taken there."""

    stock: list[int] = field(default_factory=list)

    def delivered(self, *lines: object, funded: bool = True, wave: Wave | None = None) -> list[Booklet]:
        """Booklets in stock; those of the CCAS, funded, of the scene's wave, are there already."""
        match lines:
            case [(self.ccas, 5, int(count))] if funded and wave is None and count <= len(self.stock):
                taken, self.stock = self.stock[:count], self.stock[count:]
                return list(Booklet.objects.filter(pk__in=taken).select_related("wave").order_by("number"))
        return super().delivered(*lines, funded=funded, wave=wave)  # type: ignore[arg-type]


def _stocked() -> StockedScene:
    scene = StockedScene()
    scene.stock = [b.pk for b in scene.delivered((scene.ccas, 5, STOCK))]
    return scene


@cache
def _committed(build: Callable[[], Scene], run: Run, worker: str) -> tuple[Scene, DatabaseUrls]:
    """Build a scene once for this worker, in a database that goes with its run."""
    urls = run.urls(run.clone(next_label(worker)))
    with connected_to(urls), transaction.atomic():
        return build(), urls


@contextmanager
def _given_back(build: Callable[[], Scene], run: Run, worker: str, blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """A copy of a scene, in a transaction of its own."""
    with blocker.unblock():
        scene, urls = _committed(build, run, worker)
        with connected_to(urls), transaction.atomic():
            before = Movement.objects.count()
            try:
                yield deepcopy(scene)
                if Movement.objects.count() != before:
                    check_register()
            finally:
                transaction.set_rollback(True)


def built_once(build: Callable[[], Scene]) -> Any:
    """Return a fixture: the scene that `build` makes, once for each worker."""

    @pytest.fixture
    def given(
        django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
    ) -> Iterator[Scene]:
        with _given_back(build, test_run, worker_name, django_db_blocker) as scene:
            yield scene

    return given


# People, places and an open wave; no order yet.
bare = built_once(Scene)
# The same, with funded booklets in the stock of the CCAS.
stocked = built_once(_stocked)
