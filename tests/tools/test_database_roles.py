"""Making the two roles on a server that somebody gives, and refusing those that could rewrite the register."""

import re
import secrets
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import sql

from tests.database import Run
from tools.database_roles import (
    adopt_database,
    connect,
    prepare_database,
    with_database,
    with_role,
    without_password,
)
from tools.refusal import Refusal

PASSWORDS = {"owner_password": "owner-secret", "app_password": "app-secret"}


@pytest.fixture
def name(test_run: Run) -> Iterator[str]:
    """The name of a database that is not there, cleared with its roles at the end."""
    found = f"{test_run.template}_x{secrets.token_hex(3)}"
    yield found
    admin = connect(with_database(test_run.admin_url, "postgres"))
    with admin.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(found)))
        for role in (f"{found}_app", f"{found}_owner", f"{found}_creator", f"{found}_plain"):
            cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
    admin.close()


def run_sql(url: str, *statements: str) -> object:
    connection = connect(url)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
    finally:
        connection.close()
    return row[0] if row else None


def test_a_database_is_made_twice_without_harm(test_run: Run, name: str) -> None:
    url = with_database(test_run.admin_url, name)
    urls = adopt_database(url, None, **PASSWORDS)
    run_sql(urls.owner, "CREATE TABLE kept (n int)", f'GRANT SELECT ON kept TO "{name}_app"')
    again = adopt_database(url, None, owner_password="other", app_password="another")
    assert run_sql(again.owner, "SELECT count(*) FROM kept") == 0
    assert run_sql(again.app, "SELECT count(*) FROM kept") == 0
    assert "another" in again.app


def test_capitals_and_order_do_not_depend_on_the_server(test_run: Run, name: str) -> None:
    urls = prepare_database(test_run.admin_url, database=name, **PASSWORDS)
    assert run_sql(urls.app, "SELECT upper('é')") == "É"
    assert run_sql(urls.app, "SELECT 'Z' < 'a'") is True


def test_the_application_creates_nothing_and_strangers_do_not_enter(test_run: Run, name: str) -> None:
    urls = prepare_database(test_run.admin_url, database=name, **PASSWORDS)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run_sql(urls.app, "CREATE TABLE intruder (id int)")
    stranger = with_role(
        test_run.admin_url, database=name, user=test_run.roles.app, password=test_run.roles.app_password
    )
    with pytest.raises(Refusal, match="permission denied"):
        connect(stranger)


def test_an_empty_database_made_beforehand_is_taken_over(test_run: Run, name: str) -> None:
    run_sql(with_database(test_run.admin_url, "postgres"), f'CREATE DATABASE "{name}"')
    urls = adopt_database(with_database(test_run.admin_url, name), None, **PASSWORDS)
    run_sql(urls.owner, "CREATE TABLE ours (n int)")


def test_a_user_who_creates_roles_without_being_superuser_is_enough(test_run: Run, name: str) -> None:
    maintenance = with_database(test_run.admin_url, "postgres")
    run_sql(maintenance, f"CREATE ROLE \"{name}_creator\" LOGIN CREATEROLE CREATEDB PASSWORD 'creator'")
    creator = with_role(test_run.admin_url, database=name, user=f"{name}_creator", password="creator")
    urls = adopt_database(creator, None, **PASSWORDS)
    run_sql(urls.owner, "CREATE TABLE ours (n int)")
    adopt_database(creator, None, **PASSWORDS)


def test_a_plain_user_gets_the_sql_to_run_and_it_works(test_run: Run, name: str) -> None:
    maintenance = with_database(test_run.admin_url, "postgres")
    run_sql(maintenance, f"CREATE ROLE \"{name}_plain\" LOGIN PASSWORD 'plain'")
    plain = with_role(test_run.admin_url, database=name, user=f"{name}_plain", password="plain")
    with pytest.raises(Refusal, match="administrateur") as refused:
        adopt_database(plain, None, **PASSWORDS)
    given = str(refused.value).partition("\n\n")[2].replace("…", "chosen")
    server, _, inside = re.sub(r"\\connect \w+\n", "\0", given).partition("\0")
    run_sql(maintenance, *filter(None, map(str.strip, server.split(";"))))
    run_sql(with_database(test_run.admin_url, name), *filter(None, map(str.strip, inside.split(";"))))
    app = with_role(test_run.admin_url, database=name, user=f"{name}_app", password="chosen")
    owner = with_role(test_run.admin_url, database=name, user=f"{name}_owner", password="chosen")
    assert adopt_database(app, owner, **PASSWORDS).app == app
    with pytest.raises(Refusal, match="trop de pouvoirs"):
        adopt_database(owner, owner, **PASSWORDS)


@pytest.mark.parametrize("power", ["SUPERUSER", "CREATEDB", "CREATEROLE", "BYPASSRLS", "REPLICATION"])
def test_an_application_role_with_a_power_is_refused(test_run: Run, name: str, power: str) -> None:
    urls = prepare_database(test_run.admin_url, database=name, **PASSWORDS)
    run_sql(with_database(test_run.admin_url, "postgres"), f'ALTER ROLE "{name}_app" {power}')
    with pytest.raises(Refusal, match="trop de pouvoirs"):
        adopt_database(urls.app, urls.owner, **PASSWORDS)


@pytest.mark.parametrize("path", ["", "/", "/postgres", "/template1"])
def test_an_address_names_the_database_of_the_product(path: str) -> None:
    with pytest.raises(Refusal, match="ne nomme pas la base"):
        adopt_database(f"postgres://someone@127.0.0.1:1{path}", None, **PASSWORDS)


def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        server_version = 140011
        autocommit = False

        def close(self) -> None:
            pass

    monkeypatch.setattr(psycopg2, "connect", lambda *_, **__: Old())
    with pytest.raises(Refusal, match="est un PostgreSQL 14"):
        connect("postgres://someone@127.0.0.1/passnum")


def test_an_address_is_shown_without_its_password() -> None:
    shown = without_password("postgres://someone:hidden@/passnum?host=/run/x&password=hidden")
    assert shown == "postgres://someone@/passnum?host=%2Frun%2Fx"
