import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from passnum.kit.errors import DomainError, KeyReused, NotAllowed, NotFound, TooManyAttempts
from passnum.urls import urlpatterns as roof


def _raising(error: type[DomainError], **details: object):
    @login_not_required
    def view(request: HttpRequest) -> HttpResponse:
        raise error(**details)

    return view


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours, with a secret")


urlpatterns = [
    *roof,
    path("interdit/", _raising(NotAllowed)),
    path("absent/", _raising(NotFound)),
    path("rejoue/", _raising(KeyReused)),
    path("trop/", _raising(TooManyAttempts, seconds=42)),
    path("panne/", broken),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("address", "error", "status"),
    [("/interdit/", NotAllowed, 403), ("/absent/", NotFound, 404), ("/rejoue/", KeyReused, 409)],
)
def test_a_refusal_is_a_french_page_with_its_status(
    client, address: str, error: type[DomainError], status: int
) -> None:
    response = client.get(address)
    page = response.content.decode().replace("&#x27;", "'")
    assert response.status_code == status
    assert error.message in page
    assert page.count("<h1") == 1
    assert 'lang="fr"' in page


def test_a_refusal_for_now_says_how_long(client) -> None:
    response = client.get("/trop/")
    assert response.status_code == 429
    assert response["Retry-After"] == "42"
    assert "42 secondes" in response.content.decode()


def test_in_an_htmx_request_the_refusal_takes_the_place_of_messages(client) -> None:
    response = client.get("/rejoue/", headers={"hx-request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    page = response.content.decode()
    assert "<html" not in page
    assert 'role="alert"' in page


def test_a_breakdown_says_nothing_of_its_cause(client) -> None:
    client.raise_request_exception = False
    response = client.get("/panne/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "secret" not in page
    assert "tombé en panne" in page


def test_an_unknown_address_has_its_page(client) -> None:
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
