"""How places were called on a day: reports and statements read this, never today's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, When

from mediation.models import SiteName


@dataclass(frozen=True, slots=True)
class SiteNameAsOf:
    name: str
    commune_code: str


def site_names_on(
    *, day: date, known_at: datetime | None = None, site_ids: Iterable[int] | None = None
) -> dict[int, SiteNameAsOf]:
    """Return the name and commune of places on a day, by primary key, in one statement.

    `known_at` leaves out what was recorded later. A place first named after that day bears its first name: an act may
    be older than the file that described the place.
    """
    rows = SiteName.objects.all()
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    if site_ids is not None:
        rows = rows.filter(site__in=list(site_ids))
    begun = Case(When(starts_on__lte=day, then=F("starts_on")))
    ordered = rows.order_by("site", begun.desc(nulls_last=True), "starts_on", "-recorded_at", "-pk").distinct("site")
    return {row.site_id: SiteNameAsOf(row.name, row.commune_code) for row in ordered}
