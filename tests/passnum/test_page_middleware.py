"""The API goes past what serves a browser; pages keep every protection."""

import pytest
from django.conf import settings
from django.test import Client

from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for, signed_in
from tests.lifecycle import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_api_reads_no_cookie_and_gives_none(scene: Scene) -> None:
    browser = signed_in(scene.operator, Role.MEDIATOR, scene.now)
    assert browser.get("/compte/").status_code in {200, 302, 404}
    answer = browser.get("/api/v1/sites")
    assert answer.status_code == 401  # the session of a browser opens nothing
    browser.cookies[settings.SESSION_COOKIE_NAME] = "broken"
    answer = browser.get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_a_token_is_enough_and_the_headers_of_pages_are_there(scene: Scene) -> None:
    caller: Caller = caller_for(scene.operator, Role.MEDIATOR, scene.now.replace(year=2030))
    answer = caller.get("/services")
    assert answer.status_code == 200
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer[name]


def test_no_path_of_a_page_passes_for_the_api(scene: Scene) -> None:
    """A page asks for a sign-in and a form for its token, however an address looks like the API's."""
    strict = Client(enforce_csrf_checks=True)
    for path in ("/api/v1", "//api/v1/sites", "/api/v1/../../commandes/", "/API/V1/sites"):
        assert strict.get(path).status_code in {301, 302, 404}, path
    assert strict.post("/compte/connexion/", {"email": "a@example.org", "password": "x"}).status_code == 403
