"""Make the tables of the territory what the committed reference files say. Nothing is deleted: the past stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.collation import sort_key
from passnum.territory import reference
from passnum.territory.models import Commune, CommunePeriod, Ept, EptMembership, Population
from passnum.territory.models.dated import Dated

# One loader at a time: a web server and a worker may start together.
LOCK_NAME = "territory.load_territory"


@dataclass(frozen=True, slots=True)
class TerritoryLoad:
    """Rows written by a load, and rows that were already right."""

    created_count: int
    updated_count: int
    unchanged_count: int

    def __add__(self, other: "TerritoryLoad") -> "TerritoryLoad":
        return TerritoryLoad(
            self.created_count + other.created_count,
            self.updated_count + other.updated_count,
            self.unchanged_count + other.unchanged_count,
        )


@transaction.atomic
def load_territory(*, by: Actor, at: datetime) -> TerritoryLoad:
    """Create or update communes, arrondissements, EPT and populations. Idempotent; refused rows change nothing.

    Raises IntegrityError when the files and the tables disagree on the past (two rows of one commune on one day).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK_NAME])
    epts, ept_load = _load_epts()
    communes, load = _load_communes()
    load += ept_load
    load += _load_dated(CommunePeriod, communes, _periods(communes))
    load += _load_dated(EptMembership, communes, _memberships(epts))
    load += _load_dated(Population, communes, _populations())
    if load.created_count or load.updated_count:
        record_audit(
            act="LOAD_TERRITORY", subject_type="territory", subject=None, by=by, at=at,
            created=load.created_count, updated=load.updated_count,
        )  # fmt: skip
    return load


def _load_epts() -> tuple[dict[str, Ept], TerritoryLoad]:
    latest = {ept.number: ept for table in reference.tables() for ept in table.epts}
    wanted = [Ept(number=ept.number, name=ept.name, siren=ept.siren) for ept in latest.values()]
    known = {ept.number: ept for ept in Ept.objects.all()}
    load = _save(Ept, wanted, known, lambda ept: ept.number, ("name", "siren"))
    return {ept.number: ept for ept in Ept.objects.all()}, load


def _load_communes() -> tuple[dict[str, Commune], TerritoryLoad]:
    parents = {row.code: row.parent_code for table in reference.tables() for row in table.communes}
    load = TerritoryLoad(0, 0, 0)
    for is_child in (False, True):  # a parent first
        known = {commune.code: commune for commune in Commune.objects.all()}
        wanted = [
            Commune(code=code, parent=known[parent] if parent else None)
            for code, parent in parents.items()
            if bool(parent) == is_child
        ]
        load += _save(Commune, wanted, known, lambda commune: commune.code, ("parent_id",))
    return {commune.code: commune for commune in Commune.objects.all()}, load


Rows = Iterable[tuple[reference.Span[Any], Mapping[str, Any]]]


def _periods(communes: Mapping[str, Commune]) -> Rows:
    ends = {(row.code, row.last_day): communes[row.successor_code] for row in reference.successions()}
    for span in reference.spans(lambda row, table: (row.name, row.departement, row.siren, row.postal_codes)):
        name, departement, siren, postal_codes = span.fact
        successor = ends.get((span.code, span.valid_until)) if span.valid_until else None
        yield (
            span,
            {
                "name": name,
                "sort_key": sort_key(name),
                "departement": departement,
                "siren": siren,
                "postal_codes": list(postal_codes),
                "successor_id": successor.pk if successor else None,
            },
        )


def _memberships(epts: Mapping[str, Ept]) -> Rows:
    for span in reference.spans(lambda row, table: row.ept_number or None):
        yield span, {"ept_id": epts[span.fact].pk}


def _populations() -> Rows:
    for span in reference.spans(
        lambda row, table: None if row.inhabitants is None else (row.inhabitants, table.census_year)
    ):
        inhabitants, census_year = span.fact
        yield span, {"inhabitants_count": inhabitants, "census_year": census_year}


def _load_dated(model: type[Dated], communes: Mapping[str, Commune], rows: Rows) -> TerritoryLoad:
    wanted, columns = [], {"valid_until"}
    for span, values in rows:
        columns |= values.keys()
        wanted.append(
            model(commune_id=communes[span.code].pk, valid_from=span.valid_from, valid_until=span.valid_until, **values)
        )
    known = {(row.commune_id, row.valid_from): row for row in model.objects.all()}
    return _save(model, wanted, known, lambda row: (row.commune_id, row.valid_from), sorted(columns))


def _save(
    model: type[models.Model],
    wanted: Iterable[Any],
    known: Mapping[Any, Any],
    key_of: Any,
    columns: Iterable[str],
) -> TerritoryLoad:
    """Write what differs. Updates go first: a row that now ends makes room for the one that follows."""
    created, updated, unchanged = [], [], 0
    names = tuple(columns)
    for row in wanted:
        present = known.get(key_of(row))
        if present is None:
            created.append(row)
        elif any(getattr(present, name) != getattr(row, name) for name in names):
            row.pk = present.pk
            updated.append(row)
        else:
            unchanged += 1
    if updated:
        model._default_manager.bulk_update(updated, [name.removesuffix("_id") for name in names])
    if created:
        model._default_manager.bulk_create(created)
    return TerritoryLoad(len(created), len(updated), unchanged)
