"""The database itself refuses a territory that contradicts itself. The codes are those of communes far from Paris."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from passnum.territory.models import Commune, CommunePeriod, Ept, EptMembership, Population

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2025, 1, 1)
OLD_YEAR_END = date(2024, 12, 31)


@pytest.fixture
def commune() -> Commune:
    return Commune.objects.create(code="77284")


def period(commune: Commune, start: date, end: date | None, **fields: object) -> CommunePeriod:
    values: dict[str, object] = {
        "name": "Meaux",
        "sort_key": "MEAUX",
        "departement": "77",
        "postal_codes": ["77100"],
        **fields,
    }
    return CommunePeriod.objects.create(commune=commune, valid_from=start, valid_until=end, **values)


def refused(name: str, write: object) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()  # type: ignore[operator]
    assert name in str(caught.value)


def test_two_rows_of_one_commune_never_hold_on_one_day(commune: Commune) -> None:
    period(commune, date(2016, 1, 1), OLD_YEAR_END)
    refused("commune_period_never_overlaps", lambda: period(commune, OLD_YEAR_END, None))
    refused("commune_period_never_overlaps", lambda: period(commune, date(2010, 1, 1), None))
    period(commune, NEW_YEAR, None)


def test_two_communes_may_hold_on_one_day(commune: Commune) -> None:
    period(commune, NEW_YEAR, None)
    period(Commune.objects.create(code="77288"), NEW_YEAR, None, name="Melun")
    assert CommunePeriod.objects.on(NEW_YEAR).filter(commune__code__startswith="772").count() == 2


def test_memberships_and_populations_never_overlap_either(commune: Commune) -> None:
    ept = Ept.objects.get(number="T6")
    EptMembership.objects.create(commune=commune, ept=ept, valid_from=NEW_YEAR)
    refused(
        "ept_membership_never_overlaps",
        lambda: EptMembership.objects.create(commune=commune, ept=ept, valid_from=date(2026, 1, 1)),
    )
    Population.objects.create(commune=commune, inhabitants_count=1, census_year=2023, valid_from=NEW_YEAR)
    refused(
        "population_never_overlaps",
        lambda: Population.objects.create(
            commune=commune, inhabitants_count=2, census_year=2023, valid_from=date(2024, 1, 1)
        ),
    )


def test_dates_are_in_order(commune: Commune) -> None:
    refused("communeperiod_dates_are_in_order", lambda: period(commune, NEW_YEAR, OLD_YEAR_END))


def test_a_commune_that_goes_on_has_no_successor(commune: Commune) -> None:
    other = Commune.objects.create(code="77288")
    refused("commune_period_successor_follows_an_end", lambda: period(other, NEW_YEAR, None, successor=commune))
    period(other, date(2016, 1, 1), OLD_YEAR_END, successor=commune)


@pytest.mark.parametrize("code", ["9306", "930666", "20001", "9A066", "93O66", ""])
def test_a_code_has_the_shape_of_insee(code: str) -> None:
    with pytest.raises(Exception, match=r"commune_code_is_one_of_insee|trop longue|too long"), transaction.atomic():
        Commune.objects.create(code=code)


def test_only_an_arrondissement_has_a_parent(commune: Commune) -> None:
    refused("commune_arrondissement_has_a_parent", lambda: Commune.objects.filter(code="75118").update(parent=None))
    refused("commune_arrondissement_has_a_parent", lambda: Commune.objects.create(code="77288", parent=commune))


@pytest.mark.parametrize("number", ["T0", "T13", "6", "t6"])
def test_an_ept_is_one_of_twelve(number: str) -> None:
    refused("ept_number_is_t1_to_t12", lambda: Ept.objects.create(number=number, name="X"))
