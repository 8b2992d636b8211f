"""The database and its two roles: `owner` creates and migrates tables, `app` runs the product and owns nothing.

Used by the supervisor for a trial and by the tests; a production does the same by hand (docs/exploitation.md).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import encrypt_password

from tools.refusal import Refusal

MAINTENANCE_DATABASE = "postgres"
OLDEST_SERVER = 150000  # CREATE on schema public is nobody's by default since 15
BUILTIN_LOCALE_SERVER = 170000
# Two test runs may prepare roles on one server at once; the lock's number means nothing.
ROLES_LOCK = 7_403_001
# Roles that do more than read and write rows; `app` must be none of these.
POWERS = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls")


@dataclass(frozen=True)
class Roles:
    """Names and passwords of the two roles of one database."""

    owner: str
    owner_password: str
    app: str
    app_password: str


@dataclass(frozen=True)
class DatabaseUrls:
    """The addresses of one database, for each role."""

    app: str
    owner: str


def with_role(url: str, *, database: str, user: str, password: str) -> str:
    """Return the URL of another database and role on the same server."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(("postgres", f"{login}@{host}", f"/{quote(database, safe='')}", parts.query, ""))


def with_database(url: str, database: str) -> str:
    """Return the URL of another database of the same server, as the same user."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{quote(database, safe='')}", parts.query, ""))


def database_name(url: str) -> str:
    """Return the name of the database that a URL leads to. Raises Refusal when it names none."""
    name = unquote(urlsplit(url).path.lstrip("/"))
    if not name or name in {MAINTENANCE_DATABASE, "template0", "template1"}:
        raise Refusal(
            "DATABASE_URL ne nomme pas la base du Pass numérique : écrivez par exemple "
            "postgres://utilisateur@serveur/passnum."
        )
    return name


def connect(url: str) -> Connection:
    """Open a connection in autocommit, or say in one sentence why the server does not answer."""
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except (psycopg2.OperationalError, psycopg2.ProgrammingError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "sans explication"
        raise Refusal(f"La base {without_password(url)} ne répond pas : {reason}.") from None
    connection.autocommit = True
    if connection.server_version < OLDEST_SERVER:
        found = f"{connection.server_version // 10000}"
        connection.close()
        raise Refusal(f"Le serveur est un PostgreSQL {found} : il faut la version 15 ou une plus récente.")
    return connection


def without_password(url: str) -> str:
    """Return the URL as it may be shown."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    shown = [(key, value) for key, value in parse_qsl(parts.query) if key != "password"]
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{host}", parts.path, urlencode(shown), ""))


def may_create_roles(connection: Connection) -> bool:
    """Return whether this user may create both the roles and the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    return bool(row and row[0])


def ensure_roles(connection: Connection, roles: Roles) -> None:
    """Create the two roles, or give those present these passwords."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ROLES_LOCK])
        try:
            for name, password in ((roles.owner, roles.owner_password), (roles.app, roles.app_password)):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                # The server receives a SCRAM verifier: a password would be written in its logs.
                verifier = encrypt_password(password, name, scope=connection, algorithm="scram-sha-256")
                cursor.execute(
                    sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(sql.Identifier(name), sql.Literal(verifier))
                )
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
            if not (row and row[0]):  # a plain creator must belong to the owner to create its database
                cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(roles.owner)))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ROLES_LOCK])


