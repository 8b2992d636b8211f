"""One act at the counter through HTTP (token, key, rules, register, attempt, audit) beside the smallest transaction.

Rounds are interleaved: in each, every number of clients is given to pgbench, to a bare ninja endpoint that calls the same
function (what HTTP alone costs), then to us. Medians of the rounds are printed, and ratios are those of one round:
machines are shared. BENCH_TICKETS (1,000,000) and BENCH_ROUNDS (5) change its length.
"""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.clients import Load, load, post
from bench.floor import Floor
from bench.volume import Volume
from tests.caller import Caller
from tests.database import FreshDatabase, connected_to
from tests.serving import served

TICKETS = int(os.environ.get("BENCH_TICKETS", "1000000"))
FEW_TICKETS = 100_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
# Acts of one round for each number of clients, and transactions of pgbench in the same time or so.
ACTS = {1: 300, 4: 600, 16: 1200}
FLOOR = {1: 1500, 4: 6000, 16: 12_800}
AGAIN = 200  # refused and replayed requests of one round, for each number of clients
BUSY = 16
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# performance.md, pretix 2026.8, check-in redeem: requests/s, p50 and p99 in milliseconds on two cores.
PEER = {1: (19, 52, 68), 4: (36, 106, 448), 16: (31, 612, 1182)}
PATH = "/api/v1/redemptions"
# What `bench.bare` serves, by these names: importing it would configure Django anew.
BARE, BARE_PATH = "bench.bare:application", "/bare/redeem"
Loads = dict[int, list[Load]]


@dataclass
class Place:
    """A database of some size, its server's port, what is left to scan there, and what was measured."""

    database: FreshDatabase
    volume: Volume
    port: int = 0
    scans: Iterator[str] = field(default_factory=lambda: iter(()))
    found: dict[str, list[Load]] = field(default_factory=lambda: defaultdict(list))

    def body(self, scan: str) -> dict[str, object]:
        """An act of one hour."""
        return {
            "site": str(self.volume.site.uid),
            "service": self.volume.scene.service.code,
            "codes": [scan],
            "minutes": 60,
            "themes": ["email"],
            "equipment": ["ordinateur"],
            "is_first": True,
        }

    def request(self, scan: str) -> str:
        """A request with a key of its own."""
        return post(PATH, token=self.volume.token, key=str(uuid4()), body=self.body(scan))

    def measure(self, name: str, requests: list[str], *, clients: int, status: int) -> None:
        """Send requests, all answered alike, and keep what it took."""
        one = load(self.port, requests, clients=clients)
        assert one.statuses == Counter({status: len(requests)}), one.statuses
        self.found[name].append(one)

    def take(self, count: int) -> list[str]:
        """The next scans."""
        return [next(self.scans) for _ in range(count)]

    def middle(self, name: str, figure: str) -> float:
        """The median of a figure over the rounds."""
        return median(getattr(one, figure) for one in self.found[name])


