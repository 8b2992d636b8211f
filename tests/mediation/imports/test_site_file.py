from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from stdnum import luhn

from mediation.imports.site_file import Shape
from passnum.kit.csv_table import FileRefused
from tests.mediation.imports.place_files import (
    GOOD_METROPOLE,
    GOOD_V0,
    GOOD_V1,
    SIRET,
    metropole_rows,
    read,
    table,
)


def one(row: dict[str, str], **options: Any) -> Any:
    found = read(table([row], **options))
    assert found.errors == ()
    (kept,) = found.rows
    return kept


def error_of(column: str, value: str, good: dict[str, str] = GOOD_V1) -> str:
    """Return the sentence for a bad value, checking that its line and column are named and nothing else is wrong."""
    found = read(table([good, good | {"id": "lieu-2", "nom": "Autre lieu", column: value}]))
    assert len(found.rows) == 1
    (error,) = found.errors
    assert error.line == 3
    assert error.field == column
    return error.sentence


class TestCurrentStandard:
    def test_a_line_gives_every_column(self) -> None:
        row = one(GOOD_V1 | {"complement_adresse": "Hall B", "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/a/"})
        assert row.line == 2
        assert row.columns() == {
            "source": "Essai",
            "source_id": "lieu-1",
            "pivot": SIRET,
            "name": "Médiathèque d'essai",
            "commune_code": "94028",
            "arrondissement_code": "",
            "postal_code": "94000",
            "address": "1 rue de l'Exemple",
            "address_complement": "Hall B",
            "latitude": Decimal("48.778400"),
            "longitude": Decimal("2.453600"),
            "typologies": ["BIB", "MUNI"],
            "phone": "+33199000001",
            "emails": ["contact@lieu.example"],
            "websites": ["https://lieu.example/"],
            "opening_hours": "Mo-Fr 09:00-12:00,14:00-18:30; PH off",
            "summary": "Un lieu fictif.",
            "description": "",
            "itinerances": ["Fixe"],
            "parent_structure": "",
            "updated_on": date(2026, 1, 15),
            "services": ["Aide aux démarches administratives", "Accès internet et matériel informatique"],
            "publics": [],
            "specific_care": [],
            "fees": [],
            "national_programmes": [],
            "trainings_labels": [],
            "other_trainings_labels": [],
            "access_modes": ["Se présenter", "Téléphoner"],
            "support_modes": ["En autonomie", "Accompagnement individuel"],
            "accessibility_url": "https://acceslibre.beta.gouv.fr/a/",
            "booking_url": "",
        }
        assert row.siret == SIRET

    def test_separator_and_encoding_do_not_matter(self) -> None:
        assert one(GOOD_V1, delimiter=";").columns() == one(GOOD_V1).columns()
        latin = read(table([GOOD_V1], encoding="cp1252"))
        assert latin.rows[0].name == "Médiathèque d'essai"
        assert "Windows-1252" in latin.notices[0]

    @pytest.mark.parametrize("pivot", ["", "00000000000000", " 0000 "])
    def test_an_unknown_number_is_no_error(self, pivot: str) -> None:
        row = one(GOOD_V1 | {"pivot": pivot})
        assert (row.pivot, row.siret) == ("", "")

    def test_the_exception_of_la_poste_holds(self) -> None:
        """Its establishments have no Luhn key: the sum of their digits is a multiple of 5."""
        assert not luhn.is_valid("35600000012003")
        assert one(GOOD_V1 | {"pivot": "35600000012003"}).siret == "35600000012003"

    @pytest.mark.parametrize("pivot", ["W751234567", "000001008"])
    def test_an_rna_or_a_siren_is_kept_but_pays_nobody(self, pivot: str) -> None:
        row = one(GOOD_V1 | {"pivot": pivot})
        assert (row.pivot, row.siret) == (pivot, "")

    @pytest.mark.parametrize(
        ("pivot", "part"),
        [
            ("00000100800011", "clé"),
            ("35600000012004", "clé"),
            ("0000010080001", "13 chiffres"),
            ("2,175E+13", "tableur"),
            ("2.175E+13", "tableur"),
            ("000001009", "clé"),
            ("SIRET inconnu", "ni un SIRET"),
            ("W75-123", "ni un SIRET"),
        ],
    )
    def test_a_wrong_number_is_told(self, pivot: str, part: str) -> None:
        assert part in error_of("pivot", pivot)

    @pytest.mark.parametrize(
        ("column", "value", "part"),
        [
            ("id", " ", "obligatoire"),
            ("nom", "", "obligatoire"),
            ("nom", "=cmd|' /C calc'!A0", "formule"),
            ("nom", "+SOMME(A1)", "formule"),
            ("nom", "a" * 201, "201 caractères"),
            ("nom", "a\x07b", "invisible"),
            ("adresse", "", "obligatoire"),
            ("code_postal", "9400", "code postal"),
            ("code_postal", "٩٤٠٠٠", "code postal"),
            ("code_insee", "77284", "pas de telle commune dans la Métropole au 02/03/2026"),
            ("code_insee", "9428", "code INSEE"),
            ("code_insee", "75121", "pas de telle commune"),
            ("latitude", "quarante-huit", "coordonnée"),
            ("latitude", "NaN", "coordonnée"),
            ("latitude", "1e400", "coordonnée"),
            ("latitude", "", "vont ensemble"),
            ("latitude", "43.5", "hors de la Métropole"),
            ("typologie", "BIB|MAIRIE", "MAIRIE"),
            ("telephone", "12", "téléphone"),
            ("telephone", "+33 1 99 00 00 0X", "téléphone"),
            ("courriels", "pas une adresse", "adresse électronique"),
            ("site_web", "javascript:alert(1)", "adresse web"),
            ("fiche_acces_libre", "ftp://lieu.example/", "adresse web"),
            ("prise_rdv", "https://" + "a" * 600 + ".example", "adresse web"),
            ("presentation_resume", "x" * 281, "281 caractères"),
            ("date_maj", "", "date"),
            ("date_maj", "hier", "date"),
            ("date_maj", "2026-02-30", "date"),
            ("date_maj", "2026-03-03", "à venir"),
            ("services", "Aide aux démarches administratives|Café", "Café"),
            ("itinerance", "Mobile", "Itinérant"),
            ("frais_a_charge", "Gratuit|Offert", "Offert"),
        ],
    )
    def test_each_bad_value_is_told_with_its_line_and_column(self, column: str, value: str, part: str) -> None:
        assert part in error_of(column, value)

    def test_swapped_coordinates_are_recognised(self) -> None:
        found = read(table([GOOD_V1 | {"latitude": "2.4536", "longitude": "48.7784"}]))
        assert "échangées" in found.errors[0].sentence

    def test_all_the_errors_of_a_line_are_told_at_once(self) -> None:
        found = read(table([GOOD_V1 | {"nom": "", "code_postal": "x", "telephone": "12", "services": "Café"}]))
        assert [error.field for error in found.errors] == ["code_postal", "nom", "services", "telephone"]
        assert found.rows == ()

    def test_a_repeated_identifier_is_told(self) -> None:
        found = read(table([GOOD_V1, GOOD_V1 | {"nom": "Autre"}, GOOD_V1 | {"source": "Autre source"}]))
        assert len(found.rows) == 2
        (error,) = found.errors
        assert (error.line, error.field) == (3, "id")
        assert "ligne 2" in error.sentence

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("Ce lieu n’accueille pas de public", ["Ce lieu n'accueille pas de public"]),
            ("se présenter ; TÉLÉPHONER", ["Se présenter", "Téléphoner"]),
            ("Téléphoner|Se présenter|Téléphoner", ["Se présenter", "Téléphoner"]),
            ("", []),
        ],
    )
    def test_words_are_written_as_the_standard_writes_them(self, written: str, kept: list[str]) -> None:
        assert one(GOOD_V1 | {"modalites_acces": written}).access_modes == kept

    @pytest.mark.parametrize(
        ("column", "written", "attribute", "kept"),
        [
            ("formations_labels", "Étapes numériques(La Poste)", "trainings_labels", ["Étapes numériques (La Poste)"]),
            ("formations_labels", "SUD LABS", "trainings_labels", ["SUD LABS (PACA)"]),
            (
                "frais_a_charge",
                "Gratuit : Je peux accéder gratuitement au lieu et à ses services",
                "fees",
                ["Gratuit"],
            ),
            (
                "prise_en_charge_specifique",
                "Illetrisme, Langues étrangères (anglais)",
                "specific_care",
                ["Illettrisme", "Langues étrangères (anglais)"],
            ),
            (
                "modalites_accompagnement",
                "À distance (par téléphone ou en visioconférence)|Dans un atelier collectif : j'apprends",
                "support_modes",
                ["Dans un atelier collectif", "À distance"],
            ),
            ("dispositif_programmes_nationaux", "point d’accès numérique caf", "national_programmes",
             ["Point d'accès numérique CAF"]),
        ],
    )  # fmt: skip
    def test_older_spellings_are_understood(self, column: str, written: str, attribute: str, kept: list[str]) -> None:
        assert getattr(one(GOOD_V1 | {column: written}), attribute) == kept

    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("01 99 00 00 01", "+33199000001"),
            ("0033 1.99.00.00.01", "+33199000001"),
            ("33199000001", "+33199000001"),
            ("+262262000000", "+262262000000"),
            ("+33199000001|+33199000002", "+33199000001"),
            ("", ""),
        ],
    )
    def test_phones_become_international(self, written: str, kept: str) -> None:
        assert one(GOOD_V1 | {"telephone": written}).phone == kept

    def test_several_addresses_are_split(self) -> None:
        row = one(
            GOOD_V1
            | {
                "courriels": "A@lieu.example; b@lieu.example|a@lieu.example",
                "site_web": "https://lieu.example/?a=1;b|www.autre.example, https://tiers.example/",
            }
        )
        assert row.emails == ["a@lieu.example", "b@lieu.example"]
        assert row.websites == ["https://lieu.example/?a=1;b", "https://www.autre.example", "https://tiers.example/"]

    @pytest.mark.parametrize(
        ("code", "commune", "postal_code", "expected"),
        [
            ("75112", "Paris", "75012", ("75056", "75112")),
            ("75056", "Paris", "75012", ("75056", "75112")),
            ("75056", "Paris", "75116", ("75056", "75116")),
            ("75056", "Paris", "75999", ("75056", "")),
            ("", "Paris", "75018", ("75056", "75118")),
            ("", "L'HAY LES ROSES", "94240", ("94038", "")),
            ("93059", "Pierrefitte-sur-Seine", "93380", ("93066", "")),
        ],
    )
    def test_the_commune_is_the_one_that_governs(
        self, code: str, commune: str, postal_code: str, expected: tuple[str, str]
    ) -> None:
        place = {"code_insee": code, "commune": commune, "code_postal": postal_code, "latitude": "", "longitude": ""}
        row = one(GOOD_V1 | place)
        assert (row.commune_code, row.arrondissement_code) == expected

    def test_the_commune_is_that_of_the_day(self) -> None:
        row = GOOD_V1 | {"code_insee": "93059", "date_maj": "2024-01-01", "latitude": "", "longitude": ""}
        assert read(table([row]), day=date(2024, 12, 31)).rows[0].commune_code == "93059"

    def test_a_date_published_for_unknown_is_no_date(self) -> None:
        assert one(GOOD_V1 | {"date_maj": "1970-01-01"}).updated_on is None

    def test_a_file_without_source_has_one(self) -> None:
        assert one(GOOD_V1 | {"source": ""}).source == "Fichier au standard national"

    def test_unknown_columns_are_told(self) -> None:
        found = read(table([GOOD_V1 | {"couleur": "bleu"}]))
        assert "couleur" in found.notices[0]
        assert found.shape is Shape.V1


