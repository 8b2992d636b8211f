from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from passnum.accounts.models import Membership, Pin, User
from passnum.accounts.roles import Role
from tests.staff import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mediator(client: Client, person: User, give_post: Callable[..., Membership]) -> Client:
    give_post(person, "Maison du numérique", Role.MEDIATOR)
    client.force_login(person)
    return client


def test_one_chooses_ones_own_code(mediator: Client) -> None:
    page = mediator.get("/compte/code/")
    assert "no-store" in page["Cache-Control"]
    assert "Vous n’avez pas encore de code." in text_of(page)
    answer = mediator.post("/compte/code/", {"pin": "4827", "again": "4827"}, follow=True)
    assert "Votre code est enregistré." in text_of(answer)
    assert "Vous avez un code, choisi le" in text_of(answer)
    assert check_password("4827", Pin.objects.get().password)
    assert "4827" not in answer.content.decode()


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("", "", "Tapez le code que vous choisissez."),
        ("4827", "4828", "Les deux codes ne sont pas les mêmes"),
        ("1234", "1234", "se devine trop vite"),
        ("48 27", "48 27", "de 4 à 8 chiffres"),
        ("abcd", "abcd", "de 4 à 8 chiffres"),
    ],
)
def test_what_is_refused_is_said_and_never_shown_again(mediator: Client, pin: str, again: str, said: str) -> None:
    answer = mediator.post("/compte/code/", {"pin": pin, "again": again})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not pin or f'value="{pin}"' not in answer.content.decode()
    assert not Pin.objects.exists()


def test_who_works_at_no_counter_has_none(client: Client, person: User, give_post: Callable[..., Membership]) -> None:
    give_post(person, "CCAS", Role.DISTRIBUTOR)
    client.force_login(person)
    assert client.get("/compte/code/").status_code == 403
