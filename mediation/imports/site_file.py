"""A file of places: which shape it has, which lines can be kept, what must be corrected. No database.

Three shapes are known by their header, whatever the separator: the national standard v1.0.2, its v0.1.1 of 2022, and
the table of structures of the Métropole (no identifier, no date).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from mediation.imports.report import RowError
from mediation.imports.site_row import Reading, SiteRow, read_metropole, read_national
from passnum.kit.csv_table import CsvTable, FileRefused, Line, read_csv
from passnum.territory.queries.communes import Territory


class Shape(Enum):
    """What a file is, said to the person."""

    V1 = "standard national v1.0.2"
    V0 = "standard national v0.1.1"
    METROPOLE = "table des structures de la Métropole"


# fmt: off
_BOTH: Final = frozenset({
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude",
    "longitude", "typologie", "telephone", "site_web", "horaires", "presentation_resume", "presentation_detail",
    "source", "structure_parente", "date_maj", "services", "modalites_accompagnement", "prise_rdv",
})
COLUMNS: Final = {
    Shape.V1: _BOTH | {
        "courriels", "itinerance", "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
        "dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "modalites_acces",
        "fiche_acces_libre",
    },
    Shape.V0: _BOTH | {
        "courriel", "cle_ban", "publics_accueillis", "conditions_acces", "labels_nationaux", "labels_autres",
        "accessibilite",
    },
    Shape.METROPOLE: frozenset({
        "source", "nom", "siret", "type", "code_insee", "commune", "ept", "adresse", "code_postal", "latitude",
        "longitude", "qpv", "nb_conseillers",
    }),
}
_REQUIRED: Final = {
    Shape.V1: ("id", "nom", "commune", "code_postal", "adresse", "date_maj"),
    Shape.V0: ("id", "nom", "commune", "code_postal", "adresse", "date_maj"),
    Shape.METROPOLE: ("source", "nom", "code_insee", "adresse", "code_postal"),
}
# Columns that are known and have nowhere to go: told once, not an error.
_LEFT_OUT: Final = {Shape.V1: (), Shape.V0: ("cle_ban",), Shape.METROPOLE: ("ept", "qpv", "nb_conseillers")}
_RENAMED: Final = {"modalite_acces": "modalites_acces"}  # as the standard's own example spells it
# fmt: on


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What was understood of a file. `rows` are good whatever happens to the others."""

    shape: Shape
    lines_count: int
    rows: tuple[SiteRow, ...]
    errors: tuple[RowError, ...]
    notices: tuple[str, ...]


def read_sites(data: bytes, *, territory: Territory, today: date) -> SiteFile:
    """Read a file of places against the territory of a day; nothing is written.

    Raises FileRefused when the file as a whole cannot be read.
    """
    table = read_csv(data, known_columns=frozenset().union(*COLUMNS.values(), _RENAMED))
    table = replace(table, columns=tuple(_RENAMED.get(name, name) for name in table.columns))
    shape = _shape_of(table.columns)
    reading = Reading(territory, today)
    rows: list[SiteRow] = []
    lines_count = 0
    for line in table.lines():
        lines_count += 1
        row = _read_line(line, table, shape, reading)
        if row is not None:
            rows.append(row)
    if not lines_count:
        raise FileRefused(sentence="Le fichier n’a que son en-tête\u00a0: aucune ligne à importer.")
    kept = _without_doubles(rows, shape, reading)
    return SiteFile(
        shape=shape,
        lines_count=lines_count,
        rows=tuple(kept),
        errors=tuple(sorted(reading.errors)),
        notices=(*table.notices, *_notices(table, shape, reading)),
    )


def _shape_of(columns: Collection[str]) -> Shape:
    present = set(columns)
    if {"siret", "nom", "source"} <= present and "id" not in present:
        shape = Shape.METROPOLE
    else:
        is_old = (present & (COLUMNS[Shape.V0] - _BOTH)) and not (present & (COLUMNS[Shape.V1] - _BOTH))
        shape = Shape.V0 if is_old else Shape.V1
    missing = [name for name in _REQUIRED[shape] if name not in present]
    if missing:
        raise FileRefused(
            sentence=f"L’en-tête ne porte pas les colonnes obligatoires ({shape.value})\u00a0: {', '.join(missing)}."
        )
    return shape


def _read_line(line: Line, table: CsvTable, shape: Shape, reading: Reading) -> SiteRow | None:
    expected = len(table.columns)
    if line.cell_count < expected or any(cell.strip() for cell in line.beyond):
        reading.errors.append(
            RowError(
                line.number,
                "(ligne entière)",
                f"La ligne a {line.cell_count} cellules, l'en-tête en a {expected}\u00a0: un séparateur manque ou dépasse.",
            )
        )
        return None
    if shape is Shape.METROPOLE:
        return read_metropole(line.number, line.cells, reading)
    return read_national(line.number, line.cells, reading, is_old=shape is Shape.V0)


def _without_doubles(rows: Iterable[SiteRow], shape: Shape, reading: Reading) -> list[SiteRow]:
    """Keep the first line of an identifier; an identical line of a table without identifiers is only told."""
    first: dict[tuple[str, str], SiteRow] = {}
    for row in rows:
        seen = first.setdefault((row.source, row.source_id), row)
        if seen is row:
            continue
        if shape is Shape.METROPOLE and replace(row, line=seen.line) == seen:
            reading.told[f"la ligne {row.line} répète la ligne {seen.line}\u00a0: un seul lieu est gardé"] += 1
            continue
        column = "nom" if shape is Shape.METROPOLE else "id"
        reading.errors.append(
            RowError(
                row.line, column, f"Ce lieu est déjà décrit à la ligne {seen.line}\u00a0: gardez une seule des deux."
            )
        )
    return list(first.values())


def _notices(table: CsvTable, shape: Shape, reading: Reading) -> list[str]:
    present = [name for name in table.columns if name]
    unknown = [name for name in present if name not in COLUMNS[shape]]
    left_out = [name for name in present if name in _LEFT_OUT[shape]]
    told = [f"Colonnes inconnues, non lues\u00a0: {', '.join(unknown)}."] if unknown else []
    told += [f"Colonnes non gardées\u00a0: {', '.join(left_out)}."] if left_out else []
    for sentence, count in sorted(reading.told.items()):
        told.append(f"{sentence[0].upper()}{sentence[1:]}{f' ({count} lignes)' if count > 1 else ''}.")
    return told
