from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from passnum.accounts.models import Organisation
from passnum.accounts.post import Post, post_required
from passnum.accounts.roles import Role
from passnum.nav import _current, items_for
from passnum.urls import urlpatterns as roof


@post_required(Role.DISTRIBUTOR)
def handover(request: HttpRequest) -> HttpResponse:
    return HttpResponse("remise")


@post_required()
def stock(request: HttpRequest) -> HttpResponse:
    return HttpResponse("stock")


def find_places(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lieux")


VOUCHERS = ([path("remises/", handover, name="handover"), path("stock/", stock, name="stock")], "vouchers")
MEDIATION = ([path("lieux/", find_places, name="find_places")], "mediation")
# The roof's own rooms, with three made for the test instead of those of the packages.
OTHERS = {"vouchers", "mediation", "reporting"}
urlpatterns = [
    *(pattern for pattern in roof if getattr(pattern, "namespace", None) not in OTHERS),
    path("", include(VOUCHERS)),
    path("", include(MEDIATION)),
]
pytestmark = pytest.mark.urls(__name__)


def _post(role: Role) -> Post:
    return Post(uuid4(), uuid4(), Organisation(name="CCAS de Montreuil"), role)


def _labels(post: Post | None) -> list[str]:
    return [item.label for item in items_for(post, "/")]


def test_the_menu_shows_what_the_doors_let_in() -> None:
    assert _labels(_post(Role.DISTRIBUTOR)) == ["Remettre un carnet", "Stock", "Où utiliser mon Pass\u00a0?"]
    assert _labels(_post(Role.MEDIATOR)) == [
        "Mon code personnel",
        "Stock",
        "Où utiliser mon Pass\u00a0?",
    ]


def test_the_public_sees_public_rooms_only() -> None:
    assert _labels(None) == ["Où utiliser mon Pass\u00a0?"]


def test_where_one_stands_is_marked() -> None:
    marks = {item.label: item.is_current for item in items_for(_post(Role.DISTRIBUTOR), "/stock/")}
    assert marks == {"Remettre un carnet": "", "Stock": "page", "Où utiliser mon Pass\u00a0?": ""}
    under = {item.label: item.is_current for item in items_for(_post(Role.DISTRIBUTOR), "/stock/12/")}
    assert under["Stock"] == "true"


def test_under_two_entries_one_stands_in_the_closest_alone() -> None:
    urls = ["/utiliser/", "/utiliser/saisie-differee/"]
    sheet = "/utiliser/saisie-differee/feuille/"
    assert [_current(url, sheet, urls) for url in urls] == ["", "true"]
    assert [_current(url, "/utiliser/journal/", urls) for url in urls] == ["true", ""]


def test_a_room_that_does_not_exist_has_no_entry(settings) -> None:
    assert "Rapports" not in _labels(_post(Role.PILOT))


def test_at_work_the_public_room_stands_in_the_footer_alone(client, db) -> None:
    page = client.get("/").content.decode()
    menu = page.split('aria-label="Menu principal"')[1].split("</nav>")[0]
    assert "Où utiliser mon Pass" in menu
    assert "Où utiliser mon Pass" in page.split("<footer")[1]


def test_the_trial_says_so_on_each_page(client, db, settings) -> None:
    assert "Données d’essai" not in client.get("/").content.decode()
    settings.IS_TRIAL = True
    for address in ("/", "/compte/connexion/", "/nulle-part/"):
        assert "Données d’essai" in client.get(address).content.decode()
