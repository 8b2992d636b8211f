"""What a start says when it cannot go on: one French sentence, and a non-zero exit."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import checks, install, node_packages
from tools.embedded_postgres import EmbeddedPostgres
from tools.refusal import Refusal, run_or_explain
from tools.trial_environment import TrialFolder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def supervise(tmp_path: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the supervisor as `make run` does, in a folder of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PASSNUM", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-m", "tools.run"],
        cwd=ROOT,
        env=environment | {"PASSNUM_VAR": str(tmp_path / "var")} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_busy_port(tmp_path: Path, taken_port: int) -> None:
    done = supervise(tmp_path, PORT=str(taken_port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Le port {taken_port} est déjà pris")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1", ""])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    done = supervise(tmp_path, PORT=port)
    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT vaut «\u00a0{port}\u00a0»")


def test_a_second_start_in_the_same_folder(tmp_path: Path) -> None:
    folder = TrialFolder(tmp_path / "var")
    folder.take()
    done = supervise(tmp_path)
    folder.release()
    assert done.returncode == 1
    assert f"(processus {os.getpid()})" in done.stderr


def test_a_database_of_another_version(tmp_path: Path) -> None:
    data = tmp_path / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = supervise(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert "créée par PostgreSQL 16" in done.stderr
    assert list(data.iterdir()) == [data / "PG_VERSION"]


def test_a_server_that_does_not_answer(tmp_path: Path, taken_port: int) -> None:
    done = supervise(tmp_path, PORT="18999", DATABASE_URL="postgres://someone:hidden@127.0.0.1:1/passnum")
    assert done.returncode == 1
    assert "ne répond pas" in done.stderr
    assert "hidden" not in done.stderr


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12 * checks.MB))
    with pytest.raises(Refusal, match="il reste 12 Mo"):
        checks.check_room(tmp_path)


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(Refusal, match="ne peut pas être préparé"):
        checks.make_folder(tmp_path / "var", 0o700)


@pytest.mark.parametrize("version", [(3, 9), (3, 12), (2, 7)])
def test_another_python(version: tuple[int, int]) -> None:
    with pytest.raises(Refusal, match=r"il faut Python 3\.11"):
        install.check_python(version)


def test_make_without_python() -> None:
    done = subprocess.run(
        ["make", "install", "PYTHON=python-absent"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr.startswith("Python 3.11 manque")


def test_without_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Refusal, match="Node 20 et npm manquent"):
        node_packages.check_node()


def test_with_an_old_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v18.19.0\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match=r"Node 18\.19\.0 est trop ancien"):
        node_packages.check_node()


def test_a_server_of_the_wheel_that_does_not_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", throwaway=True)
    server.start()
    server.stop()
    (server.data / "postgresql.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(Refusal, match="ne démarre pas"):
        server.start()
    assert server.pid is None


def test_a_refusal_is_a_sentence_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise Refusal("Non.")

    assert run_or_explain(refuse) == 1
    assert capsys.readouterr().err == "Non.\n"
