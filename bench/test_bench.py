"""Run by `make bench` alone (pytest gives it the harness's database); it measures and never judges."""

import pytest

from bench.issue import TICKETS, bench_issue
from bench.printing import bench_printing
from bench.redemption import ACTS, bench_redemption
from bench.world import World

RUNS = 5


@pytest.mark.usefixtures("fresh_database")
def test_print_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    issue = bench_issue(world, runs=RUNS)
    redemption, statements = bench_redemption(world, runs=RUNS)
    lines = [
        "",
        f"Production    {TICKETS / issue.ours:>9,.0f} titres/s ; COPY seul {TICKETS / issue.floor:,.0f} titres/s",
        f"  rapport     {issue.ratio:>9.1f} fois le temps de COPY (à atteindre : 4)",
        *bench_printing(world),
        f"Utilisation   {1000 * redemption.ours / ACTS:>9.1f} ms par acte, un client, {statements} requêtes SQL",
        f"  rapport     {redemption.ratio:>9.1f} fois la transaction minimale ({1000 * redemption.floor / ACTS:.2f} ms)",
    ]
    with capsys.disabled():
        print("\n".join(lines))
