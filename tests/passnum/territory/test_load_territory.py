from datetime import UTC, date, datetime
from io import StringIO
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connections, transaction

from passnum.kit.actor import SYSTEM
from passnum.kit.models import AuditEntry
from passnum.territory import reference
from passnum.territory.actions.territory import TerritoryLoad, load_territory
from passnum.territory.models import Commune, CommunePeriod, EptMembership, Population
from tests.database import FreshDatabase

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TABLES = ("population", "eptmembership", "communeperiod", "commune", "ept")


def test_the_files_give_131_then_130_communes() -> None:
    assert [len([row for row in table.communes if not row.parent_code]) for table in reference.tables()] == [131, 130]
    assert sum(row.inhabitants or 0 for row in reference.tables()[0].communes) == 7_115_576
    assert sum(row.inhabitants or 0 for row in reference.tables()[1].communes) == 7_142_540


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    before = AuditEntry.objects.filter(act="LOAD_TERRITORY").count()
    assert load_territory(by=SYSTEM, at=AT) == TerritoryLoad(0, 0, 707)
    assert AuditEntry.objects.filter(act="LOAD_TERRITORY").count() == before


@pytest.mark.django_db
def test_a_row_that_was_changed_is_put_right() -> None:
    CommunePeriod.objects.filter(commune__code="92048").update(name="Meudon-les-Bains", siren="000000000")
    Population.objects.filter(commune__code="92048").update(inhabitants_count=1)
    assert load_territory(by=SYSTEM, at=AT) == TerritoryLoad(0, 3, 704)  # one period, two census years
    assert CommunePeriod.objects.get(commune__code="92048").name == "Meudon"
    assert AuditEntry.objects.filter(act="LOAD_TERRITORY").latest("pk").details == {"created": 0, "updated": 3}


def test_an_empty_base_is_filled_quickly_and_a_base_of_2024_gets_the_merger(fresh_database: FreshDatabase) -> None:
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM territory_{table}")
    started = perf_counter()
    assert load_territory(by=SYSTEM, at=AT) == TerritoryLoad(707, 0, 0)
    assert perf_counter() - started < 2
    with connections["owner"].cursor() as cursor:  # as if loaded before the merger was known
        cursor.execute("DELETE FROM territory_communeperiod WHERE valid_from = '2025-01-01'")
        cursor.execute("UPDATE territory_communeperiod SET valid_until = NULL, successor_id = NULL")
    assert load_territory(by=SYSTEM, at=AT) == TerritoryLoad(1, 2, 704)
    assert CommunePeriod.objects.on(date(2025, 1, 1)).filter(commune__parent=None).count() == 130


@pytest.mark.django_db
def test_spans_join_years_that_say_the_same() -> None:
    assert CommunePeriod.objects.filter(commune__code="92048").count() == 1
    merged = CommunePeriod.objects.filter(commune__code="93066").order_by("valid_from")
    assert list(merged.values_list("siren", flat=True)) == ["219300662", "929939411"]
    assert EptMembership.objects.filter(commune__code="93066").count() == 1
    assert EptMembership.objects.get(commune__code="93059").valid_until == date(2024, 12, 31)
    assert Commune.objects.filter(parent__code="75056").count() == 20


@pytest.mark.django_db
def test_files_that_contradict_the_past_are_refused_whole() -> None:
    CommunePeriod.objects.filter(commune__code="92048").update(valid_from=date(2017, 1, 1))
    Population.objects.filter(commune__code="92002").update(inhabitants_count=1)
    with pytest.raises(CommandError, match="rien n’a été changé"):
        call_command("load_territory", stdout=StringIO())
    assert Population.objects.filter(inhabitants_count=1).count() == 2


@pytest.mark.django_db
def test_the_past_is_not_the_application_s_to_delete() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CommunePeriod.objects.filter(commune__code="93059").delete()


@pytest.mark.django_db
def test_the_command_says_what_it_did() -> None:
    out = StringIO()
    call_command("load_territory", stdout=out)
    assert out.getvalue() == (
        "Territoire chargé\u00a0: 130 communes aujourd'hui (0 lignes ajoutées, 0 corrigées, 707 déjà justes).\n"
    )
