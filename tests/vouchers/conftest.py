from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.database import Run, connected_to, next_label
from tests.vouchers.register.build import Story, tell


@pytest.fixture(scope="module")
def story(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Story]:
    """A story committed once in a database of its own; tests read it, or spoil it in a transaction rolled back."""
    name = test_run.clone(next_label(worker_name))
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        yield tell()
    test_run.drop(name)
