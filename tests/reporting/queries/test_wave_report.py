"""Every figure of a report against a naive recount, at random pairs of a random life; sums; the same value for ever."""

import random
from datetime import timedelta

import pytest

from passnum.accounts.models import Organisation
from passnum.kit.clock import paris_date
from reporting.queries.as_of import AsOf
from reporting.queries.report import WaveReport
from reporting.queries.wave_report import wave_report
from tests.lifecycle import START
from tests.reporting.life import Life
from tests.reporting.recount import Recount


def pairs_of(life: Life, count: int) -> list[AsOf]:
    """The latest pair, then some drawn ones: a day of the life, any seal."""
    rng = random.Random(life.seed)
    last = paris_date(life.scene.now)
    days = (last - paris_date(START)).days
    drawn = [AsOf(last - timedelta(days=rng.randrange(days)), rng.randint(1, life.seals)) for _ in range(count - 1)]
    return [AsOf(last, life.seals), *drawn]


def report_of(life: Life, known: AsOf) -> WaveReport:
    return wave_report(wave=life.scene.wave, as_of=known)


def column(report: WaveReport, table: str, code: str) -> dict[str, int]:
    """The rows of a column that hold something."""
    return {key: count for key, count in report.breakdown(table).column(code).items() if count}


def uid_of(pk: int) -> str:
    return str(Organisation.objects.get(pk=pk).uid)


def test_the_life_holds_what_a_report_must_tell(life: Life) -> None:
    report = report_of(life, pairs_of(life, 1)[0])
    states = {s.state: s.tickets for s in report.states}
    for state in ("TO_PRODUCE", "IN_STOCK", "MISSING", "HANDED_OVER", "REDEEMED", "BLOCKED"):
        assert states[state], f"the life has no ticket {state}"
    apart = report.apart
    assert apart.pending
    assert apart.contested or apart.refused
    assert (apart.not_counted_contested, apart.not_counted_refused) == (1, 1)
    assert report.figure("IR2.2").numerator, "the life completes no booklet"
    assert len(report.breakdown("month").rows) > 2
    assert len(report.breakdown("site").rows) == 3


@pytest.mark.parametrize("rank", range(6))
def test_figures_agree_with_a_naive_recount(life: Life, rank: int) -> None:
    known = pairs_of(life, 6)[rank]
    report, naive = report_of(life, known), Recount(life.scene.wave, known)
    assert {s.state: s.tickets for s in report.states if s.tickets} == {k: n for k, n in naive.tickets().items() if n}
    used = len(naive.used())
    handed, families = naive.handed(), naive.used_of_family()
    tickets_handed = sum(b.size for b in handed.values())
    ends = {f.card.code: (f.numerator, f.denominator) for f in report.figures}
    assert ends["IR1.1"] == (used, tickets_handed)
    assert ends["IR1.2"] == (used, naive.ordered())
    assert ends["IR2.1"] == (len(families), len(handed))
    completed = sum(
        families[pk] == b.size for pk, b in naive.booklets.items() if b.replaces_id is None and pk in families
    )
    assert ends["IR2.2"] == (completed, len(handed))
    assert ends["IR2.3"] == (used, len(families))
    assert ends["IR3.1"] == (used, None)
    assert report.figure("IR3.1").n == naive.acts()
    kinds = naive.used_by("type")
    assert ends["IR3.2"] == (kinds["individuel"], used)
    assert ends["IR3.3"] == (kinds["collectif"], used)
    owed = naive.owed()
    assert (report.apart.pending, report.apart.contested, report.apart.refused) == (
        owed["PENDING_CONFIRMATION"],
        owed["CONTESTED"],
        owed["REFUSED"],
    )
    others = naive.not_counted()
    assert (report.apart.not_counted_contested, report.apart.not_counted_refused) == (
        others["CONTESTED"],
        others["REFUSED"],
    )


@pytest.mark.parametrize("rank", range(6))
def test_rows_agree_with_a_naive_recount(life: Life, rank: int) -> None:
    known = pairs_of(life, 6)[rank]
    report, naive = report_of(life, known), Recount(life.scene.wave, known)
    assert column(report, "site", "hours") == dict(naive.used_by("site"))
    assert column(report, "service", "hours") == dict(naive.used_by("service"))
    moved = {"93059": "93066"}  # Pierrefitte is a part of Saint-Denis since 2025
    communes = {moved.get(code, code): n for code, n in naive.used_by("commune").items()}
    assert column(report, "use_commune", "hours") == communes
    assert column(report, "month", "hours") == dict(naive.used_by_month())
    assert column(report, "month", "handed") == dict(naive.handed_by_month())
    assert column(report, "funder", "redeemed") == {uid_of(pk): n for pk, n in naive.used_by_funder().items()}
    for pk, row in naive.by_distributor().items():
        for code in ("handed", "redeemed", "started", "completed"):
            assert column(report, "distributor", code).get(uid_of(pk), 0) == row[code], (code, pk)


@pytest.mark.parametrize("rank", range(6))
def test_every_table_adds_up_to_the_totals(life: Life, rank: int) -> None:
    report = report_of(life, pairs_of(life, 6)[rank])
    known = {
        "ordered": report.ordered_tickets,
        "handed": report.figure("IR1.1").denominator,
        "redeemed": report.figure("IR3.1").numerator,
        "hours": report.figure("IR3.1").numerator,
        "individual": report.figure("IR3.2").numerator,
        "collective": report.figure("IR3.3").numerator,
        "booklets": report.figure("IR2.1").denominator,
        "started": report.figure("IR2.1").numerator,
        "completed": report.figure("IR2.2").numerator,
        "acts": report.figure("IR3.1").n,
    }
    for table in report.breakdowns:
        for rank_, col in enumerate(table.counts):
            rows = sum(row.counts[rank_] or 0 for row in table.rows)
            assert rows == table.total[rank_] == known[col.code], (table.code, col.code)
    stages = [count for _, count in report.funnel]
    assert stages == sorted(stages, reverse=True)
    assert stages[0] == report.ordered_tickets
    assert sum(s.booklets for s in report.states) == report.ordered_booklets


def test_a_pair_gives_an_equal_report_whenever_it_is_computed(life: Life) -> None:
    for known in pairs_of(life, 3):
        first, second = report_of(life, known), report_of(life, known)
        assert first == second
        assert first.digest == second.digest
        assert len(first.digest) == 64


def test_pairs_tell_different_things(life: Life) -> None:
    digests = {report_of(life, known).digest for known in pairs_of(life, 6)}
    assert len(digests) == 6


def test_a_funder_sees_their_own_titles_only(life: Life) -> None:
    known = pairs_of(life, 1)[0]
    for funder in (life.scene.funder, life.other_funder):
        report = wave_report(wave=life.scene.wave, as_of=known, funder=funder)
        naive = Recount(life.scene.wave, known, funder)
        assert report.figure("IR3.1").numerator == len(naive.used())
        assert report.figure("IR1.1").denominator == sum(b.size for b in naive.handed().values())
        assert report.ordered_tickets == naive.ordered()
        assert {table.code for table in report.breakdowns} == {
            "month",
            "service",
            "distributor",
            "handover_commune",
            "use_commune",
        }
        assert report.funder == funder.name
        for table in report.breakdowns:
            for row in table.rows:
                assert all(count is None or count == 0 or count >= 5 for count in row.counts)
