import re

from django.test import Client
from django.urls import reverse

from passnum.accounts.models import User
from passnum.accounts.pages.sign_in import TRIES_PER_ACCOUNT
from passnum.accounts.roles import Role

PASSWORD = "un-mot-de-passe-d-essai"  # of the fixture `person`

LOGIN = "/compte/connexion/"


def _sign_in(client: Client, email: str = "jeanne@example.org", password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"username": email, "password": password, **more})


def test_a_person_with_one_post_goes_straight_to_work(client, person, give_post, audited) -> None:
    give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    response = _sign_in(client)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")
    assert [line.act for line in audited()] == ["SIGNED_IN"]
    page = client.get("/").content.decode()
    assert "CCAS de Montreuil" in page
    assert Role.DISTRIBUTOR.label in page.replace("&#x27;", "'")


def test_a_person_with_two_posts_chooses_first_and_keeps_their_way(client, person, give_post) -> None:
    give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    give_post(person, "Métropole", Role.PILOT)
    response = _sign_in(client, next="/style/")
    assert response["Location"] == reverse("accounts:choose_post") + "?next=%2Fstyle%2F"


def test_the_address_may_be_typed_in_capitals(client, person) -> None:
    assert _sign_in(client, email="Jeanne@Example.org").status_code == 302


def test_unknown_address_and_wrong_password_get_the_same_sentence(client, person, audited) -> None:
    texts = []
    for email, password in (("jeanne@example.org", "faux"), ("personne@example.org", PASSWORD)):
        page = _sign_in(client, email=email, password=password).content.decode()
        texts.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.replace(email, "")))
        assert "ne vont pas ensemble" in page
        assert "<title>Erreur –" in page
        assert password not in page
    assert len(set(texts)) == 1
    assert audited() == []


def test_a_closed_account_looks_like_an_unknown_one(client, person) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "ne vont pas ensemble" in _sign_in(client).content.decode()


def test_guessing_is_limited_even_with_the_right_password_at_last(client, person) -> None:
    for _ in range(TRIES_PER_ACCOUNT):
        assert _sign_in(client, password="faux").status_code == 200
    response = _sign_in(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    page = response.content.decode()
    assert "Trop d’essais" in page
    assert "minute" in page
    assert client.get("/compte/role/").status_code == 302, "nobody was signed in"


def test_a_success_forgives_the_tries_before_it(client, person) -> None:
    for _ in range(TRIES_PER_ACCOUNT - 1):
        _sign_in(client, password="faux")
    assert _sign_in(client).status_code == 302
    client.post("/compte/deconnexion/")
    for _ in range(TRIES_PER_ACCOUNT - 1):
        assert _sign_in(client, password="faux").status_code == 200


def test_one_address_cannot_try_every_account(client, person, monkeypatch) -> None:
    monkeypatch.setattr("passnum.accounts.pages.sign_in.TRIES_PER_ADDRESS", 3)
    for index in range(3):
        assert _sign_in(client, email=f"{index}@example.org").status_code == 200
    assert _sign_in(client, email="4@example.org").status_code == 429


def test_signing_in_never_leads_to_another_site(client, person) -> None:
    assert _sign_in(client, next="https://ailleurs.example/")["Location"] == reverse("home")


def test_leaving_takes_a_post_and_a_link_does_not_do_it(client, person) -> None:
    client.force_login(person)
    assert client.get("/compte/deconnexion/").status_code == 405
    assert client.post("/compte/deconnexion/")["Location"] == reverse("home")
    assert client.get("/compte/role/").status_code == 302


def test_a_form_without_its_token_is_refused_in_french(person) -> None:
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "ouverte depuis trop longtemps" in response.content.decode()
