"""The role of the product, which also runs the tests, can do no more than its work."""

import psycopg2
import pytest
from django.db import ProgrammingError, connections, transaction

from passnum.kit.guards import guarded_models
from passnum.kit.guards_check import missing_guards

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

REFUSED = "42501"  # SQLSTATE insufficient_privilege


def refused(statement: str) -> bool:
    """Return whether the database refuses this to the application's role, for want of a right."""
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        assert isinstance(error.__cause__, psycopg2.Error)
        return error.__cause__.pgcode == REFUSED
    return False


def ask(statement: str) -> object:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    assert row is not None
    return row[0]


def test_the_two_aliases_are_two_roles_of_one_database() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        owner, database = cursor.fetchone()
    assert ask("SELECT current_database()") == database
    assert str(ask("SELECT current_user")).endswith("_app")
    assert owner.endswith("_owner")


def test_the_role_has_no_power() -> None:
    powers = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls")
    assert ask(f"SELECT {' OR '.join(powers)} FROM pg_roles WHERE rolname = current_user") is False


def test_the_role_belongs_to_no_other() -> None:
    assert ask("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == 0


def test_the_role_owns_nothing() -> None:
    assert ask("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == 0
    assert ask("SELECT count(*) FROM pg_proc WHERE proowner = current_user::regrole") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE intruder (id int)",
        "CREATE TEMPORARY TABLE intruder (id int)",
        "CREATE SCHEMA intruder",
        "CREATE FUNCTION intruder() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE vouchers_movement",
        "ALTER TABLE vouchers_movement DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE pg_write_all_data",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('kit', 'x', now())",
        "INSERT INTO kit_transition (noun, source, target) VALUES ('vouchers_ticket', '', 'REDEEMED')",
    ],
)
def test_the_role_is_refused(statement: str) -> None:
    assert refused(statement)


def test_the_role_empties_no_table() -> None:
    with connections["owner"].cursor() as cursor:
        tables = connections["owner"].introspection.table_names(cursor)
    assert len(tables) > len(guarded_models()) / 2
    assert [table for table in tables if not refused(f'TRUNCATE "{table}" CASCADE')] == []


def test_every_guard_is_in_place() -> None:
    with connections["default"].cursor() as cursor:
        assert missing_guards(cursor) == []


def test_only_the_two_roles_may_connect() -> None:
    acl = str(ask("SELECT datacl::text FROM pg_database WHERE datname = current_database()"))
    # An entry without a name before "=" would be everybody's.
    assert not any(entry.startswith("=") for entry in acl.strip("{}").split(","))
