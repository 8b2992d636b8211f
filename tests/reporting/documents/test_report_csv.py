import csv
import io
from datetime import date

from reporting.documents.report_csv import HEAD, neutral, wave_report_csv
from reporting.queries.as_of import AsOf
from reporting.queries.report import WaveReport
from reporting.queries.wave_report import wave_report
from tests.reporting.life import Life


def rows_of(report: WaveReport) -> list[dict[str, str]]:
    data = wave_report_csv(report)
    assert data.startswith("\ufeff".encode()), "office suites need the mark to read accents"
    text = data.decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n"), "RFC 4180 ends lines with CRLF"
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_cell_of_every_table_is_there(life: Life) -> None:
    report = wave_report(wave=life.scene.wave, as_of=AsOf(date(2026, 5, 31), life.seals))
    rows = rows_of(report)
    assert tuple(rows[0]) == HEAD
    for table in report.breakdowns:
        mine = [row for row in rows if row["decoupage"] == table.code]
        assert len(mine) == len(table.columns) * (len(table.rows) + 1)
        for column in table.counts:
            cells = [row for row in mine if row["mesure"] == column.label]
            total = sum(int(row["valeur"]) for row in cells if row["cle"] != "TOTAL")
            assert total == int(next(row["valeur"] for row in cells if row["cle"] == "TOTAL"))
    states = [row for row in rows if row["decoupage"] == "state" and row["mesure"] == "Tickets"]
    assert sum(int(row["valeur"]) for row in states) == report.ordered_tickets
    assert {(row["vague"], row["arrete_au"], row["scelle"]) for row in rows} == {("1", "2026-05-31", str(life.seals))}


def test_masked_cells_are_empty_and_said(life: Life) -> None:
    known = AsOf(date(2026, 5, 31), life.seals)
    rows = rows_of(wave_report(wave=life.scene.wave, as_of=known, funder=life.scene.funder))
    masked = [row for row in rows if row["remarque"] == "masqué"]
    assert masked
    assert all(row["valeur"] == "" for row in masked)
    small = [row for row in rows if row["decoupage"] != "state" and row["unite"] == "nombre" and row["cle"] != "TOTAL"]
    assert all(row["valeur"] in {"", "0"} or int(row["valeur"]) >= 5 for row in small)


def test_a_name_is_never_run_as_a_formula() -> None:
    for name in ("=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1"):
        assert neutral(name).startswith("'")
    for name in ("Médiathèque", "L'Autre Lieu", "A=B", ""):
        assert neutral(name) == name
