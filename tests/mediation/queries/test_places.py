"""Which places are near, in the wave's scope and labelled on the day."""

from datetime import date
from decimal import Decimal

import pytest

from mediation.models import Label, Service, Site, WaveScope
from mediation.queries.places import (
    centre_of,
    communes_matching,
    distance_km,
    nearest_places,
    scopes_of,
    services_bought,
    services_on,
    sites_visible_to,
    waves_in_use,
)
from passnum.kit.actor import SYSTEM
from passnum.territory.queries.communes import territory_on
from tests.lifecycle import Scene, site_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
CRETEIL, BOULOGNE, PARIS = "94028", "92012", "75056"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def at(site: Site, latitude: str, longitude: str) -> Site:
    Site.objects.filter(pk=site.pk).update(latitude=Decimal(latitude), longitude=Decimal(longitude))
    return site


def near(scene: Scene, commune: str = CRETEIL, limit: int = 9) -> list[tuple[str, int | None]]:
    found = nearest_places(wave=scene.wave, commune_code=commune, day=DAY, limit=limit)
    return [(one.site.name, None if one.km is None else round(one.km)) for one in found]


def test_a_distance_is_that_of_the_ground() -> None:
    notre_dame, tour_eiffel = (48.8530, 2.3499), (48.8584, 2.2945)
    assert round(distance_km(notre_dame, tour_eiffel), 1) == 4.1
    assert distance_km(notre_dame, notre_dame) == 0


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"), [(CRETEIL, 48.79, 2.45), (PARIS, 48.86, 2.34), (BOULOGNE, 48.84, 2.24)]
)
def test_the_middle_of_a_commune_is_inside_it(code: str, latitude: float, longitude: float) -> None:
    found = centre_of(code=code, day=DAY)
    assert found is not None
    assert distance_km(found, (latitude, longitude)) < 1.5
    assert centre_of(code="13055", day=DAY) is None


def test_own_commune_first_then_by_distance_unlocated_ones_too(scene: Scene) -> None:
    at(scene.other_site, "48.8397", "2.2399")  # Boulogne-Billancourt, 17 km
    at(site_of(scene.operator, "À Maisons-Alfort", commune_code="94046"), "48.8059", "2.4378")
    site_of(scene.operator, "Quelque part à Sceaux", commune_code="92071")
    site_of(scene.operator, "Hors du territoire", commune_code="13055")
    assert near(scene) == [
        ("Le Lieu", None),
        ("À Maisons-Alfort", 3),
        ("Quelque part à Sceaux", 12),
        ("L'Autre Lieu", 17),
        ("Hors du territoire", None),
    ]
    assert near(scene, limit=1) == [("Le Lieu", None)]
    assert near(scene, BOULOGNE)[0] == ("L'Autre Lieu", None)


def test_an_arrondissement_a_merged_commune_and_a_foreign_code_have_neighbours_too(scene: Scene) -> None:
    site_of(scene.operator, "À Paris", commune_code=PARIS)
    site_of(scene.operator, "À Saint-Denis", commune_code="93066")
    assert near(scene, "75113")[0][0] == "À Paris"
    assert near(scene, "93059")[0][0] == "À Saint-Denis"
    assert len(near(scene, "13055")) == 4
    assert len(near(scene, "")) == 4


def test_only_labelled_places_that_somebody_can_be_paid_for(scene: Scene) -> None:
    Label.objects.filter(site=scene.other_site).update(ends_on=date(2026, 3, 1))
    site_of(scene.operator, "Sans label", labelled=False)
    Site.objects.filter(pk=site_of(scene.operator, "À compléter").pk).update(operator=None)
    assert [name for name, _ in near(scene)] == ["Le Lieu"]


@pytest.mark.parametrize("kind", ["site", "commune"])
def test_the_scope_of_the_wave_holds(scene: Scene, kind: str) -> None:
    named = {"site": scene.other_site} if kind == "site" else {"commune_code": BOULOGNE}
    WaveScope.objects.create(wave=scene.wave, **named)
    assert [name for name, _ in near(scene)] == ["L'Autre Lieu"]
    (scope,) = scopes_of([scene.wave])
    assert scope.takes(scene.other_site)
    assert not scope.takes(scene.site)


def test_waves_in_use_are_open_begun_and_not_over(scene: Scene) -> None:
    later = scene.make_wave(2, valid_from=date(2026, 9, 1))
    assert waves_in_use(at=scene.now) == [scene.wave]
    assert waves_in_use(at=scene.tick(days=200)) == [scene.wave, later]
    assert waves_in_use(at=scene.tick(days=135)) == []


def test_services_that_every_wave_of_a_basket_buys(scene: Scene) -> None:
    second = scene.make_wave(2)
    other = Service.objects.create(
        code="autre", name="Autre", theme=scene.service.theme, label_reference="MN-2", starts_on=date(2020, 1, 1)
    )
    Service.objects.create(
        code="fini",
        name="Fini",
        theme=other.theme,
        label_reference="3",
        starts_on=date(2020, 1, 1),
        ends_on=date(2026, 3, 1),
    )
    assert list(services_on(day=DAY)) == [other, scene.service]
    WaveScope.objects.create(wave=second, service=other)
    assert services_bought(waves=[scene.wave], day=DAY) == [other, scene.service]
    assert services_bought(waves=[scene.wave, second], day=DAY) == [other]


def test_what_people_type_for_a_commune() -> None:
    territory = territory_on(day=DAY)
    assert communes_matching(text="  ", territory=territory) is None
    assert communes_matching(text="CRETEIL", territory=territory) == {CRETEIL}
    assert communes_matching(text="94000", territory=territory) == {CRETEIL}
    assert communes_matching(text="teil", territory=territory) == set()
    assert {"93066", "94081"} - (communes_matching(text="saint", territory=territory) or set()) == {"94081"}


def test_nobody_without_organisation_holds_the_places_that_have_none(scene: Scene) -> None:
    Site.objects.filter(pk=scene.site.pk).update(operator=None)
    assert list(sites_visible_to(SYSTEM)) == []
    assert list(sites_visible_to(scene.mediator)) == []