def durable_settings() -> str:
    """Return the server's version and what it promises of a commit. Fails when a figure would be worth nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(DURABLE)])
        found = dict(cursor.fetchall())
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    assert found == DURABLE, f"PostgreSQL perd des actes en cas de coupure : {found}"
    return f"PostgreSQL {version}, " + ", ".join(f"{name}={value}" for name, value in found.items())


def bench_counter(clone: FreshDatabase, few_clone: FreshDatabase) -> list[str]:
    """Load both databases, serve them, measure in turn; return what to print."""
    settings = durable_settings()
    used = ROUNDS * (sum(ACTS.values()) + 2 * AGAIN) + 100
    with connected_to(few_clone.urls):
        few = Place(few_clone, Volume(tickets=FEW_TICKETS, used=_whole(ROUNDS * AGAIN + 200)))
        few.scans = iter(few.volume.scans())
    with connected_to(clone.urls), ExitStack() as servers:
        many = Place(clone, Volume(tickets=TICKETS, used=_whole(used)))
        many.scans = iter(many.volume.scans())
        floor = Floor(rows=TICKETS, url=clone.urls.app)
        statements = _statements(many)
        for place in (few, many):
            place.port = servers.enter_context(served(place.database.urls))
            load(place.port, [place.request(scan) for scan in place.take(50)], clients=4)
        bare_port = servers.enter_context(served(clone.urls, application=BARE))
        load(bare_port, _bare_requests(50), clients=4)
        floors: Loads = defaultdict(list)
        bare: Loads = defaultdict(list)
        for _ in range(ROUNDS):
            for clients, count in ACTS.items():
                floors[clients].append(floor.run(clients=clients, count=FLOOR[clients]))
                bare[clients].append(load(bare_port, _bare_requests(count), clients=clients))
                requests = [many.request(scan) for scan in many.take(count)]
                many.measure(str(clients), requests, clients=clients, status=201)
            _again(few, clients=1)
            for clients in (1, BUSY):
                _again(many, clients=clients)
        many.volume.check()
    return [settings, *_table(many, floors, bare), *_about_one(many, few, statements)]


def _whole(count: int) -> int:
    """A whole number of booklets in each part of a volume."""
    return -(-count // 100) * 100


def _statements(place: Place) -> int:
    """SQL statements of one redemption, the second of its connection (the first prepares)."""
    caller = Caller(place.volume.token)
    for scan in place.take(2):
        with CaptureQueriesContext(connection) as queries:
            answer = caller.write("/redemptions", place.body(scan))
        assert answer.status_code == 201, answer.content
    return len(queries)


def _again(place: Place, *, clients: int) -> None:
    """New acts, the same requests again, then the same tickets under other keys."""
    scans = place.take(AGAIN)
    requests = [place.request(scan) for scan in scans]
    place.measure(f"accepted {clients}", requests, clients=clients, status=201)
    place.measure(f"replayed {clients}", requests, clients=clients, status=200)
    refused = [place.request(scan) for scan in scans]
    place.measure(f"refused {clients}", refused, clients=clients, status=409)


def _bare_requests(count: int) -> list[str]:
    numbers = [random.randint(1, TICKETS) for _ in range(count)]  # noqa: S311 (rows to read, like pgbench's)
    return [post(BARE_PATH, token="", key="", body={"number": number}) for number in numbers]


def _table(many: Place, floors: Loads, bare: Loads) -> list[str]:
    lines = [f"Utilisation   {'clients':>8} {'actes/s':>9} {'p50 ms':>8} {'p99 ms':>8}   ({TICKETS:,} tickets, HTTP)"]
    for clients in ACTS:
        row = [many.middle(str(clients), name) for name in ("rate", "p50", "p99")]
        low, http = (
            [median(getattr(one, name) for one in found[clients]) for name in ("rate", "p50", "p99")]
            for found in (floors, bare)
        )
        lines += [
            f"  la nôtre    {clients:>8} {row[0]:>9,.0f} {row[1]:>8.2f} {row[2]:>8.2f}",
            f"  HTTP nu     {clients:>8} {http[0]:>9,.0f} {http[1]:>8.2f} {http[2]:>8.2f}",
            f"  pgbench     {clients:>8} {low[0]:>9,.0f} {low[1]:>8.2f} {low[2]:>8.2f}",
            "  pretix*     {:>8} {:>9,.0f} {:>8.2f} {:>8.2f}".format(clients, *PEER[clients]),
        ]
    rates = median(a.rate / b.rate for a, b in zip(many.found["16"], floors[16], strict=True))
    of_http = median(a.rate / b.rate for a, b in zip(many.found["16"], bare[16], strict=True))
    halves = median(a.p50 / b.p50 for a, b in zip(many.found["1"], floors[1], strict=True))
    return [
        *lines,
        "  * pretix 2026.8, mesuré à part sur deux cœurs (performance.md)",
        f"  débit à 16  {rates:>8.3f} de celui de pgbench (à atteindre : 0,09), {of_http:.2f} de HTTP nu",
        f"  p50 à 1     {halves:>8.1f} fois celui de pgbench (à atteindre : 6)",
    ]


def _about_one(many: Place, few: Place, statements: int) -> list[str]:
    growth = median(a.p50 / b.p50 for a, b in zip(many.found["accepted 1"], few.found["accepted 1"], strict=True))
    return [
        f"  requêtes    {statements:>8} SQL par acte, jeton, BEGIN et COMMIT compris",
        *(_p50_again(many, clients) for clients in (1, BUSY)),
        f"  volume      {growth:>8.2f} fois le p50 à {FEW_TICKETS:,} tickets (à ne pas dépasser : 1,2)",
    ]


def _p50_again(place: Place, clients: int) -> str:
    accepted, replayed, refused = (
        place.middle(f"{name} {clients}", "p50") for name in ("accepted", "replayed", "refused")
    )
    return f"  p50 à {clients:<5} {accepted:>8.2f} ms accepté, {replayed:.2f} répété, {refused:.2f} refusé"