def ensure_database(connection: Connection, name: str, roles: Roles, *, template: str | None = None) -> None:
    """Create the database, owned by `owner`, unless it is there; only the two roles may connect."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} {}").format(
                    sql.Identifier(name),
                    sql.Identifier(roles.owner),
                    sql.Identifier(template or "template0"),
                    sql.SQL("" if template else _locale(connection)),
                )
            )
        elif row[0] != roles.owner:  # an empty database made beforehand; tables of others keep their owner
            cursor.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), sql.Identifier(roles.owner))
            )
        database = sql.Identifier(name)
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(roles.app)))


def _locale(connection: Connection) -> str:
    """Return the same order (by code point) and the same capitals on every server; French order is a stored key."""
    if connection.server_version >= BUILTIN_LOCALE_SERVER:
        return "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    return "ENCODING 'UTF8' LOCALE 'C.UTF-8'"


def close_schema(owner: Connection) -> None:
    """As the owner: nobody else creates anything in the database."""
    with owner.cursor() as cursor:
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def check_app_role(app: Connection) -> None:
    """Refuse an application role that could rewrite the register."""
    with app.cursor() as cursor:
        cursor.execute(
            f"SELECT {' OR '.join(POWERS)},"  # noqa: S608 (constants above)
            " has_database_privilege(current_database(), 'CREATE') OR has_schema_privilege('public', 'CREATE'),"
            " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) OR pg_has_role(r.oid, d.datdba, 'MEMBER'),"
            " r.rolname FROM pg_roles r, pg_database d"
            " WHERE r.rolname = current_user AND d.datname = current_database()"
        )
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None or any(row[:3]):
        name = row[3] if row else "?"
        raise Refusal(
            f"Le rôle « {name} » de DATABASE_URL a trop de pouvoirs pour l’application (il pourrait réécrire le "
            "registre) : donnez un rôle sans droit de création, qui ne possède aucune table."
        )


def sql_to_run(url: str) -> str:
    """Return the statements that an administrator runs where the given user may not create roles."""
    name = database_name(url)
    return (
        f"CREATE ROLE {name}_owner LOGIN PASSWORD '…';\n"
        f"CREATE ROLE {name}_app LOGIN PASSWORD '…';\n"
        f"CREATE DATABASE {name} OWNER {name}_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';\n"
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC;\n"
        f"GRANT CONNECT ON DATABASE {name} TO {name}_app;\n"
        f"\\connect {name}\n"
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    )


def prepare_database(admin_url: str, *, owner_password: str, app_password: str, database: str) -> DatabaseUrls:
    """As an administrator: make the database and both roles, and return their addresses. Idempotent."""
    roles = Roles(f"{database}_owner", owner_password, f"{database}_app", app_password)
    admin = connect(admin_url)
    try:
        ensure_roles(admin, roles)
        ensure_database(admin, database, roles)
    finally:
        admin.close()
    urls = DatabaseUrls(
        app=with_role(admin_url, database=database, user=roles.app, password=app_password),
        owner=with_role(admin_url, database=database, user=roles.owner, password=owner_password),
    )
    owner = connect(urls.owner)
    close_schema(owner)
    owner.close()
    app = connect(urls.app)
    try:
        check_app_role(app)
    finally:
        app.close()
    return urls


def adopt_database(url: str, owner_url: str | None, *, owner_password: str, app_password: str) -> DatabaseUrls:
    """Return the two addresses behind the DATABASE_URL that somebody gave, making the roles where that is possible.

    Raises Refusal with the SQL to run where this user may not and no DATABASE_OWNER_URL is given.
    """
    name = database_name(url)
    if owner_url:
        for given in (owner_url, url):
            connect(given).close()
        app = connect(url)
        try:
            check_app_role(app)
        finally:
            app.close()
        return DatabaseUrls(app=url, owner=owner_url)
    admin_url = _reachable(url)
    admin = connect(admin_url)
    able = may_create_roles(admin)
    admin.close()
    if able:
        return prepare_database(admin_url, owner_password=owner_password, app_password=app_password, database=name)
    raise Refusal(
        "L’utilisateur de DATABASE_URL ne peut pas créer les deux rôles : faites exécuter ces lignes par un "
        "administrateur du serveur, puis donnez DATABASE_URL (rôle app) et DATABASE_OWNER_URL (rôle owner).\n\n"
        f"{sql_to_run(url)}"
    )


def _reachable(url: str) -> str:
    """Return the URL itself, or that of the maintenance database where only that one answers."""
    maintenance = with_database(url, MAINTENANCE_DATABASE)
    for candidate in (url, maintenance):
        try:
            psycopg2.connect(candidate, connect_timeout=10).close()
        except psycopg2.OperationalError:
            continue
        return candidate
    return url