class TestStandardOf2022:
    def test_renamed_and_split_columns_find_their_place(self) -> None:
        found = read(table([GOOD_V0], delimiter=";"))
        assert found.shape is Shape.V0
        assert found.errors == ()
        (row,) = found.rows
        assert row.services == ["Aide aux démarches administratives", "Accès internet et matériel informatique"]
        assert row.publics == ["Familles et/ou enfants"]
        assert row.specific_care == ["Déficience visuelle"]
        assert row.fees == ["Gratuit sous condition", "Payant"]
        assert row.national_programmes == ["France Services", "Point d'accès numérique CAF"]
        assert row.trainings_labels == ["Fabriques de Territoire"]
        assert row.other_trainings_labels == ["APTIC", "SudLabs", "Réseau local"]
        assert row.support_modes == ["En autonomie", "Accompagnement individuel"]
        assert row.emails == ["contact@lieu.example"]
        assert row.websites == ["https://lieu.example/", "https://autre.example/page"]
        assert row.accessibility_url == "https://acceslibre.beta.gouv.fr/app/lieu/"
        assert row.phone == "+33199000001"
        assert row.updated_on == date(2026, 1, 15)

    def test_what_has_no_equivalent_is_told_once(self) -> None:
        found = read(table([GOOD_V0, GOOD_V0 | {"id": "lieu-2"}]))
        assert any("cle_ban" in notice for notice in found.notices)
        assert any("Adultes" in notice and "2 lignes" in notice for notice in found.notices)

    def test_a_long_summary_is_cut_and_kept_in_full_below(self) -> None:
        long = "Un lieu fictif " * 30
        row = one(GOOD_V0 | {"presentation_resume": long, "presentation_detail": "Le détail."})
        assert len(row.summary) <= 280
        assert row.summary.endswith("…")
        assert row.description == f"{long.strip()}\n\nLe détail."

    @pytest.mark.parametrize(
        ("column", "value"),
        [("services", "Faire du café"), ("labels_nationaux", "Label inconnu"), ("conditions_acces", "Offert")],
    )
    def test_a_word_of_no_version_is_told(self, column: str, value: str) -> None:
        assert "v0.1.1" in error_of(column, value, GOOD_V0)


