"""What /healthz and /readyz answer, and to whom."""

import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from passnum import health
from passnum.heartbeat import LATE_SECONDS


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    health._migrated.clear()


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"state": "alive"})


@pytest.mark.django_db
def test_ready_is_public_whatever_the_host_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.2.3.4:8000"})
    assert answer.json() == {"state": "ready", "checks": {"database": True, "migrations": True, "keys": True}}
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_only_reads(client: Client, django_assert_num_queries: pytest.FixtureRequest) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1) as queries:  # type: ignore[operator]
        client.get("/readyz")
    assert [query["sql"] for query in queries] == ["SELECT 1"]


@pytest.mark.django_db
def test_a_probe_does_not_write(client: Client) -> None:
    assert client.post("/readyz").status_code in {403, 404, 405}


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused at 10.0.0.1, password secret")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"state": "not ready", "checks": {"database": False, "migrations": False, "keys": False}}
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": False, "keys": False}
    assert not caplog.records, "a probe that waits fills no log"


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "status"), [(0.0, 200), (LATE_SECONDS + 5, 503), (None, 503)])
def test_ready_follows_the_worker_where_it_shares_the_machine(
    client: Client, settings: Settings, tmp_path: Path, age: float | None, status: int
) -> None:
    alive = tmp_path / "worker-alive"
    settings.WORKER_ALIVE_FILE = str(alive)
    if age is not None:
        alive.touch()
        os.utime(alive, (time.time() - age,) * 2)
    assert client.get("/readyz").status_code == status
