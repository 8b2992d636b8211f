"""The browser, the live server and its static files work together."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_real_browser_reads_a_page_of_a_real_server(browser_page: Page) -> None:
    answer = browser_page.goto("/readyz")
    assert answer is not None
    assert answer.status == 200
    expect(browser_page.locator("body")).to_contain_text("ready")


def test_the_front_page_has_its_style(browser_page: Page) -> None:
    missing: list[str] = []
    browser_page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    browser_page.goto("/")
    assert browser_page.title()
    assert browser_page.evaluate("document.styleSheets.length") > 0
    assert missing == []
