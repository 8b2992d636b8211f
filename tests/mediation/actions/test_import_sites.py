from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest

from mediation.actions.import_sites import ImportResult, TrialAndRealMixed, import_sites
from mediation.imports.site_row import SiteRow
from mediation.models import Site, SiteName
from passnum.accounts.models import Organisation, OrganisationKind, OrganisationName
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import NotAllowed
from passnum.kit.models import AuditEntry
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase
from tests.lifecycle import organisation, person
from tests.mediation.imports.place_files import GOOD_METROPOLE, GOOD_V1, OTHER_SIRET, SIRET, metropole_rows, read, table

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = AT + timedelta(days=40)


def rows_of(*rows: dict[str, str]) -> Sequence[SiteRow]:
    found = read(table(rows))
    assert found.errors == ()
    return found.rows


def bring(*rows: dict[str, str], at: datetime = AT, is_trial: bool = False) -> ImportResult:
    return import_sites(rows=rows_of(*rows), by=SYSTEM, at=at, is_trial=is_trial)


@pytest.mark.django_db
class TestImport:
    def test_a_place_its_name_and_its_operator_are_created(self) -> None:
        assert bring(GOOD_V1) == ImportResult(1, 0, 0, 1, 0)
        site = Site.objects.get(source="Essai", source_id="lieu-1")
        assert site.operator is not None
        assert (site.operator.siret, site.operator.kind) == (SIRET, OrganisationKind.COMMUNE)  # typologie BIB|MUNI
        assert (site.is_trial, site.created_at, site.is_complete) == (False, AT, True)
        named = SiteName.objects.get(site=site)
        assert (named.name, named.commune_code, named.starts_on) == (site.name, "94028", date(2026, 1, 15))
        assert OrganisationName.objects.get(organisation=site.operator).starts_on == date(2026, 1, 15)
        entry = AuditEntry.objects.get(act="IMPORT_SITES")
        assert entry.details == {"created": 1, "updated": 0, "operators": 1, "is_trial": False}

    def test_importing_again_changes_nothing(self) -> None:
        bring(*metropole_rows())
        assert bring(*metropole_rows(), at=LATER) == ImportResult(0, 0, 24, 0, 6)
        assert SiteName.objects.count() == 24
        assert not Site.objects.filter(recorded_at=LATER).exists()

    def test_a_place_without_siret_is_known_and_cannot_be_paid(self) -> None:
        assert bring(GOOD_V1 | {"pivot": "00000000000000"}) == ImportResult(1, 0, 0, 0, 1)
        site = Site.objects.get()
        assert not site.is_complete
        assert list(Site.objects.to_complete()) == [site]
        assert not Site.objects.complete().exists()

    def test_an_arrondissement_is_a_detail_of_paris(self) -> None:
        bring(*metropole_rows())
        assert Site.objects.in_commune("75056").count() == 15
        assert Site.objects.in_commune("75107").count() == 1
        assert set(SiteName.objects.values_list("commune_code", flat=True)) == {"75056", "94028"}

    def test_a_change_updates_the_place_and_keeps_its_identity(self) -> None:
        bring(GOOD_V1)
        before = Site.objects.get()
        assert bring(GOOD_V1 | {"telephone": "0199000002", "services": ""}, at=LATER) == ImportResult(0, 1, 0, 0, 0)
        site = Site.objects.get()
        assert (site.pk, site.uid, site.created_at) == (before.pk, before.uid, AT)
        assert (site.phone, site.services, site.recorded_at) == ("+33199000002", [], LATER)
        assert SiteName.objects.count() == 1

    def test_a_new_name_is_a_new_dated_row(self) -> None:
        bring(GOOD_V1)
        bring(GOOD_V1 | {"nom": "La Fabrique", "date_maj": "2026-02-20"}, at=LATER)
        rows = SiteName.objects.order_by("starts_on").values_list("name", "starts_on", "recorded_at")
        assert list(rows) == [
            ("Médiathèque d'essai", date(2026, 1, 15), AT),
            ("La Fabrique", date(2026, 2, 20), LATER),
        ]

    def test_a_new_name_never_starts_before_the_one_it_replaces(self) -> None:
        bring(GOOD_V1)
        bring(GOOD_V1 | {"nom": "La Fabrique", "date_maj": "2025-06-01"}, at=LATER)
        assert SiteName.objects.get(name="La Fabrique").starts_on == date(2026, 1, 15)

    def test_a_new_commune_is_a_new_dated_row_too(self) -> None:
        bring(GOOD_V1)
        bring(GOOD_V1 | {"code_insee": "94002", "code_postal": "94140", "latitude": "", "longitude": ""}, at=LATER)
        assert list(SiteName.objects.order_by("pk").values_list("commune_code", flat=True)) == ["94028", "94002"]

    def test_a_file_does_not_erase_what_it_does_not_know(self) -> None:
        bring(GOOD_V1)
        bring(GOOD_V1 | {"pivot": "", "date_maj": "1970-01-01", "horaires": ""}, at=LATER)
        site = Site.objects.get()
        assert site.operator is not None
        assert (site.pivot, site.updated_on, site.opening_hours) == (SIRET, date(2026, 1, 15), "")

    def test_places_that_a_file_leaves_out_stay(self) -> None:
        bring(GOOD_V1, GOOD_V1 | {"id": "lieu-2"})
        bring(GOOD_V1, at=LATER)
        assert Site.objects.count() == 2

    def test_several_places_of_one_siret_share_their_operator(self) -> None:
        assert bring(GOOD_V1, GOOD_V1 | {"id": "lieu-2", "nom": "Annexe"}).operators_count == 1
        assert Organisation.objects.get(siret=SIRET).sites.count() == 2

    def test_an_organisation_already_known_is_taken_under_its_likeliest_hat(self) -> None:
        organisation("La Poste d'essai", OrganisationKind.OTHER, siret=SIRET)
        town = organisation("Mairie d'essai", OrganisationKind.COMMUNE, siret=SIRET)
        other = organisation("Autre", OrganisationKind.ENTREPRISE, siret=OTHER_SIRET)
        assert bring(GOOD_V1, GOOD_V1 | {"id": "lieu-2", "pivot": OTHER_SIRET}).operators_count == 0
        assert Site.objects.get(source_id="lieu-1").operator == town
        assert Site.objects.get(source_id="lieu-2").operator == other

    def test_the_same_identifier_of_another_source_is_another_place(self) -> None:
        bring(GOOD_V1)
        assert bring(GOOD_V1 | {"source": "Autre"}).created_count == 1

    def test_trial_and_real_places_never_replace_each_other(self) -> None:
        bring(GOOD_V1, is_trial=True)
        assert not Site.objects.real().exists()
        with pytest.raises(TrialAndRealMixed, match="lieu d’essai"):
            bring(GOOD_V1 | {"nom": "Vrai"})
        assert Site.objects.get().name == "Médiathèque d'essai"

    @pytest.mark.parametrize("role", [Role.PILOT, Role.LABEL_OFFICER, Role.ISSUER])
    def test_who_labels_or_pilots_may_import(self, role: Role) -> None:
        by = person(organisation("Métropole", OrganisationKind.METROPOLE), role)
        assert import_sites(rows=rows_of(GOOD_V1), by=by, at=AT).created_count == 1

    @pytest.mark.parametrize(
        "role", sorted(set(Role) - {Role.PILOT, Role.LABEL_OFFICER, Role.ISSUER}, key=lambda role: role.value)
    )
    def test_others_may_not(self, role: Role) -> None:
        by = person(organisation("Métropole", OrganisationKind.METROPOLE), role)
        with pytest.raises(NotAllowed):
            import_sites(rows=rows_of(GOOD_V1), by=by, at=AT)
        assert not Site.objects.exists()

    def test_a_thousand_places_are_written_then_updated_in_seconds(self) -> None:
        files = [
            rows_of(*(GOOD_V1 | {"id": f"lieu-{rank}", "nom": f"{name} {rank}"} for rank in range(1000)))
            for name in ("Lieu", "Endroit")
        ]
        started = perf_counter()
        assert import_sites(rows=files[0], by=SYSTEM, at=AT).created_count == 1000
        assert import_sites(rows=files[1], by=SYSTEM, at=LATER).updated_count == 1000
        assert perf_counter() - started < 20
        assert SiteName.objects.count() == 2000


def test_two_imports_of_one_file_at_once_create_its_places_once(fresh_database: FreshDatabase) -> None:
    rows = rows_of(GOOD_METROPOLE, *metropole_rows())
    results = parallel(4, lambda _: import_sites(rows=rows, by=SYSTEM, at=AT))
    created = [result.created_count for result in results if isinstance(result, ImportResult)]
    assert sorted(created) == [0, 0, 0, 25]
    assert Site.objects.count() == SiteName.objects.count() == 25
    assert Organisation.objects.filter(siret__in=[SIRET, OTHER_SIRET]).count() == 2
