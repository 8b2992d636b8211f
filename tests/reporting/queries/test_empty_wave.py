"""A wave with nothing in it gives a whole report that says so; no base gives « – » and its reason."""

from datetime import date

import pytest

from passnum.kit.clock import paris_date
from reporting.documents import wording
from reporting.documents.report_csv import wave_report_csv
from reporting.documents.report_pdf import wave_report_pdf
from reporting.queries.as_of import AsOf
from reporting.queries.report import WaveReport
from reporting.queries.wave_report import wave_report
from tests.lifecycle import Scene
from vouchers.register.sealer import seal_movements

pytestmark = pytest.mark.django_db


def sealed(scene: Scene) -> WaveReport:
    made = seal_movements(at=scene.tick())
    assert made
    return wave_report(wave=scene.wave, as_of=AsOf(paris_date(scene.now), made.number))


@pytest.fixture
def empty() -> WaveReport:
    """The report of a wave without an order, beside one that lives."""
    scene = Scene()
    other = scene.make_wave(2)
    scene.in_hand(wave=other)
    return sealed(scene)


def test_the_report_of_an_empty_wave_is_whole(empty: WaveReport) -> None:
    assert empty.is_empty
    assert not empty.has_use
    assert empty.ordered_tickets == 0
    assert [count for _, count in empty.funnel] == [0] * 5
    assert {table.code for table in empty.breakdowns} >= {"month", "service", "funder", "distributor", "site"}
    assert all(not table.rows and not any(table.total) for table in empty.breakdowns)


def test_no_base_is_said(empty: WaveReport) -> None:
    for code in ("IR1.1", "IR1.2", "IR2.1", "IR2.2", "IR2.3", "IR3.2"):
        figure = empty.figure(code)
        assert figure.value is None
        assert wording.value_text(figure) == "–"
        assert wording.calculation(figure) == figure.card.no_base.capitalize()
        assert figure.card.no_base
    assert wording.value_text(empty.figure("IR3.1")) == "0"
    assert "tous les chiffres sont à zéro" in wording.brief(empty)[0]


def test_its_files_come_out(empty: WaveReport) -> None:
    assert wave_report_pdf(empty).startswith(b"%PDF-")
    lines = wave_report_csv(empty).decode("utf-8-sig").splitlines()
    assert any(",site,TOTAL,Total,,Heures utilisées,nombre,0," in line for line in lines)
    assert any(line.endswith(",%,,sans base") for line in lines)


def test_a_wave_without_use_says_so() -> None:
    scene = Scene()
    scene.in_hand()
    one = sealed(scene)
    assert not one.is_empty
    assert not one.has_use
    assert one.figure("IR1.1").value == 0
    assert one.figure("IR2.3").value is None
    assert "Aucune heure n’est encore utilisée" in wording.brief(one)[-1]


def test_a_day_before_everything_gives_noughts() -> None:
    scene = Scene()
    scene.redeem(scene.codes(scene.in_hand())[0])
    made = seal_movements(at=scene.tick())
    assert made
    one = wave_report(wave=scene.wave, as_of=AsOf(date(2016, 1, 1), made.number))
    assert one.is_empty
    assert wave_report_pdf(one).startswith(b"%PDF-")
