"""The wheel's server: private, owned, and none the worse for a brutal end."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from tools.embedded_postgres import EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    one = EmbeddedPostgres(tmp_path / "postgres", throwaway=True)
    one.start()
    yield one
    one.stop()


def ask(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
    finally:
        connection.close()
    return row[0] if row else None


def test_it_listens_on_its_own_socket_only_and_asks_for_a_password(server: EmbeddedPostgres) -> None:
    assert ask(server.admin_url(), "SHOW listen_addresses") == ""
    assert ask(server.admin_url(), "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'") == 0
    user, _, rest = server.admin_url().partition("@")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(f"{user.rpartition(':')[0]}:wrong@{rest}")


def test_its_files_are_private(server: EmbeddedPostgres) -> None:
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "admin-password").stat().st_mode) == 0o600
    assert not stat.S_IMODE(server.folder.stat().st_mode) & (stat.S_IROTH | stat.S_IRGRP | stat.S_IWOTH)


def test_a_closed_parent_folder_is_at_most_made_traversable(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "postgres", throwaway=True)
    server.start()
    try:
        assert stat.S_IMODE(closed.stat().st_mode) == (0o701 if os.geteuid() == 0 else 0o700)
        assert server.pid is not None
        assert psutil.Process(server.pid).uids().effective != 0
    finally:
        server.stop()


def test_data_outlive_a_stop_and_a_kill(server: EmbeddedPostgres) -> None:
    ask(server.admin_url(), "CREATE TABLE kept AS SELECT 42 AS n")
    ask(server.admin_url(), "CHECKPOINT")  # this server does not wait for the disk
    server.stop()
    server.start()
    assert ask(server.admin_url(), "SELECT n FROM kept") == 42
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    psutil.Process(server.pid).wait(5) if psutil.pid_exists(server.pid) else None
    server.stop()
    assert (server.data / "postmaster.pid").exists()
    server.start()
    assert ask(server.admin_url(), "SELECT n FROM kept") == 42


def test_a_stale_file_that_names_another_program_is_forgotten(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n0 0\nready\n")
    server.start()
    assert ask(server.admin_url(), "SELECT 1") == 1
    assert psutil.pid_exists(os.getpid())


def test_the_server_of_a_killed_supervisor_is_ended_first(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.embedded_postgres.ORPHAN_SECONDS", 0.2)
    orphan = server.pid
    assert orphan is not None
    successor = EmbeddedPostgres(server.folder, throwaway=True)
    successor.start()
    try:
        assert successor.pid != orphan
        assert server.exit_code() == 0
        assert ask(successor.admin_url(), "SELECT 1") == 1
    finally:
        successor.stop()


def test_a_deep_checkout_gets_a_short_socket_folder_for_a_while(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("x" * 60) / ("y" * 60) / "postgres", throwaway=True)
    server.start()
    sockets = Path(str(ask(server.admin_url(), "SHOW unix_socket_directories")))
    assert sockets != server.data
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.stop()
    assert not sockets.exists()
