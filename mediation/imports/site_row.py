"""One line of a file of places, whatever its shape, into the columns of a place or into the list of its errors."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from mediation import standard
from mediation.imports import fields, words
from mediation.imports.report import FieldRefused, RowError
from passnum.kit.collation import sort_key
from passnum.territory.queries.communes import Territory

Value = TypeVar("Value")

UNNAMED_SOURCE: Final = "Fichier au standard national"
_IDENTITY_LENGTH: Final = 16  # hexadecimal digits: no collision among a million places


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A line that can be kept. The names are those of the columns of `Site`, but `line`, `siret` and `is_public`."""

    line: int
    siret: str
    is_public: bool | None
    source: str
    source_id: str
    pivot: str
    name: str
    commune_code: str
    arrondissement_code: str
    postal_code: str
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    updated_on: date | None
    address_complement: str = ""
    typologies: list[str] = field(default_factory=list)
    phone: str = ""
    emails: list[str] = field(default_factory=list)
    websites: list[str] = field(default_factory=list)
    opening_hours: str = ""
    summary: str = ""
    description: str = ""
    itinerances: list[str] = field(default_factory=list)
    parent_structure: str = ""
    services: list[str] = field(default_factory=list)
    publics: list[str] = field(default_factory=list)
    specific_care: list[str] = field(default_factory=list)
    fees: list[str] = field(default_factory=list)
    national_programmes: list[str] = field(default_factory=list)
    trainings_labels: list[str] = field(default_factory=list)
    other_trainings_labels: list[str] = field(default_factory=list)
    access_modes: list[str] = field(default_factory=list)
    support_modes: list[str] = field(default_factory=list)
    accessibility_url: str = ""
    booking_url: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns of `Site` that a file may write."""
        values = asdict(self)
        for own in ("line", "siret", "is_public"):
            del values[own]
        return values


@dataclass(slots=True)
class Reading:
    """What reading a file needs and gathers: its day and territory, the errors, and what should be told once."""

    territory: Territory
    today: date
    errors: list[RowError] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


class _Cells:
    """The cells of one line: each is taken once, what is refused is written down and replaced by a default."""

    def __init__(self, line: int, cells: Mapping[str, str], reading: Reading) -> None:
        self.line, self._cells, self._reading = line, cells, reading
        self.is_good = True

    def raw(self, column: str) -> str:
        return self._cells.get(column, "")

    def take(self, column: str, read: Callable[[str], Value], default: Value) -> Value:
        return self.check(column, lambda: read(self.raw(column)), default)

    def check(self, column: str, read: Callable[[], Value], default: Value) -> Value:
        try:
            return read()
        except FieldRefused as refused:
            self.is_good = False
            self._reading.errors.append(RowError(self.line, column, str(refused)))
            return default

    def many(self, column: str, read: Callable[[str], list[str]]) -> list[str]:
        nothing: list[str] = []
        return self.take(column, read, nothing)

    def text(self, column: str, max_length: int, *, is_required: bool = False) -> str:
        return self.take(column, lambda cell: fields.text(cell, max_length, is_required=is_required), "")

    def listed(self, column: str, allowed: tuple[str, ...]) -> list[str]:
        return self.many(column, lambda cell: words.listed(cell, allowed))

    def old_words(self, column: str, old: Mapping[str, str], current: tuple[str, ...]) -> list[str]:
        nothing: tuple[list[str], list[str]] = ([], [])
        kept, lost = self.take(column, lambda cell: words.translated(cell, old, current), nothing)
        for word in lost:
            self._reading.told[
                f"«\u00a0{word}\u00a0» n'a pas d'équivalent dans le standard v1.0.2 et n'est pas gardé"
            ] += 1
        return kept

    def place(self) -> dict[str, Any]:
        """Read where the place stands: its codes, its address and its point."""
        postal_code = self.take("code_postal", fields.postal_code, "")
        name = self.text("commune", 80)
        commune = self.check(
            "code_insee",
            lambda: fields.commune(self.raw("code_insee"), name, postal_code, self._reading.territory),
            fields.Commune("", ""),
        )
        told = len(self._reading.errors)
        latitude = self.take("latitude", fields.coordinate, None)
        longitude = self.take("longitude", fields.coordinate, None)
        if len(self._reading.errors) == told:
            self.check("latitude", lambda: fields.check_inside(latitude, longitude), None)
        return {
            "postal_code": postal_code,
            "commune_code": commune.code,
            "arrondissement_code": commune.arrondissement_code,
            "address": self.text("adresse", 255, is_required=True),
            "latitude": latitude,
            "longitude": longitude,
        }


def read_national(line: int, cells: Mapping[str, str], reading: Reading, *, is_old: bool) -> SiteRow | None:
    """Read a line of the national standard, v1.0.2 or (`is_old`) v0.1.1; None when something must be corrected."""
    row = _Cells(line, cells, reading)
    pivot = row.take("pivot", fields.pivot, fields.Pivot("", ""))
    if any(mark in row.raw("telephone") for mark in "|;/"):
        reading.told["plusieurs téléphones sont donnés, le premier est gardé"] += 1
    values: dict[str, Any] = {
        "source": row.text("source", 120) or UNNAMED_SOURCE,
        "source_id": row.text("id", 120, is_required=True),
        "pivot": pivot.number,
        "name": row.text("nom", 200, is_required=True),
        **row.place(),
        "address_complement": row.text("complement_adresse", 255),
        "typologies": row.many("typologie", fields.typologies),
        "phone": row.take("telephone", fields.phone, ""),
        "websites": row.many("site_web", fields.websites),
        "opening_hours": row.text("horaires", 1000),
        "parent_structure": row.text("structure_parente", 200),
        "updated_on": row.take("date_maj", lambda cell: fields.updated_on(cell, reading.today), None),
        "booking_url": row.take("prise_rdv", fields.url, ""),
        **(_old_words(row) if is_old else _current_words(row)),
    }
    if not row.is_good:
        return None
    return SiteRow(line=line, siret=pivot.siret, is_public=None, **values)


def _current_words(row: _Cells) -> dict[str, Any]:
    return {
        "emails": row.many("courriels", fields.emails),
        "summary": row.text("presentation_resume", standard.SUMMARY_MAX_LENGTH),
        "description": row.take("presentation_detail", lambda cell: fields.prose(cell, 5000), ""),
        "itinerances": row.listed("itinerance", standard.ITINERANCES),
        "services": row.listed("services", standard.SERVICES),
        "publics": row.listed("publics_specifiquement_adresses", standard.PUBLICS),
        "specific_care": row.listed("prise_en_charge_specifique", standard.SPECIFIC_CARE),
        "fees": row.listed("frais_a_charge", standard.FEES),
        "national_programmes": row.listed("dispositif_programmes_nationaux", standard.NATIONAL_PROGRAMMES),
        "trainings_labels": row.listed("formations_labels", standard.TRAININGS_AND_LABELS),
        "other_trainings_labels": row.many("autres_formations_labels", lambda cell: fields.free_words(cell, 200)),
        "access_modes": row.listed("modalites_acces", standard.ACCESS_MODES),
        "support_modes": row.listed("modalites_accompagnement", standard.SUPPORT_MODES),
        "accessibility_url": row.take("fiche_acces_libre", fields.url, ""),
    }


def _old_words(row: _Cells) -> dict[str, Any]:
    """Read the columns of v0.1.1, renamed or split since."""
    welcomed = row.old_words("publics_accueillis", words.OLD_PUBLICS, (*standard.PUBLICS, *standard.SPECIFIC_CARE))
    labels = row.old_words("labels_nationaux", words.OLD_LABELS, words.ALL_LABELS)
    others = row.many("labels_autres", lambda cell: fields.free_words(cell, 200))
    summary, detail = _shortened(row)
    return {
        "emails": row.many("courriel", fields.emails),
        "summary": summary,
        "description": detail,
        "services": words.among(row.old_words("services", words.OLD_SERVICES, standard.SERVICES), standard.SERVICES),
        "publics": words.among(welcomed, standard.PUBLICS),
        "specific_care": words.among(welcomed, standard.SPECIFIC_CARE),
        "fees": words.among(row.old_words("conditions_acces", words.OLD_CONDITIONS, standard.FEES), standard.FEES),
        "national_programmes": words.among(labels, standard.NATIONAL_PROGRAMMES),
        "trainings_labels": words.among(labels, standard.TRAININGS_AND_LABELS),
        "other_trainings_labels": [*(label for label in labels if label not in words.ALL_LABELS), *others],
        "support_modes": words.among(
            row.old_words("modalites_accompagnement", words.OLD_SUPPORT_MODES, standard.SUPPORT_MODES),
            standard.SUPPORT_MODES,
        ),
        "accessibility_url": row.take("accessibilite", fields.url, ""),
    }


def _shortened(row: _Cells) -> tuple[str, str]:
    """Return the summary (500 characters in v0.1.1, 280 since) and the description; nothing is lost."""
    summary = row.text("presentation_resume", 500)
    detail = row.take("presentation_detail", lambda cell: fields.prose(cell, 4000), "")
    if len(summary) <= standard.SUMMARY_MAX_LENGTH:
        return summary, detail
    cut = summary[: standard.SUMMARY_MAX_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    return cut, f"{summary}\n\n{detail}".strip()


def read_metropole(line: int, cells: Mapping[str, str], reading: Reading) -> SiteRow | None:
    """Read a line of the Métropole's own table, which has no identifier: name, commune and address make one."""
    row = _Cells(line, cells, reading)
    pivot = row.take("siret", fields.pivot, fields.Pivot("", ""))
    source = row.text("source", 120, is_required=True)
    values: dict[str, Any] = {"name": row.text("nom", 200, is_required=True), **row.place()}
    if not row.is_good:
        return None
    identity = "|".join(sort_key(values[part]) for part in ("name", "commune_code", "postal_code", "address"))
    programmes = {"conseillers-numeriques": "Conseillers numériques", "france-services": "France Services"}
    return SiteRow(
        line=line,
        siret=pivot.siret,
        is_public={"publique": True, "privée": False}.get(row.raw("type").strip()),
        source=source,
        source_id=hashlib.sha256(identity.encode()).hexdigest()[:_IDENTITY_LENGTH],
        pivot=pivot.number,
        updated_on=None,
        national_programmes=[name for prefix, name in programmes.items() if source.startswith(prefix)],
        **values,
    )
