from passnum.accounts.models import User
from passnum.accounts.roles import Role
from passnum.kit.clock import now

PAGE = "/compte/role/"


def test_the_chosen_post_holds_for_the_next_pages(client, person, give_post, audited) -> None:
    give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    pilot = give_post(person, "Métropole du Grand Paris", Role.PILOT)
    client.force_login(person)
    response = client.post(PAGE, {"membership": str(pilot.uid), "next": "/style/"})
    assert response["Location"] == "/style/"
    assert "<strong>Métropole du Grand Paris</strong> Pilote (Métropole)" in client.get("/").content.decode()
    assert audited()[0].by_role == "PILOT"


def test_the_present_post_is_ticked(client, person, give_post) -> None:
    membership = give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    client.force_login(person)
    page = client.get(PAGE).content.decode()
    tag = page[page.index('type="radio"') :].split(">")[0]
    assert str(membership.uid) in tag
    assert "checked" in tag


def test_the_post_of_another_is_not_offered_nor_taken(client, person, give_post, audited) -> None:
    give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    other = User.objects.create_user("autre@example.org", None, full_name="Autre", created_at=now())
    theirs = give_post(other, "Métropole du Grand Paris", Role.PILOT)
    client.force_login(person)
    assert "Métropole du Grand Paris</" not in client.get(PAGE).content.decode().split("<main")[1].split("</main")[0]
    response = client.post(PAGE, {"membership": str(theirs.uid)})
    assert response.status_code == 422
    assert audited() == []


def test_choosing_nothing_is_said_beside_the_field(client, person, give_post) -> None:
    give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    client.force_login(person)
    response = client.post(PAGE, {})
    assert response.status_code == 422
    assert "Choisissez une organisation et un rôle." in response.content.decode()


def test_an_address_of_another_site_is_dropped(client, person, give_post) -> None:
    membership = give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    client.force_login(person)
    for evil in ("https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"):
        assert client.post(PAGE, {"membership": str(membership.uid), "next": evil})["Location"] == "/"


def test_a_person_without_a_post_learns_whom_to_ask(client, person) -> None:
    client.force_login(person)
    for page in (PAGE, "/"):
        assert "Aucun rôle ne vous est ouvert" in client.get(page).content.decode()


def test_the_name_of_an_organisation_is_only_text(client, person, give_post) -> None:
    give_post(person, "<script>alert(1)</script>", Role.DISTRIBUTOR)
    client.force_login(person)
    assert "<script>alert" not in client.get(PAGE).content.decode()


def test_the_page_is_for_signed_in_people(client, db) -> None:
    assert client.get(PAGE)["Location"].startswith("/compte/connexion/")
