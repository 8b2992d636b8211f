"""Run by `make bench` alone (pytest gives it the harness's database); it measures and never judges."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from bench.counter import bench_counter
from bench.issue import TICKETS, bench_issue
from bench.order import bench_order
from bench.printing import bench_printing
from bench.world import World
from tests.database import FreshDatabase, Run, next_label

RUNS = 5


@pytest.fixture
def second_database(test_run: Run, worker_name: str) -> Iterator[FreshDatabase]:
    """Another database of the same server, so that two volumes are measured in turn."""
    name = test_run.clone(next_label(worker_name))
    yield FreshDatabase(name, test_run.urls(name))
    test_run.drop(name)


def show(capsys: pytest.CaptureFixture[str], lines: list[str]) -> None:
    with capsys.disabled():
        print("\n".join(["", *lines]))


@pytest.mark.usefixtures("fresh_database")
def test_titles_and_pages(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    issue = bench_issue(world, runs=RUNS)
    lines = [
        f"Production    {TICKETS / issue.ours:>9,.0f} titres/s ; COPY seul {TICKETS / issue.floor:,.0f} titres/s",
        f"  rapport     {issue.ratio:>9.1f} fois le temps de COPY (à atteindre : 4)",
        *bench_printing(world),
    ]
    show(capsys, lines)


@pytest.mark.usefixtures("fresh_database")
def test_a_large_order(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION_PROCESSES", len(os.sched_getaffinity(0)))
    show(capsys, bench_order(World()))


def test_the_counter(
    fresh_database: FreshDatabase, second_database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    show(capsys, bench_counter(fresh_database, second_database))
