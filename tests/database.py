"""Databases of a test run: a template migrated once as `owner`, a clone for each worker and for each test that commits.

A template has its two roles; tests connect as `app`, like the product. It takes longer to make than many tests: it says
(COMMENT ON DATABASE) which files it was made from, stays on the server after its run, and the next run of the same files
takes it with new passwords. Several runs share a server: each holds the advisory lock of its template, makes another
where those that fit are held, and removes what is held by nobody and is of no use to it.
"""

import fcntl
import hashlib
import itertools
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import environ
from django.db import connections
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812

from tests.settings import ADMIN_URL_VARIABLE, TEST_ENVIRONMENT
from tools.database_roles import (
    DatabaseUrls,
    Roles,
    connect,
    ensure_database,
    ensure_roles,
    may_create_roles,
    prepare_database,
    with_database,
    with_role,
)
from tools.embedded_postgres import EmbeddedPostgres
from tools.refusal import Refusal
from tools.static_files import PACKAGES

ROOT = Path(__file__).resolve().parent.parent
RUN_VARIABLE = "PASSNUM_TEST_RUN"
# `make bench` gives it: a commit is then on disk, as in production.
DURABLE_VARIABLE = "PASSNUM_TEST_DURABLE"
PREFIX = "passnum_test_"
# First halves of advisory locks, the second being a run's number: whose it is; held while its template is made.
LOCK_CLASS, BUILD_CLASS = 7_403_002, 7_403_003
EMBEDDED_FOLDERS = 8
# Databases of 12 MB that wait to be dropped together.
CLOSED_KEPT = 16
_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
# The finished templates of this server, and the files that each was made from.
_TEMPLATES = (
    "(SELECT datname AS name, shobj_description(oid, 'pg_database') AS digest FROM pg_database"
    f" WHERE datname ~ '^{PREFIX}[0-9a-f]{{8}}$' AND shobj_description(oid, 'pg_database') IS NOT NULL) templates"
)
_closed: list[str] = []
TEMPLATE_ROOMS = (
    *(f"{package}/**/{room}" for package in PACKAGES for room in ("migrations/*.py", "models/*.py", "states.py")),
    "passnum/kit/*.py",
    "passnum/kit/management/**/*.py",
    "passnum/territory/**/*.py",
    "passnum/**/data/**/*",
    "passnum/settings.py",
    "requirements/base.txt",
    "tools/database_roles.py",
    "tests/database.py",
)


@dataclass(frozen=True)
class Run:
    """What a worker must know of the run that it belongs to."""

    number: str
    admin_url: str
    owner_password: str
    app_password: str

    @property
    def template(self) -> str:
        """Name of the migrated database that others are cloned from."""
        return PREFIX + self.number

    @property
    def roles(self) -> Roles:
        """The run's two roles."""
        return Roles(f"{self.template}_owner", self.owner_password, f"{self.template}_app", self.app_password)

    def urls(self, database: str) -> DatabaseUrls:
        """Return the addresses of one of the run's databases."""
        roles = self.roles
        return DatabaseUrls(
            app=with_role(self.admin_url, database=database, user=roles.app, password=roles.app_password),
            owner=with_role(self.admin_url, database=database, user=roles.owner, password=roles.owner_password),
        )

    def clone(self, label: str) -> str:
        """Create a database like the template and return its name."""
        name = f"{self.template}_{label}"
        admin = connect(with_database(self.admin_url, "postgres"))
        try:
            self._wait_for_template(admin)
            ensure_database(admin, name, self.roles, template=self.template)
        finally:
            admin.close()
        return name

    def _wait_for_template(self, admin: Connection) -> None:
        """Wait until it is made: workers collect their tests meanwhile. Raises Refusal where it could not be."""
        with admin.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", [BUILD_CLASS, _half(self.number)])
            cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", [BUILD_CLASS, _half(self.number)])
            cursor.execute(f"SELECT 1 FROM {_TEMPLATES} WHERE name = %s", [self.template])
            if not cursor.fetchone():
                raise Refusal(
                    "La base modèle des tests n'a pas pu être faite : la fin de ce compte rendu dit pourquoi."
                )

    def drop(self, name: str) -> None:
        """Close one of the run's databases, whoever is still connected to it; it is dropped with others, or at the end.

        Each DROP waits for a checkpoint, which writes what every other test left in memory: one for many is enough.
        """
        _closed.append(name)
        admin = connect(with_database(self.admin_url, "postgres"))
        try:
            with admin.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
                if len(_closed) == CLOSED_KEPT:
                    for one in _closed:
                        cursor.execute(_DROP.format(sql.Identifier(one)))
                    _closed.clear()
        finally:
            admin.close()


