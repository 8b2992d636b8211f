"""The service dies between the commit and the answer, its database goes away: each act counts once, nothing is lost."""

import json
import os
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event
from time import monotonic, sleep

from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from mediation.models import Attempt, Label, Redemption, RedemptionLine
from passnum.accounts.actions.token import create_token
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now, paris_date
from tests.database import FreshDatabase, Run, connected_to
from tests.lifecycle import Scene, person, site_of
from tests.serving import served
from tests.vouchers.actions.unchanged import check_register
from tools.database_roles import DatabaseUrls, prepare_database, with_database
from tools.embedded_postgres import EmbeddedPostgres
from tools.embedded_postgres import programs as postgres_programs

KILLS = 8
# What a production may meet is twenty seconds; the suite waits less (PASSNUM_STOP_SECONDS=20 measures the whole).
STOP_SECONDS = float(os.environ.get("PASSNUM_STOP_SECONDS", "2"))
CLIENTS = 4
PATIENCE = 60.0
DYING = "tests.concurrency.dying_web:application"
NO_ANSWER = 0


@dataclass
class Counters:
    """A place of today's, its token, and codes that can be redeemed there."""

    site: uuid.UUID
    service: str
    token: str
    codes: list[str]

    def send(self, port: int, code: str, key: uuid.UUID, *, dies: bool = False) -> tuple[int, dict[str, object]]:
        """Redeem one ticket; the status is NO_ANSWER when none came."""
        body = {"site": str(self.site), "service": self.service, "codes": [code], "minutes": 60}
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": str(key),
            "Content-Type": "application/json",
        }
        if dies:
            headers["X-Die-Before-The-Answer"] = "1"
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/redemptions", json.dumps(body).encode(), headers
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)
        except (OSError, HTTPException):
            return NO_ANSWER, {}


def counters_of(booklets: int) -> Counters:
    """The service runs on the true clock, so its wave and its label do too."""
    scene = Scene(now=now() - timedelta(days=1))
    today, month = paris_date(now()), timedelta(days=30)
    site = site_of(scene.operator, "Un lieu d’aujourd’hui", labelled=False)
    Label.objects.create(
        site=site,
        starts_on=today - month,
        ends_on=today + month,
        charter_version="2026-1",
        reasons="Essai.",
        decided_at=scene.now,
        **person(scene.operator, Role.LABEL_OFFICER).columns(),
    )
    wave = scene.make_wave(2, a_on=today - month, valid_from=today - month, valid_until=today + month)
    given = scene.delivered((scene.ccas, 10, booklets), wave=wave)
    for booklet in given:
        scene.hand_over(booklet)
    _, token = create_token(
        name="essai",
        organisation=scene.operator,
        role=Role.MEDIATOR,
        expires_at=now() + timedelta(days=1),
        by=SYSTEM,
        at=now(),
    )
    return Counters(site.uid, scene.service.code, token, [code for b in given for code in scene.codes(b)])


def check_each_counted_once(keys: list[uuid.UUID]) -> None:
    assert Redemption.objects.count() == len(keys) == Redemption.objects.filter(key__in=keys).count()
    assert RedemptionLine.objects.filter(movement__isnull=False, tickets_count=1).count() == len(keys)
    assert Attempt.objects.filter(is_accepted=True, is_replay=False).count() == len(keys)
    check_register()


def test_a_worker_killed_between_the_commit_and_the_answer_and_a_restart(fresh_database: FreshDatabase) -> None:
    counters = counters_of(1)
    asked = [(code, uuid.uuid4()) for code in counters.codes[:KILLS]]
    first: list[object] = []
    with served(fresh_database.urls, application=DYING) as port:
        for code, key in asked:
            assert counters.send(port, code, key, dies=True) == (NO_ANSWER, {})
            made = Redemption.objects.get(key=key)  # committed, not answered
            status, act = counters.send(port, code, key)
            assert (status, act["uid"]) == (200, str(made.uid))
            first.append(act)
    with served(fresh_database.urls) as port:  # the whole service was stopped and started
        for (code, key), act in zip(asked, first, strict=True):
            assert counters.send(port, code, key) == (200, act)
    check_each_counted_once([key for _, key in asked])
    kept = Counter(Attempt.objects.values_list("is_accepted", "is_replay"))
    assert kept == {(True, False): KILLS, (True, True): 2 * KILLS}
    print(f"{KILLS} workers killed between the commit and the answer, {KILLS} first results given again")


@contextmanager
def server_of_its_own(run: Run, folder: Path) -> Iterator[tuple[EmbeddedPostgres, DatabaseUrls]]:
    """A PostgreSQL that this test may stop, holding a copy of the run's template; commits are durable."""
    postgres = EmbeddedPostgres(folder / "postgres")
    postgres.start()
    try:
        urls = prepare_database(
            postgres.admin_url(),
            owner_password=run.owner_password,
            app_password=run.app_password,
            database=run.template,
        )
        programs = postgres_programs()
        source, target = with_database(run.admin_url, run.template), postgres.admin_url(run.template)
        with Popen([programs / "pg_dump", "--no-statistics", source], stdout=PIPE) as dump:
            command = [programs / "psql", "--quiet", "--no-psqlrc", f"--output={os.devnull}", target]
            with Popen(command, stdin=dump.stdout) as load:
                assert load.wait(PATIENCE) == 0
            assert dump.wait(PATIENCE) == 0
        yield postgres, urls
    finally:
        postgres.stop()


def test_the_database_stopped_under_load_loses_and_doubles_nothing(
    django_db_setup: None,
    test_run: Run,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with (
        server_of_its_own(test_run, tmp_path) as (postgres, urls),
        django_db_blocker.unblock(),
        connected_to(urls),
    ):
        counters = counters_of(4)
        keys = [uuid.uuid4() for _ in counters.codes]
        is_stopped = Event()
        met: list[tuple[int, object]] = []

        def client(rank: int) -> None:
            """Redeem one ticket after the other, each request again until it has its answer."""
            for place in range(rank, len(keys), CLIENTS):
                if place >= len(keys) // 2:
                    is_stopped.wait(PATIENCE)  # half of the acts are asked while nobody can write them
                deadline = monotonic() + PATIENCE
                status = NO_ANSWER
                while status not in {200, 201}:
                    status, answer = counters.send(port, counters.codes[place], keys[place])
                    met.append((status, answer.get("code")))
                    assert monotonic() < deadline, met[-3:]
                    if status not in {200, 201}:
                        sleep(0.1)

        with served(urls) as port, ThreadPoolExecutor(CLIENTS) as clients:
            running = [clients.submit(client, rank) for rank in range(CLIENTS)]
            while sum(status == 201 for status, _ in met) < CLIENTS:
                sleep(0.01)
            postgres.stop()
            is_stopped.set()
            sleep(STOP_SECONDS)
            postgres.start()
            for one in running:
                one.result(PATIENCE)
        connections.close_all()  # ours died with the server
        answers = Counter(met)
        assert set(answers) <= {(201, None), (200, None), (503, "UNAVAILABLE"), (409, "IN_PROGRESS")}
        assert answers[503, "UNAVAILABLE"] >= CLIENTS
        check_each_counted_once(keys)
        print(f"PostgreSQL stopped for {STOP_SECONDS:g} s, {len(keys)} acts, answers: {dict(answers)}")
