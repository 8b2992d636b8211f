"""Databases of a test run: a template migrated once as `owner`, a clone for each worker and for each test that commits.

The run owns its two roles, made for it and dropped with it; tests connect as `app`, like the product. Several runs share
a server: each holds an advisory lock, and the remains of a run whose lock is free are removed.
"""

import fcntl
import hashlib
import itertools
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import environ
from django.db import connections
from psycopg2 import sql

from tests.settings import ADMIN_URL_VARIABLE, TEST_ENVIRONMENT
from tools.database_roles import (
    DatabaseUrls,
    Roles,
    connect,
    ensure_database,
    may_create_roles,
    prepare_database,
    with_database,
    with_role,
)
from tools.embedded_postgres import EmbeddedPostgres
from tools.refusal import Refusal
from tools.static_files import PACKAGES
from tools.trial_environment import write_private

ROOT = Path(__file__).resolve().parent.parent
RUN_VARIABLE = "PASSNUM_TEST_RUN"
# `make bench` gives it: a commit is then on disk, as in production.
DURABLE_VARIABLE = "PASSNUM_TEST_DURABLE"
PREFIX = "passnum_test_"
LOCK_CLASS = 7_403_002  # first half of the advisory locks of test runs
EMBEDDED_FOLDERS = 8
# Databases of 12 MB that wait to be dropped together.
CLOSED_KEPT = 16
_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
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
            ensure_database(admin, name, self.roles, template=self.template)
        finally:
            admin.close()
        return name

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


class RunOwner:
    """The process that makes the run's server, roles and template, and removes them at the end.

    In the embedded server, which only tests use, the template is kept for the next run as long as no file that makes
    it has changed: it takes longer than many tests.
    """

    def __init__(self) -> None:
        self._embedded: EmbeddedPostgres | None = None
        self._folder_lock: IO[str] | None = None
        self._kept: Path | None = None
        admin_url = os.environ[ADMIN_URL_VARIABLE] or self._start_embedded()
        self._admin = connect(with_database(admin_url, "postgres"))
        if not may_create_roles(self._admin):
            raise Refusal(
                "Les tests créent leurs rôles et leurs bases : l'utilisateur de DATABASE_URL doit le pouvoir "
                "(superutilisateur, ou CREATEROLE et CREATEDB) ; sans DATABASE_URL, un serveur embarqué est démarré."
            )
        known = self._kept_run(admin_url)
        self.run = known or Run(secrets.token_hex(4), admin_url, secrets.token_urlsafe(16), secrets.token_urlsafe(16))
        self._lock(self.run.number)
        self._remove_leftovers()
        if not known:
            self._build_template()
        os.environ[RUN_VARIABLE] = json.dumps(asdict(self.run))

    def close(self) -> None:
        """Remove what the run made, and stop its server."""
        os.environ.pop(RUN_VARIABLE, None)
        self._remove(self.run.number, keep_template=self._kept is not None)
        self._admin.close()
        if self._embedded:
            self._embedded.stop()
        if self._folder_lock:
            self._folder_lock.close()

    def _kept_run(self, admin_url: str) -> Run | None:
        """Return the run whose template was kept, if it is what the present files would make."""
        if not (self._kept and self._kept.is_file()):
            return None
        kept = json.loads(self._kept.read_text())
        return Run(**kept["run"] | {"admin_url": admin_url}) if kept["digest"] == template_digest() else None

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
            self._kept = folder / "template.json"
            self._embedded = EmbeddedPostgres(folder, throwaway=DURABLE_VARIABLE not in os.environ)
            self._embedded.start()
            return self._embedded.admin_url()
        raise Refusal("Trop de suites de tests tournent en même temps dans ce dossier : attendez la fin de l'une.")

    def _lock(self, number: str) -> bool:
        with self._admin.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, int(number, 16) - 2**31])
            row = cursor.fetchone()
        return bool(row and row[0])

    def _unlock(self, number: str) -> None:
        with self._admin.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, int(number, 16) - 2**31])

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

    def _build_template(self) -> None:
        run = self.run
        if self._kept:
            self._kept.unlink(missing_ok=True)
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
                raise Refusal(f"« manage.py {command[0]} » échoue sur la base de test :\n{done.stdout}{done.stderr}")
        if self._kept:
            write_private(self._kept, json.dumps({"digest": template_digest(), "run": asdict(run)}))


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
