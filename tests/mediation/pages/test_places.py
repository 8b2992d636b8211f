from datetime import date

import pytest
from django.test import Client

from mediation.models import Label, Site, WaveScope
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene, site_of
from tests.mediation.pages.test_redeem import text_of

FIND = "/ou-utiliser/"


@pytest.fixture
def places(scene: Scene) -> dict[str, Site]:
    Site.objects.filter(pk=scene.site.pk).update(
        services=["Maîtrise des outils numériques du quotidien"],
        specific_care=["Handicaps moteurs"],
        phone="+33143000000",
        opening_hours="Mo-Fr 09:00-12:00",
    )
    return {
        "without label": site_of(scene.operator, "Sans label", labelled=False),
        "paris": site_of(scene.operator, "À Paris", commune_code="75056"),
    }


def found(**asked: str) -> str:
    return text_of(Client().get(FIND, asked))


def test_labelled_places_by_commune(scene: Scene, places: dict[str, Site]) -> None:
    page = found()
    assert "3 lieux dans la Métropole du Grand Paris" in page
    assert page.index("Boulogne-Billancourt") < page.index("Créteil") < page.index("À Paris")
    assert "Sans label" not in page
    assert "01 43 00 00 00" in page
    assert "du lundi au vendredi : de 9 h à 12 h" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"commune": "creteil"}, {"Le Lieu"}),
        ({"commune": "94000"}, {"Le Lieu", "L'Autre Lieu", "À Paris"}),
        ({"commune": "Boulogne"}, {"L'Autre Lieu"}),
        ({"commune": "PARIS"}, {"À Paris"}),
        ({"commune": "eteil"}, set()),
        ({"service": "Maîtrise des outils numériques du quotidien"}, {"Le Lieu"}),
        ({"accessible": "on"}, {"Le Lieu"}),
        ({"accessible": "on", "commune": "Boulogne"}, set()),
    ],
)
def test_filters(scene: Scene, places: dict[str, Site], asked: dict[str, str], expected: set[str]) -> None:
    page = found(**asked)
    assert {name for name in ("Le Lieu", "L'Autre Lieu", "À Paris") if name in page} == expected
    assert ("Aucun lieu trouvé" in page) == (not expected)


def test_what_cannot_be_searched_lists_everything(scene: Scene) -> None:
    for asked in ({"commune": "\x00"}, {"service": "Cuisine"}, {"commune": "x" * 200}):
        response = Client().get(FIND, asked)
        assert response.status_code == 200
        assert "2 lieux" in text_of(response)


def test_a_place_of_one_wave_only_says_which(scene: Scene) -> None:
    second = scene.make_wave(2)
    WaveScope.objects.create(wave=second, site=scene.other_site)
    page = found()
    assert page.count("Seulement avec les tickets de") == 1
    assert "Seulement avec les tickets de : Vague 1" in page


def test_a_place_that_no_wave_buys_is_not_offered(scene: Scene) -> None:
    WaveScope.objects.create(wave=scene.wave, commune_code="92012")
    page = found()
    assert "L'Autre Lieu" in page
    assert "Le Lieu" not in page


def test_the_labels_of_all_places_for_who_labels_them(scene: Scene, places: dict[str, Site]) -> None:
    Label.objects.filter(site=scene.other_site).update(ends_on=date(2026, 4, 1))
    Site.objects.filter(pk=places["paris"].pk).update(operator=None)
    page = text_of(signed_in(scene.metropole, Role.LABEL_OFFICER, scene.now).get("/lieux/"))
    assert "4 lieux" in page
    assert "L'Autre Lieu Boulogne-Billancourt Autre association Bientôt terminé jusqu’au 1er avril 2026" in page
    assert "Sans label Créteil Maison du numérique Sans label" in page
    assert "À Paris Paris À compléter Labellisé" in page


def test_a_place_is_searched_by_name(scene: Scene, places: dict[str, Site]) -> None:
    pilot = signed_in(scene.metropole, Role.PILOT, scene.now)
    assert "1 lieu pour « autre »" in text_of(pilot.get("/lieux/", {"q": "autre"}))
    assert "Aucun lieu ne répond" in text_of(pilot.get("/lieux/", {"q": "\x00zzz"}))


def test_the_list_is_not_for_mediators(scene: Scene, mediator: Client) -> None:
    assert mediator.get("/lieux/").status_code == 403


def test_queries_do_not_grow_with_the_places(scene: Scene, django_assert_max_num_queries) -> None:
    for rank in range(12):
        site_of(scene.operator, f"Espace {rank}")
    with django_assert_max_num_queries(9):
        assert "14 lieux" in found()
    pilot = signed_in(scene.metropole, Role.PILOT, scene.now)
    with django_assert_max_num_queries(10):
        assert "14 lieux" in text_of(pilot.get("/lieux/"))
