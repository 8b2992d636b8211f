from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.database import DatabaseUrls, Run, connected_to, next_label
from tests.reporting.life import Life, lived

SEED, ACTS = 20_260_302, 70


@pytest.fixture(scope="session")
def lived_once(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Life, DatabaseUrls]]:
    """A life committed once, in a database of its own."""
    name = test_run.clone(next_label(worker_name))
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        life = lived(seed=SEED, acts=ACTS)
    yield life, test_run.urls(name)
    test_run.drop(name)


@pytest.fixture
def life(lived_once: tuple[Life, DatabaseUrls], django_db_blocker: DjangoDbBlocker) -> Iterator[Life]:
    """That life, connected to its database: tests only read it."""
    life, urls = lived_once
    with django_db_blocker.unblock(), connected_to(urls):
        yield life
