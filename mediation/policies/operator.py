"""What kind of organisation holds a place, guessed from what a file says of it; a person may put it right later."""

import re
from collections.abc import Collection
from typing import Final

from passnum.accounts.models import OrganisationKind
from passnum.kit.collation import sort_key

_BY_TYPOLOGY: Final = {
    "CCAS": OrganisationKind.CCAS,
    "CIAS": OrganisationKind.CCAS,
    "CAF": OrganisationKind.CAF,
    "MUNI": OrganisationKind.COMMUNE,
    "CD": OrganisationKind.DEPARTEMENT,
    "DEPT": OrganisationKind.DEPARTEMENT,
    "PREF": OrganisationKind.ETAT,
    "ASSO": OrganisationKind.ASSOCIATION,
}
_BY_NAME: Final = (
    (r"\bCCAS\b|\bCIAS\b|\b(CENTRE|CTRE) ((INTER)?COMMUNAL )?(COM )?D? ?ACTION SOCIALE\b", OrganisationKind.CCAS),
    (r"\bCAISSE D ALLOCATIONS FAMILIALES\b", OrganisationKind.CAF),
    (r"^ASS(OCIATION|OC)?\b", OrganisationKind.ASSOCIATION),
)
# INSEE gives the SIREN of public bodies by their nature: 21 communes, 22 départements.
_BY_SIREN: Final = {"21": OrganisationKind.COMMUNE, "22": OrganisationKind.DEPARTEMENT}


def operator_kind(*, siret: str, name: str, typologies: Collection[str], is_public: bool | None) -> OrganisationKind:
    """Return the likeliest kind: the typology says it, else the name, else the first digits of the SIREN."""
    for code in typologies:
        if code in _BY_TYPOLOGY:
            return _BY_TYPOLOGY[code]
    plain = sort_key(name)
    for pattern, kind in _BY_NAME:
        if re.search(pattern, plain):
            return kind
    if is_public is not False and siret[:2] in _BY_SIREN:
        return _BY_SIREN[siret[:2]]
    return OrganisationKind.OTHER
