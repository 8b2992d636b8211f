"""What the database refuses of a place, by the name of the constraint."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from mediation import standard
from mediation.models import NationalService, Site, SiteName

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def site(**fields: Any) -> Site:
    values: dict[str, Any] = {
        "source": "Essai",
        "source_id": "1",
        "name": "Lieu",
        "commune_code": "94028",
        "postal_code": "94000",
        "address": "1 rue de l'Exemple",
        "created_at": AT,
        "recorded_at": AT,
        **fields,
    }
    return Site.objects.create(**values)


def refused(constraint: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert f'"{constraint}"' in str(caught.value)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("site_has_a_source_an_id_and_a_name", {"source": ""}),
        ("site_has_a_source_an_id_and_a_name", {"source_id": ""}),
        ("site_has_a_source_an_id_and_a_name", {"name": ""}),
        ("site_pivot_has_9_to_14_characters", {"pivot": "12345678"}),
        ("site_pivot_has_9_to_14_characters", {"pivot": "1234 5678 9"}),
        ("site_commune_is_the_one_that_governs", {"commune_code": "75112"}),
        ("site_commune_is_the_one_that_governs", {"arrondissement_code": "75112"}),
        ("site_commune_is_the_one_that_governs", {"commune_code": "75056", "arrondissement_code": "75121"}),
        ("site_commune_is_the_one_that_governs", {"commune_code": "9402"}),
        ("site_postal_code_has_5_digits", {"postal_code": "9400"}),
        ("site_coordinates_come_together", {"latitude": Decimal("48.8")}),
        ("site_coordinates_come_together", {"longitude": Decimal("2.3")}),
        ("site_coordinates_come_together", {"latitude": Decimal(91), "longitude": Decimal(2)}),
        ("site_phone_is_international", {"phone": "0199000001"}),
        ("site_phone_is_international", {"phone": "+33 199000001"}),
        ("site_typologies_are_listed", {"typologies": ["MAIRIE"]}),
        ("site_itinerances_are_listed", {"itinerances": ["Mobile"]}),
        ("site_services_are_listed", {"services": [standard.SERVICES[0], "Café"]}),
        ("site_publics_are_listed", {"publics": ["Adultes"]}),
        ("site_specific_care_are_listed", {"specific_care": ["Autre"]}),
        ("site_fees_are_listed", {"fees": ["Offert"]}),
        ("site_national_programmes_are_listed", {"national_programmes": ["APTIC"]}),
        ("site_trainings_labels_are_listed", {"trainings_labels": ["Étapes numériques(La Poste)"]}),
        ("site_access_modes_are_listed", {"access_modes": ["Ce lieu n’accueille pas de public"]}),
        ("site_support_modes_are_listed", {"support_modes": ["Seul"]}),
    ],
)
def test_an_impossible_place_is_refused(constraint: str, fields: dict[str, Any]) -> None:
    refused(constraint, lambda: site(**fields))


def test_every_word_of_the_standard_is_accepted() -> None:
    site(
        commune_code="75056",
        arrondissement_code="75120",
        latitude=Decimal("48.8"),
        longitude=Decimal("2.3"),
        pivot="00000100800010",
        phone="+33199000001",
        typologies=list(standard.TYPOLOGIES),
        itinerances=list(standard.ITINERANCES),
        services=list(standard.SERVICES),
        publics=list(standard.PUBLICS),
        specific_care=list(standard.SPECIFIC_CARE),
        fees=list(standard.FEES),
        national_programmes=list(standard.NATIONAL_PROGRAMMES),
        trainings_labels=list(standard.TRAININGS_AND_LABELS),
        access_modes=list(standard.ACCESS_MODES),
        support_modes=list(standard.SUPPORT_MODES),
    )


def test_a_place_is_known_once_per_source() -> None:
    site()
    refused("site_is_known_once_per_source", site)
    site(source="Autre")


def test_a_dated_name_is_never_changed_nor_deleted() -> None:
    row = SiteName.objects.create(
        site=site(), name="Lieu", commune_code="94028", starts_on=date(2026, 1, 1), recorded_at=AT
    )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SiteName.objects.filter(pk=row.pk).update(name="Autre")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SiteName.objects.filter(pk=row.pk).delete()


def test_the_catalogue_and_the_places_speak_of_the_same_services() -> None:
    assert tuple(NationalService.values) == standard.SERVICES


def test_the_list_of_typologies_is_whole() -> None:
    assert len(standard.TYPOLOGIES) == len(set(standard.TYPOLOGIES)) == 92
    assert set(standard.TYPOLOGY_LABELS) <= set(standard.TYPOLOGIES)
    assert standard.typology_label("BIB") == "Bibliothèque ou médiathèque"
    assert standard.typology_label("ACI") == "ACI"
