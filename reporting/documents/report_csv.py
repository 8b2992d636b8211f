"""The tables of a report as one tidy CSV (RFC 4180, UTF-8 with its mark so that office suites read the accents)."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from reporting.queries.breakdown import Breakdown, Column
from reporting.queries.report import WaveReport

HEAD: Final = (
    "vague",
    "arrete_au",
    "scelle",
    "decoupage",
    "cle",
    "libelle",
    "precision",
    "mesure",
    "unite",
    "valeur",
    "remarque",
)
TOTAL: Final = "TOTAL"
# A spreadsheet takes a cell that begins so for a formula (OWASP, *CSV Injection*).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def wave_report_csv(report: WaveReport) -> bytes:
    """Return every table, a line for each cell; shares are percentages with a decimal point."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    marks = (str(report.wave.number), report.as_of.cut_off_on.isoformat(), str(report.seal.number))
    writer.writerows([*marks, *line] for line in _lines(report))
    return out.getvalue().encode("utf-8-sig")


def _lines(report: WaveReport) -> Iterator[list[str]]:
    for state in report.states:
        for measure, count in (("Carnets", state.booklets), ("Tickets", state.tickets)):
            yield ["state", state.state, state.label, "", measure, "nombre", str(count), ""]
    for table in report.breakdowns:
        for row in table.rows:
            names = [table.code, row.key, neutral(row.label.text), neutral(row.label.hint)]
            yield from _cells(table, names, row.counts)
        yield from _cells(table, [table.code, TOTAL, "Total", ""], table.total)


def _cells(table: Breakdown, names: list[str], counts: Sequence[int | None]) -> Iterator[list[str]]:
    hidden = {column.code for column, count in zip(table.counts, counts, strict=True) if count is None}
    for column, value in zip(table.columns, table.values(counts), strict=True):
        is_masked = bool({column.code, column.part, column.whole} & hidden)
        unit = "%" if column.is_share else "nombre"
        remark = "masqué" if is_masked else "sans base" if value is None else ""
        yield [*names, column.label, unit, "" if is_masked else _text(column, value), remark]


def _text(column: Column, value: int | None) -> str:
    if value is None:
        return ""
    return f"{value // 100}.{value % 100:02d}" if column.is_share else str(value)
