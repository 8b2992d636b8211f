import pytest
from django.core.cache import cache

FIND = "/trouver-mon-ticket/"


@pytest.fixture(autouse=True)
def no_earlier_attempt() -> None:
    cache.clear()


def test_the_public_learns_what_the_pass_is(client, db) -> None:
    page = client.get("/").content.decode()
    assert page.count("<h1") == 1
    assert "une heure d’aide" in page
    assert "Se connecter" in page
    assert "sessionid" not in client.cookies, "reading the home page opens no session"


@pytest.mark.parametrize("typed", ["abcde12345", " ABCDE 12345 ", "abcde-12345", "ABCDE\u00a012345"])
def test_a_reference_leads_to_its_page_however_it_is_typed(client, db, typed: str) -> None:
    response = client.post(FIND, {"ref": typed})
    assert response.status_code == 302
    assert response["Location"] == "/t/ABCDE12345"


def test_a_secret_code_typed_by_mistake_goes_nowhere(client, db) -> None:
    response = client.post(FIND, {"ref": "ABCD EFGH JKLMN"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "code secret" in page
    assert "EFGH" not in page


@pytest.mark.parametrize("typed", ["", "court", "ABCDE1234/", "../../admin", "A" * 60, "ABCDE1234\x00"])
def test_what_is_no_reference_gets_one_sentence(client, db, typed: str) -> None:
    response = client.post(FIND, {"ref": typed})
    assert response.status_code == 422
    assert 'id="id_ref_error"' in response.content.decode()


def test_looking_for_tickets_is_limited(client, db, monkeypatch) -> None:
    monkeypatch.setattr("passnum.pages.home.CHECKS_PER_MINUTE", 2)
    answers = [client.post(FIND, {"ref": "ABCDE12345"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_a_reference_is_never_in_a_query_string(client, db) -> None:
    assert client.get(FIND + "?ref=ABCDE12345").status_code == 405