def template_digest() -> str:
    """Return what changes with any file that the migrated database is made from."""
    digest = hashlib.sha256()
    for room in TEMPLATE_ROOMS:
        for path in sorted(ROOT.glob(room)):
            if path.is_file() and path.suffix not in {".pyc", ".html", ".css"}:
                digest.update(f"{path.relative_to(ROOT)}|".encode() + path.read_bytes())
    return digest.hexdigest()


def _half(number: str) -> int:
    """Return a run's number as the second half of an advisory lock."""
    return int(number, 16) - 2**31


class RunOwner:
    """The process that makes or takes up the run's server, roles and template, and removes its clones at the end.

    With `wait` off the template is made beside, by a thread: whoever clones it waits.
    """

    def __init__(self, *, wait: bool = True) -> None:
        self.failure: Refusal | None = None
        self._embedded: EmbeddedPostgres | None = None
        self._folder_lock: IO[str] | None = None
        self._builder: threading.Thread | None = None
        admin_url = os.environ[ADMIN_URL_VARIABLE] or self._start_embedded()
        self._admin = connect(with_database(admin_url, "postgres"))
        if not may_create_roles(self._admin):
            raise Refusal(
                "Les tests créent leurs rôles et leurs bases : l'utilisateur de DATABASE_URL doit le pouvoir "
                "(superutilisateur, ou CREATEROLE et CREATEDB) ; sans DATABASE_URL, un serveur embarqué est démarré."
            )
        digest = template_digest()
        kept = self._take_up(digest)
        self.run = Run(kept or secrets.token_hex(4), admin_url, secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        if not kept:
            self._lock(self.run.number)
        self._remove_leftovers()
        if kept:
            ensure_roles(self._admin, self.run.roles)
        else:
            self._build(digest, wait=wait)
        os.environ[RUN_VARIABLE] = json.dumps(asdict(self.run))

    def close(self) -> None:
        """Remove the clones of the run, and stop its server; its template stays for the next one."""
        os.environ.pop(RUN_VARIABLE, None)
        if self._builder:
            self._builder.join()
        self._remove(self.run.number, keep_template=self.failure is None)
        self._admin.close()
        if self._embedded:
            self._embedded.stop()
        if self._folder_lock:
            self._folder_lock.close()

    def _take_up(self, digest: str) -> str | None:
        """Return the number of a template made from the present files that no other run holds, now held; else None."""
        with self._admin.cursor() as cursor:
            cursor.execute(f"SELECT name FROM {_TEMPLATES} WHERE digest = %s ORDER BY name", [digest])
            for (name,) in cursor.fetchall():
                number = name.removeprefix(PREFIX)
                if self._lock(number):
                    # Another run may have removed it, or a killed one broken it off, before it was held.
                    cursor.execute(f"SELECT 1 FROM {_TEMPLATES} WHERE name = %s", [name])
                    if cursor.fetchone():
                        return str(number)
                    self._unlock(number)
        return None

    def _start_embedded(self) -> str:
        """Start the wheel's server in a folder of its own, which no other run of this checkout uses now."""
        for number in range(EMBEDDED_FOLDERS):
            folder = ROOT / "var" / "test-postgres" / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            self._folder_lock = (folder / "lock").open("w")
            try:
                fcntl.flock(self._folder_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._folder_lock.close()
                continue
            self._embedded = EmbeddedPostgres(folder, throwaway=DURABLE_VARIABLE not in os.environ)
            self._embedded.start()
            return self._embedded.admin_url()
        raise Refusal("Trop de suites de tests tournent en même temps dans ce dossier : attendez la fin de l'une.")

    def _lock(self, number: str) -> bool:
        with self._admin.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, _half(number)])
            row = cursor.fetchone()
        return bool(row and row[0])

    def _unlock(self, number: str) -> None:
        with self._admin.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, _half(number)])

    def _remove_leftovers(self) -> None:
        with self._admin.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT substring(name FROM %s) FROM (SELECT datname AS name FROM pg_database"
                " UNION SELECT rolname FROM pg_roles) names WHERE name ~ %s",
                [f"^{PREFIX}([0-9a-f]{{8}})", f"^{PREFIX}[0-9a-f]{{8}}"],
            )
            numbers = [number for (number,) in cursor.fetchall()]
        for number in numbers:
            if number == self.run.number:
                self._remove(number, keep_template=True)
            elif self._lock(number):
                self._remove(number)
                self._unlock(number)

    def _remove(self, number: str, *, keep_template: bool = False) -> None:
        """Drop the databases and roles of a run whose lock we hold."""
        with self._admin.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}{number}%"])
            names = [name for (name,) in cursor.fetchall()]
            for name in names:
                if not (keep_template and name == PREFIX + number):
                    cursor.execute(_DROP.format(sql.Identifier(name)))
            for role in () if keep_template else ("app", "owner"):
                cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{PREFIX}{number}_{role}")))

    def _build(self, digest: str, *, wait: bool) -> None:
        building = connect(with_database(self.run.admin_url, "postgres"))
        with building.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [BUILD_CLASS, _half(self.run.number)])
        if wait:
            try:
                _build_template(self.run, building, digest)
            finally:
                building.close()
            return

        def beside() -> None:
            try:
                _build_template(self.run, building, digest)
            except Refusal as refusal:
                self.failure = refusal
            finally:
                building.close()  # which gives the lock back

        self._builder = threading.Thread(target=beside)
        self._builder.start()


