"""How organisations and places were called, and where they stood, at a pair (cut-off day, seal): dated rows only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Expression, ExpressionWrapper, Q

from mediation.models import Service, SiteName
from passnum.accounts.models import OrganisationName
from reporting.queries.pair import AsOf


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation or a place as it was: public id, name, INSEE code of its commune (empty when unknown)."""

    uid: str
    name: str
    commune_code: str


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    uid: UUID
    name: str
    commune_code: str
    starts_on: date
    recorded_at: datetime
    is_known: bool


def _choose(rows: Iterable[_Row], known: AsOf) -> Named:
    """Keep the row that held on the cut-off day as far as was known then; failing that the first one ever recorded."""
    rows = list(rows)
    held = [r for r in rows if r.starts_on <= known.cut_off_on and r.is_known]
    row = (
        max(held, key=lambda r: (r.starts_on, r.recorded_at, r.pk))
        if held
        else min(rows, key=lambda r: (r.recorded_at, r.starts_on, r.pk))
    )
    return Named(str(row.uid), row.name, row.commune_code)


def _grouped(values: Iterable[tuple[Any, ...]]) -> dict[Any, list[_Row]]:
    found: dict[Any, list[_Row]] = defaultdict(list)
    for key, *columns in values:
        found[key].append(_Row(*columns))
    return found


def _known(condition: Q) -> Expression:
    """Tell of each row whether it was written before the seal."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def organisations_as_of(*, known: AsOf, ids: Collection[int]) -> dict[int, Named]:
    """Return the organisations of primary keys."""
    rows = OrganisationName.objects.filter(organisation__in=list(ids)).values_list(
        "organisation_id",
        "pk",
        "organisation__uid",
        "name",
        "commune_code",
        "starts_on",
        "recorded_at",
        _known(Q(after_mark__lt=known.seal_number)),
    )
    return {key: _choose(found, known) for key, found in _grouped(rows).items()}


def sites_as_of(*, known: AsOf, uids: Collection[str]) -> dict[str, Named]:
    """Return the places of public ids, as the register writes them."""
    rows = SiteName.objects.filter(site__uid__in=list(uids)).values_list(
        "site__uid",
        "pk",
        "site__uid",
        "name",
        "commune_code",
        "starts_on",
        "recorded_at",
        _known(Q(after_mark__lt=known.seal_number)),
    )
    return {str(key): _choose(found, known) for key, found in _grouped(rows).items()}


def service_names(*, codes: Collection[str]) -> dict[str, str]:
    """Return the services' names by code; a service keeps its name for ever."""
    return dict(Service.objects.filter(code__in=list(codes)).values_list("code", "name"))
