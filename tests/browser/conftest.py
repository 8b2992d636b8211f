"""A phone before the scanning page, for the tests of several files."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.counter_phone import Phone, phone_of
from tests.counter_server import CounterServer


@pytest.fixture
def server() -> CounterServer:
    return CounterServer()


@pytest.fixture
def phone(chromium: Browser, live: Any, server: CounterServer) -> Iterator[Phone]:
    """A phone that nothing was ever done with."""
    with phone_of(chromium, server, live.url) as phone:
        yield phone


@pytest.fixture
def ready(phone: Phone) -> Phone:
    """A paired phone, its worker installed."""
    phone.pair()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return phone
