import pytest

from mediation.policies.operator import operator_kind
from passnum.accounts.models import OrganisationKind


@pytest.mark.parametrize(
    ("siret", "name", "typologies", "is_public", "kind"),
    [
        ("21", "COMMUNE DE NULLE PART", [], True, OrganisationKind.COMMUNE),
        ("21", "Médiathèque", [], None, OrganisationKind.COMMUNE),
        ("22", "DEPARTEMENT DE NULLE PART", [], True, OrganisationKind.DEPARTEMENT),
        ("26", "CTRE COM ACTION SOCIALE DE NULLE PART", [], True, OrganisationKind.CCAS),
        ("26", "CENTRE COMMUNAL D'ACTION SOCIALE", [], True, OrganisationKind.CCAS),
        ("26", "Centre d’action sociale de la Ville", [], True, OrganisationKind.CCAS),
        ("26", "C.C.A.S. de Nulle Part", ["CCAS"], None, OrganisationKind.CCAS),
        ("40", "CENTRE SOCIAL ET CULTUREL", [], False, OrganisationKind.OTHER),
        ("40", "ASS TRAVAILLEURS", [], False, OrganisationKind.ASSOCIATION),
        ("40", "Association du quartier", [], False, OrganisationKind.ASSOCIATION),
        ("40", "ASSURANCES RÉUNIES", [], False, OrganisationKind.OTHER),
        ("21", "Le Lieu", [], False, OrganisationKind.OTHER),
        ("40", "Le Lieu", ["TIERS_LIEUX", "ASSO"], None, OrganisationKind.ASSOCIATION),
        ("40", "Caisse d'allocations familiales", [], None, OrganisationKind.CAF),
        ("000", "Bibliothèque", ["BIB", "MUNI"], None, OrganisationKind.COMMUNE),
    ],
)
def test_the_likeliest_kind(
    siret: str, name: str, typologies: list[str], is_public: bool | None, kind: OrganisationKind
) -> None:
    assert operator_kind(siret=siret, name=name, typologies=typologies, is_public=is_public) == kind