def _build_template(run: Run, admin: Connection, digest: str) -> None:
    """Make the run's roles and its migrated database. Raises Refusal with what the command said."""
    prepare_database(
        run.admin_url, owner_password=run.owner_password, app_password=run.app_password, database=run.template
    )
    for command in (("migrate", "--noinput"), ("load_territory",)):
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *command],
            env=process_environment(run.urls(run.template)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refusal(f"« manage.py {command[0]} » échoue sur la base de test :\n{done.stdout}{done.stderr}")
    with admin.cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(run.template), sql.Literal(digest))
        )


def process_environment(urls: DatabaseUrls) -> dict[str, str]:
    """Return the environment of a process of the product (command, worker) that works on a test database."""
    own = {"DJANGO_SETTINGS_MODULE": "passnum.settings", "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    return dict(os.environ) | TEST_ENVIRONMENT | own


@dataclass(frozen=True)
class FreshDatabase:
    """A database that one test has for itself."""

    name: str
    urls: DatabaseUrls

    def environment(self) -> dict[str, str]:
        """Return the environment of a process of the product that works on this database."""
        return process_environment(self.urls)


def run_of_this_process() -> Run | None:
    """Return the run that the controller made, or None where nobody made one yet."""
    text = os.environ.get(RUN_VARIABLE, "")
    return Run(**json.loads(text)) if text else None


@contextmanager
def connected_to(urls: DatabaseUrls) -> Iterator[None]:
    """Lead Django's two aliases to a database, in every thread, then back to where they led."""
    before = {alias: dict(connections.settings[alias]) for alias in ("default", "owner")}
    connections.close_all()
    for alias, url in (("default", urls.app), ("owner", urls.owner)):
        found = environ.Env.db_url_config(url)
        connections.settings[alias].update(
            {key: found.get(key, "") for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
            OPTIONS=found.get("OPTIONS", {}),
        )
    try:
        yield
    finally:
        connections.close_all()
        for alias, settings in before.items():
            connections.settings[alias].update(settings)


_numbers = itertools.count(1)


def next_label(worker: str) -> str:
    """Return a name for one more clone of this worker."""
    return f"{worker}_{next(_numbers)}"
