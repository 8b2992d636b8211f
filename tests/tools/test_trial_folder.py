"""The trial's folder: secrets drawn once, kept private, and given only to the processes that need them."""

import stat
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest

from tools.database_roles import DatabaseUrls, with_role
from tools.static_files import collect_when_changed, fingerprint
from tools.trial_environment import TrialFolder, process_environment, read_env

URLS = DatabaseUrls(app="postgres://app:a@/passnum?host=/x", owner="postgres://owner:b@/passnum?host=/x")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[TrialFolder]:
    """A trial's folder, held by this test."""
    one = TrialFolder(tmp_path / "var")
    one.take()
    yield one
    one.release()


def test_secrets_are_drawn_once_and_private(folder: TrialFolder) -> None:
    drawn = folder.secrets()
    folder.write_environment(drawn, URLS)
    assert stat.S_IMODE(folder.env_file.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder.path / "keys").stat().st_mode) == 0o700
    assert not stat.S_IMODE(folder.path.stat().st_mode) & (stat.S_IROTH | stat.S_IRGRP)
    assert TrialFolder(folder.path).secrets() == drawn
    assert len(drawn["DJANGO_SECRET_KEY"]) > 50


def test_the_file_says_the_same_to_the_supervisor_and_to_django(folder: TrialFolder) -> None:
    url = with_role("postgres://x@/y?host=/Tmp/Aa%20b", database="passnum", user="app", password="p:@/?#%é$")
    written = folder.write_environment(folder.secrets(), DatabaseUrls(app=url, owner=url))

    class Reader(environ.Env):
        ENVIRON: dict[str, str] = {}

    Reader.read_env(str(folder.env_file))
    env = Reader()
    assert env.ENVIRON == written == read_env(folder.env_file)
    database = env.db("DATABASE_URL")
    assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("app", "p:@/?#%é$", "passnum")
    assert database["OPTIONS"] == {"host": "/Tmp/Aa b"}


def test_only_the_commands_of_the_owner_know_its_address(folder: TrialFolder) -> None:
    trial = folder.write_environment(folder.secrets(), URLS)
    given = {"PATH": "/bin", "DATABASE_URL": "postgres://admin@/", "PASSNUM_PRODUCTION_KEYS_FILE": "/keys"}
    web = process_environment(trial, given=given)
    assert web["DATABASE_URL"] == URLS.app
    assert web["PATH"] == "/bin"
    assert not set(web) & {"DATABASE_OWNER_URL", "TRIAL_OWNER_PASSWORD", "PASSNUM_PRODUCTION_KEYS_FILE"}
    owner = process_environment(trial, given=given, owner=True)
    assert owner["DATABASE_OWNER_URL"] == URLS.owner
    assert "PASSNUM_PRODUCTION_KEYS_FILE" not in owner


def test_static_files_are_collected_when_one_changes(tmp_path: Path) -> None:
    for path in ("requirements/base.txt", "passnum/settings.py", "passnum/static/passnum/base.css"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("one")
    var = tmp_path / "var"
    calls: list[str] = []

    def collect() -> None:
        calls.append(fingerprint(tmp_path))
        (var / "static").mkdir(parents=True, exist_ok=True)

    var.mkdir()
    assert [collect_when_changed(tmp_path, var, collect) for _ in range(2)] == [True, False]
    (tmp_path / "passnum/static/passnum/base.css").write_text("two and more")
    assert collect_when_changed(tmp_path, var, collect)
    assert len(set(calls)) == 2
