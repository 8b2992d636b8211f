from collections.abc import Iterator

import pytest

from tests.vouchers.actions.unchanged import check_register
from vouchers.models import Booklet


@pytest.fixture(autouse=True)
def conserved(db: None) -> Iterator[None]:
    """Conservation and projections hold at the end of each test that made titles."""
    yield
    if Booklet.objects.exists():
        check_register()
