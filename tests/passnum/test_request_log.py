"""What is logged of a request: one line, and an address that the caller did not choose."""

import logging

import pytest

from tests.caller import Caller

pytestmark = pytest.mark.django_db


def test_a_refusal_is_one_line_with_the_address_that_our_proxies_saw(caplog: pytest.LogCaptureFixture) -> None:
    caller = Caller()
    with caplog.at_level(logging.INFO):
        answer = caller.client.get("/api/v1/sites", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 401
    (line,) = [record.msg for record in caplog.records]
    assert (line["event"], line["code"], line["ip"]) == ("request_finished", 401, "127.0.0.1")
