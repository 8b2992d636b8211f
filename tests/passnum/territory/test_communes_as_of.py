from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from passnum.territory.queries.communes import (
    Territory,
    arrondissements_on,
    commune_as_of,
    communes_on,
    ept_of,
    epts_on,
    population_on,
    populations_on,
    resolve_code,
    territory_on,
)

pytestmark = pytest.mark.django_db
LAST_DAY_OF_131 = date(2024, 12, 31)
FIRST_DAY_OF_130 = date(2025, 1, 1)
BEFORE_ALL = date(2015, 12, 31)


def test_131_communes_until_the_last_day_of_2024_then_130() -> None:
    assert len(communes_on(day=LAST_DAY_OF_131)) == 131
    assert len(communes_on(day=FIRST_DAY_OF_130)) == 130
    assert communes_on(day=BEFORE_ALL) == ()


def test_communes_come_in_alphabetical_order_accents_aside() -> None:
    names = [commune.name for commune in communes_on(day=FIRST_DAY_OF_130)]
    assert names[:2] == ["Ablon-sur-Seine", "Alfortville"]
    assert names.index("Épinay-sur-Seine") == names.index("Dugny") + 1
    assert names[-1] == "Vitry-sur-Seine"


def test_a_merged_commune_ends_and_the_other_changes_its_identity() -> None:
    pierrefitte = commune_as_of(code="93059", on=LAST_DAY_OF_131)
    assert pierrefitte is not None
    assert pierrefitte.valid_until == LAST_DAY_OF_131
    assert commune_as_of(code="93059", on=FIRST_DAY_OF_130) is None
    before, after = (commune_as_of(code="93066", on=day) for day in (LAST_DAY_OF_131, FIRST_DAY_OF_130))
    assert before is not None
    assert after is not None
    assert (before.siren, after.siren) == ("219300662", "929939411")
    assert set(after.postal_codes) - set(before.postal_codes) == {"93380"}


@pytest.mark.parametrize(
    ("code", "day", "governing"),
    [
        ("75118", LAST_DAY_OF_131, "75056"),
        ("75118", FIRST_DAY_OF_130, "75056"),
        ("75056", FIRST_DAY_OF_130, "75056"),
        ("93059", LAST_DAY_OF_131, "93059"),
        ("93059", FIRST_DAY_OF_130, "93066"),
        ("93066", LAST_DAY_OF_131, "93066"),
        ("77284", FIRST_DAY_OF_130, None),
        ("75121", FIRST_DAY_OF_130, None),
        ("", FIRST_DAY_OF_130, None),
        ("93066", BEFORE_ALL, None),
    ],
)
def test_a_code_leads_to_the_commune_that_governs(code: str, day: date, governing: str | None) -> None:
    assert resolve_code(code=code, on=day) == governing
    assert territory_on(day=day).resolve(code) == governing


def test_successions_follow_one_another_and_never_turn_round() -> None:
    known = territory_on(day=FIRST_DAY_OF_130)
    chain = Territory(known.day, known.places, {"11111": "22222", "22222": "93059", "93059": "93066"})
    assert chain.resolve("11111") == "93066"
    assert Territory(known.day, {}, {"11111": "22222", "22222": "11111"}).resolve("11111") is None


def test_a_commune_is_found_by_its_name_and_postal_code() -> None:
    territory = territory_on(day=FIRST_DAY_OF_130)
    assert territory.named("L’HAŸ LES ROSES", "94240") == "94038"
    assert territory.named("Paris", "75012") == "75056"
    assert territory.named("Meudon", "75012") is None
    assert territory.named("Meaux", "77100") is None


def test_paris_has_twenty_arrondissements_and_they_are_no_commune() -> None:
    inner = arrondissements_on(day=FIRST_DAY_OF_130)
    assert [place.code for place in inner] == [f"751{rank:02d}" for rank in range(1, 21)]
    assert {place.parent_code for place in inner} == {"75056"}
    assert "75116" in inner[15].postal_codes
    assert not any(commune.parent_code for commune in territory_on(day=FIRST_DAY_OF_130).communes())


def test_population_comes_with_the_year_of_its_census() -> None:
    before, after = (population_on(code="93066", day=day) for day in (LAST_DAY_OF_131, FIRST_DAY_OF_130))
    assert before is not None
    assert after is not None
    assert (before.inhabitants_count, before.census_year) == (115_237, 2022)
    assert (after.inhabitants_count, after.census_year) == (149_077, 2023)
    assert population_on(code="93059", day=FIRST_DAY_OF_130) is None
    assert population_on(code="75118", day=FIRST_DAY_OF_130) is None
    assert sum(one.inhabitants_count for one in populations_on(day=FIRST_DAY_OF_130).values()) == 7_142_540


def test_every_commune_has_an_ept_and_paris_is_t1() -> None:
    epts = epts_on(day=FIRST_DAY_OF_130)
    assert len(epts) == 130
    assert len({ept.number for ept in epts.values()}) == 12
    ept = ept_of(code="75118", on=FIRST_DAY_OF_130)
    assert ept is not None
    assert (ept.number, ept.siren) == ("T1", "")
    merged = ept_of(code="93059", on=FIRST_DAY_OF_130)
    assert merged is not None
    assert merged.name == "Plaine Commune"
    assert ept_of(code="77284", on=FIRST_DAY_OF_130) is None


def test_reading_the_whole_territory_takes_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        territory = territory_on(day=FIRST_DAY_OF_130)
        for place in territory.communes():
            territory.resolve(place.code)
