"""The forty places of a trial are plausible, placed where they say, and designate nobody."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from mediation import standard
from mediation.imports.site_file import COLUMNS, Shape, SiteFile
from passnum.territory.contours import contours_on, crossings, project
from tests.mediation.imports.place_files import read, territory

PATH = Path(__file__).parents[2] / "mediation" / "data" / "trial_sites.csv"
DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def trial() -> SiteFile:
    return read(PATH.read_bytes())


def lines() -> list[dict[str, str]]:
    return list(csv.DictReader(PATH.read_text(encoding="utf-8").splitlines()))


def test_it_is_a_faultless_file_of_the_current_standard(trial: SiteFile) -> None:
    assert trial.shape is Shape.V1
    assert (trial.errors, trial.notices) == ((), ())
    assert set(lines()[0]) == COLUMNS[Shape.V1]


def test_forty_places_stand_in_forty_communes_and_arrondissements(trial: SiteFile) -> None:
    assert len(trial.rows) == 40
    assert len({row.arrondissement_code or row.commune_code for row in trial.rows}) == 40
    assert {row.arrondissement_code for row in trial.rows if row.arrondissement_code} == {"75112", "75118"}
    assert len({row.source_id for row in trial.rows}) == len({row.name for row in trial.rows}) == 40


def test_postal_codes_are_those_of_the_communes() -> None:
    for line in lines():
        assert line["code_postal"] in territory().places[line["code_insee"]].postal_codes, line["nom"]
        named = territory().places[line["code_insee"]]
        assert line["commune"] == ("Paris" if named.parent_code else named.name)


def test_points_are_inside_their_commune(trial: SiteFile) -> None:
    for row in trial.rows:
        assert row.latitude is not None
        assert row.longitude is not None
        x, y = project(float(row.longitude), float(row.latitude))
        cuts = [at for at, _ in crossings(contours_on(day=DAY).shapes[row.commune_code].rings, (0, 1), y + 0.001)]
        assert any(left <= x <= right for left, right in zip(cuts[::2], cuts[1::2], strict=True)), row.name


def test_nobody_real_is_designated(trial: SiteFile) -> None:
    for row in trial.rows:
        assert row.summary.startswith("Lieu fictif, inventé pour l'essai du logiciel"), row.name
        assert row.siret == "" or row.siret.startswith("000"), row.name
        assert re.fullmatch(r"\+33(19900|63998)\d{4}", row.phone), row.name  # Arcep's numbers for fiction
        assert all(email.endswith(".example") for email in row.emails)
        assert all(re.fullmatch(r"https://[a-z0-9.-]+\.example/", site) for site in row.websites)
        assert row.source == "Essai du Pass numérique"


def test_trials_show_the_cases_of_the_field(trial: SiteFile) -> None:
    sirets = [row.siret for row in trial.rows if row.siret]
    assert len(sirets) == 38  # two wait for their operator
    assert len(set(sirets)) == 35  # some operators hold several places
    assert {service for row in trial.rows for service in row.services} == set(standard.SERVICES)
    assert any(row.itinerances == ["Itinérant"] for row in trial.rows)
    assert all(row.opening_hours and row.services and row.access_modes and row.support_modes for row in trial.rows)
    assert all(row.updated_on and row.updated_on < date(2026, 1, 1) for row in trial.rows)
