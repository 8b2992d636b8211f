"""Bring places in from a file already read (`mediation.imports`). A file never erases: what it leaves out stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from mediation.imports.site_row import SiteRow
from mediation.models import Site, SiteName
from mediation.policies.operator import operator_kind
from passnum.accounts.models import Organisation, OrganisationName
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError

# Imports go one after the other: two of one file at once would create its places twice.
LOCK_NAME = "mediation.import_sites"
BATCH = 500


class TrialAndRealMixed(DomainError):
    code = "TRIAL_AND_REAL_MIXED"
    message = (
        "«\u00a0{name}\u00a0» est déjà connu comme {known}\u00a0: un lieu d’essai et un lieu réel ne se remplacent pas. "
        "Vérifiez l’option d’essai."
    )


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Places written; `to_complete_count` counts those of the file whose operator is still unknown."""

    created_count: int
    updated_count: int
    unchanged_count: int
    operators_count: int
    to_complete_count: int


@transaction.atomic
def import_sites(*, rows: Sequence[SiteRow], by: Actor, at: datetime, is_trial: bool = False) -> ImportResult:
    """Create or update places by (source, identifier); an operator is found by its SIRET, or created.

    A new name or commune becomes a dated row. Raises NotAllowed, TrialAndRealMixed.
    """
    check_role(by, Role.PILOT, Role.LABEL_OFFICER, Role.ISSUER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK_NAME])
    today = paris_date(at)
    operators, created_operators = _operators(rows, today, at)
    known = {
        (site.source, site.source_id): site for site in Site.objects.filter(source__in={row.source for row in rows})
    }
    created: list[Site] = []
    changed: list[Site] = []
    named: list[tuple[Site, date]] = []
    sites: list[Site] = []
    for row in rows:
        site = known.get((row.source, row.source_id))
        columns = _columns(row, operators)
        if site is None:
            site = Site(**columns, is_trial=is_trial, created_at=at, recorded_at=at)
            created.append(site)
            named.append((site, row.updated_on or today))
        else:
            if site.is_trial != is_trial:
                raise TrialAndRealMixed(name=site.name, known="lieu d'essai" if site.is_trial else "lieu réel")
            differing = _differing(site, columns)
            if differing & {"name", "commune_code"}:
                named.append((site, row.updated_on or today))
            if differing:
                changed.append(_with(site, columns, at))
        sites.append(site)
    _write(created, changed)
    _write_names(named, today, at)
    result = ImportResult(
        created_count=len(created),
        updated_count=len(changed),
        unchanged_count=len(sites) - len(created) - len(changed),
        operators_count=created_operators,
        to_complete_count=sum(not site.is_complete for site in sites),
    )
    record_audit(
        act="IMPORT_SITES", subject_type="site", subject=None, by=by, at=at, is_trial=is_trial,
        created=result.created_count, updated=result.updated_count, operators=result.operators_count,
    )  # fmt: skip
    return result


def _columns(row: SiteRow, operators: Mapping[str, Organisation]) -> dict[str, Any]:
    """Return what the row says; it is silent on an operator or a number that it does not have."""
    columns = row.columns()
    if row.siret:
        columns["operator_id"] = operators[row.siret].pk
    if not row.pivot:
        del columns["pivot"]
    if row.updated_on is None:
        del columns["updated_on"]
    return columns


def _differing(site: Site, columns: Mapping[str, Any]) -> set[str]:
    return {name for name, value in columns.items() if getattr(site, name) != value}


def _with(site: Site, columns: Mapping[str, Any], at: datetime) -> Site:
    for name, value in columns.items():
        setattr(site, name, value)
    site.recorded_at = at
    return site


def _write(created: Sequence[Site], changed: Sequence[Site]) -> None:
    Site.objects.bulk_create(created, batch_size=BATCH)
    # One INSERT … ON CONFLICT DO UPDATE per batch: a row-by-row CASE over thirty columns takes minutes on a big file.
    kept = {"id", "uid", "source", "source_id", "is_trial", "created_at"}
    columns = [field.name for field in Site._meta.concrete_fields if field.name not in kept]
    Site.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["source", "source_id"], update_fields=columns
    )


def _write_names(named: Sequence[tuple[Site, date]], today: date, at: datetime) -> None:
    """Date each name from the day its source says it was updated, never before the name that it replaces."""
    known = SiteName.objects.filter(site__in=[site for site, _ in named])
    latest = dict(known.values("site").annotate(day=Max("starts_on")).values_list("site", "day"))
    SiteName.objects.bulk_create(
        [
            SiteName(
                site=site,
                name=site.name,
                commune_code=site.commune_code,
                starts_on=max(min(day, today), latest.get(site.pk, date.min)),
                recorded_at=at,
            )
            for site, day in named
        ],
        batch_size=BATCH,
    )


def _operators(rows: Sequence[SiteRow], today: date, at: datetime) -> tuple[dict[str, Organisation], int]:
    """Return the organisation of each SIRET and how many had to be created."""
    first: dict[str, SiteRow] = {}
    for row in rows:
        if row.siret:
            first.setdefault(row.siret, row)
    candidates: dict[str, list[Organisation]] = {}
    for organisation in Organisation.objects.filter(siret__in=first).order_by("pk"):
        candidates.setdefault(organisation.siret, []).append(organisation)
    operators: dict[str, Organisation] = {}
    created: list[Organisation] = []
    for siret, row in first.items():
        kind = operator_kind(siret=siret, name=row.name, typologies=row.typologies, is_public=row.is_public)
        present = candidates.get(siret, [])
        if present:  # one legal person may have several hats: the likeliest one first
            operators[siret] = next((one for one in present if one.kind == kind), present[0])
        else:
            operators[siret] = Organisation(
                kind=kind, name=row.name, siret=siret, commune_code=row.commune_code, created_at=at
            )
            created.append(operators[siret])
    Organisation.objects.bulk_create(created, batch_size=BATCH)
    OrganisationName.objects.bulk_create(
        [
            OrganisationName(
                organisation=one,
                name=one.name,
                commune_code=one.commune_code,
                starts_on=min(first[one.siret].updated_on or today, today),
                recorded_at=at,
            )
            for one in created
        ],
        batch_size=BATCH,
    )
    return operators, len(created)
