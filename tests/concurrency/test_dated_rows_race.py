"""A name stamped before a seal and committed after it changes no report: the same pair gives the same names for ever."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, connections, transaction

from passnum.accounts.models import Organisation, OrganisationKind, OrganisationName
from passnum.kit import marks
from passnum.kit.actor import SYSTEM
from passnum.kit.models import Mark
from reporting.queries.names import organisations_as_of
from reporting.queries.pair import AsOf
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase
from vouchers.models import Seal
from vouchers.register.sealer import seal_movements
from vouchers.register.writer import Context, Place, declare
from vouchers.states import Act, HolderKind, TitleStatus

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DAY = date(2026, 5, 4)
CONSUMED = Place(TitleStatus.REDEEMED, HolderKind.CONSUMED)
PATIENCE = 10.0


def call_it(organisation: Organisation, name: str, at: datetime) -> OrganisationName:
    return OrganisationName.objects.create(organisation=organisation, name=name, starts_on=DAY, recorded_at=at)


def write_a_fact() -> None:
    declare(Act.SETTLE_OWED, place=CONSUMED, context=Context(happened_at=AT, at=AT, by=SYSTEM))


def told(organisation: Organisation, seal: int) -> str:
    return organisations_as_of(known=AsOf(DAY, seal), ids=[organisation.pk])[organisation.pk].name


@pytest.fixture
def town(fresh_database: FreshDatabase) -> Organisation:
    town = Organisation.objects.create(kind=OrganisationKind.COMMUNE, name="Ville", created_at=AT)
    call_it(town, "Ancien nom", AT - timedelta(days=2))
    write_a_fact()
    return town


def sealer_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted)",
            [marks.LOCK],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def race(town: Organisation) -> tuple[str, str]:
    """Rename in a transaction that is open while another seals; return the name at that seal, then and at the end."""
    written, sealed = Event(), Event()
    seen: list[str] = []

    def act(index: int) -> None:
        if index == 0:
            with transaction.atomic():
                call_it(town, "Nouveau nom", AT - timedelta(minutes=1))
                written.set()
                limit = time.monotonic() + PATIENCE
                while not (sealed.is_set() or sealer_waits()) and time.monotonic() < limit:
                    time.sleep(0.01)
        else:
            assert written.wait(PATIENCE)
            made = seal_movements(at=AT)
            assert made is not None
            seen.append(told(town, made.number))
            sealed.set()

    assert parallel(2, act) == [None, None]
    return seen[0], told(town, Seal.objects.latest("number").number)


def test_a_name_being_written_is_waited_for_and_belongs_to_the_seal(town: Organisation) -> None:
    assert race(town) == ("Nouveau nom", "Nouveau nom")


@pytest.fixture
def line_not_held(town: Organisation) -> Iterator[None]:
    """The control: a row takes its number without the lock."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public.kit_present_mark() RETURNS integer LANGUAGE sql AS"
            " 'SELECT m.number FROM public.kit_mark m'"
        )
    yield


@pytest.mark.usefixtures("line_not_held")
def test_control_without_the_lock_a_report_changes_after_it_was_read(town: Organisation) -> None:
    assert race(town) == ("Ancien nom", "Nouveau nom")


def test_what_is_written_after_a_seal_belongs_to_the_next_whatever_its_clock_says(town: Organisation) -> None:
    seal_movements(at=AT)
    late = call_it(town, "Nouveau nom", AT - timedelta(days=1))
    late.refresh_from_db()
    assert (late.after_mark, Mark.objects.get().number) == (1, 1)
    assert told(town, 1) == "Ancien nom"
    write_a_fact()
    seal_movements(at=AT)
    assert (told(town, 1), told(town, 2)) == ("Ancien nom", "Nouveau nom")


def test_the_database_gives_the_number_whatever_is_sent(town: Organisation) -> None:
    seal_movements(at=AT)
    sent = OrganisationName.objects.create(organisation=town, name="Faux", starts_on=DAY, recorded_at=AT, after_mark=0)
    sent.refresh_from_db()
    assert sent.after_mark == 1


def test_the_lock_of_the_database_is_that_of_the_code() -> None:
    assert f"pg_advisory_xact_lock_shared({marks.LOCK})" in marks.FUNCTIONS