class TestTableOfTheMetropole:
    def test_15_arrondissements_of_24_lead_to_paris(self) -> None:
        found = read(table(metropole_rows()))
        assert found.shape is Shape.METROPOLE
        assert found.errors == ()
        assert len(found.rows) == 24
        inner = [row for row in found.rows if row.arrondissement_code]
        assert len(inner) == 15
        assert {row.commune_code for row in inner} == {"75056"}
        assert sum(not row.siret for row in found.rows) == 6

    def test_identifiers_are_made_and_stable(self) -> None:
        first, again = one(GOOD_METROPOLE), one(GOOD_METROPOLE | {"siret": "", "latitude": "48.7785"})
        assert first.source_id == again.source_id
        assert len(first.source_id) == 16
        assert one(GOOD_METROPOLE | {"nom": "Autre"}).source_id != first.source_id

    def test_an_identical_line_is_one_place_and_told(self) -> None:
        found = read(table([GOOD_METROPOLE, GOOD_METROPOLE]))
        assert (len(found.rows), found.errors) == (1, ())
        assert any("ligne 3 répète la ligne 2" in notice for notice in found.notices)

    def test_two_descriptions_of_one_place_are_an_error(self) -> None:
        found = read(table([GOOD_METROPOLE, GOOD_METROPOLE | {"latitude": "48.7"}]))
        assert [error.line for error in found.errors] == [3]

    def test_the_source_says_the_programme(self) -> None:
        assert one(GOOD_METROPOLE).national_programmes == ["Conseillers numériques"]
        assert one(GOOD_METROPOLE | {"source": "france-services-2021"}).national_programmes == ["France Services"]


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("data", "part"),
        [
            (b"", "vide"),
            (b"id,nom\n", "colonnes obligatoires"),
            (table([GOOD_V1]).split(b"\n")[0], "que son en-tête"),
            (b"source,nom,siret\na,b,c\n", "code_insee"),
        ],
    )
    def test_what_cannot_be_read_is_refused_whole(self, data: bytes, part: str) -> None:
        with pytest.raises(FileRefused, match=part):
            read(data)

    def test_a_line_with_a_missing_or_extra_cell_is_told(self) -> None:
        good = table([GOOD_V1]).decode().splitlines()
        found = read(
            "\n".join([*good, "x,y", good[1] + ",de trop", good[1].replace("lieu-1", "lieu-2") + ",,"]).encode()
        )
        assert [(error.line, error.field) for error in found.errors] == [(3, "(ligne entière)"), (4, "(ligne entière)")]
        assert len(found.rows) == 2

    def test_ten_thousand_bad_lines_are_told_without_slowness(self) -> None:
        bad = GOOD_V1 | {
            "pivot": "12345678901234",
            "code_insee": "99999",
            "latitude": "x",
            "telephone": "x",
            "courriels": "x",
            "site_web": "x" * 500,
            "services": "x, y, z",
            "date_maj": "x",
            "horaires": "=" * 1000,
        }
        data = table([bad | {"id": f"lieu-{rank}"} for rank in range(10_000)])
        started = perf_counter()
        found = read(data)
        assert perf_counter() - started < 10
        assert len(found.errors) == 9 * 10_000
        assert found.rows == ()
