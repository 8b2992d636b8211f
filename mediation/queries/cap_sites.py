"""The list that each distributor of a CAP wave receives: the places whose tickets were used there.

« Sites that redeemed » until claims exist: who claimed payment will be read from the claims.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from mediation.models import OwedDecision, RedemptionLine, Site
from mediation.queries.site_name import site_names_on
from mediation.states import Owed
from passnum.kit.collation import sort_key
from vouchers.models import Wave

# What a spreadsheet would take for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CapSite:
    """A place of the list, named as on the last day of validity."""

    name: str
    operator: str
    siret: str
    address: str
    postal_code: str
    commune_code: str


def cap_sites(*, wave: Wave, day: date) -> list[CapSite]:
    """Return the places where a ticket of a wave was used and the act was not taken back, in alphabetical order.

    The whole wave's, whoever hands its booklets over: the list says nothing of one distributor's people.
    """
    undone = OwedDecision.objects.filter(line=OuterRef("pk"), owed=Owed.UNDONE)
    used = RedemptionLine.objects.filter(~Exists(undone), wave=wave, movement__isnull=False)
    with_acts = set(used.values_list("redemption__site", flat=True))
    names = site_names_on(day=day, site_ids=with_acts)
    sites = Site.objects.filter(pk__in=with_acts).select_related("operator")
    found = [
        CapSite(
            name=names[s.pk].name if s.pk in names else s.name,
            operator=s.operator.name if s.operator else "",
            siret=s.operator.siret if s.operator else "",
            address=s.address,
            postal_code=s.postal_code,
            commune_code=names[s.pk].commune_code if s.pk in names else s.commune_code,
        )
        for s in sites
    ]
    return sorted(found, key=lambda one: (sort_key(one.name), one.commune_code, one.address))


def cap_sites_csv(sites: list[CapSite]) -> str:
    """Return the list for a spreadsheet (« ; », marked UTF-8); a name never becomes a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["lieu", "structure", "siret", "adresse", "code_postal", "commune_insee"])
    for one in sites:
        cells = (one.name, one.operator, one.siret, one.address, one.postal_code, one.commune_code)
        writer.writerow([f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells])
    return out.getvalue()
