from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from mediation.models import Site, SiteName
from mediation.queries.site_name import SiteNameAsOf, site_names_on
from tests.mediation.models.test_site import site

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def named(place: Site, name: str, starts_on: date, recorded_at: datetime = AT) -> None:
    SiteName.objects.create(site=place, name=name, commune_code="94028", starts_on=starts_on, recorded_at=recorded_at)


def name_on(place: Site, day: date, known_at: datetime | None = None) -> str | None:
    found = site_names_on(day=day, known_at=known_at).get(place.pk)
    return found.name if found else None


def test_a_name_holds_from_its_day_on() -> None:
    place = site()
    named(place, "Ancien", date(2026, 1, 1))
    named(place, "Nouveau", date(2026, 2, 1))
    assert name_on(place, date(2026, 1, 31)) == "Ancien"
    assert name_on(place, date(2026, 2, 1)) == "Nouveau"


def test_a_correction_of_the_same_day_wins_once_it_is_known() -> None:
    place = site()
    named(place, "Faute", date(2026, 1, 1))
    named(place, "Juste", date(2026, 1, 1), AT + timedelta(days=1))
    assert name_on(place, date(2026, 3, 1)) == "Juste"
    assert name_on(place, date(2026, 3, 1), known_at=AT) == "Faute"


def test_before_its_first_name_a_place_bears_it() -> None:
    place = site()
    named(place, "Premier", date(2026, 1, 1))
    named(place, "Second", date(2026, 2, 1))
    assert name_on(place, date(2020, 1, 1)) == "Premier"


def test_what_was_not_known_is_not_told() -> None:
    place = site()
    named(place, "Lieu", date(2026, 1, 1))
    assert name_on(place, date(2026, 3, 1), known_at=AT - timedelta(seconds=1)) is None


def test_all_places_are_named_in_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    places = [site(source_id=str(rank)) for rank in range(3)]
    for place in places:
        named(place, f"Lieu {place.source_id}", date(2026, 1, 1))
    with django_assert_num_queries(1):
        found = site_names_on(day=date(2026, 3, 1), site_ids=[places[0].pk, places[2].pk])
    assert found == {
        places[0].pk: SiteNameAsOf("Lieu 0", "94028"),
        places[2].pk: SiteNameAsOf("Lieu 2", "94028"),
    }
