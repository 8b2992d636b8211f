"""What a funder reads of a report: their own titles, aggregates by distributor and commune, no small cell."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final

from reporting.queries.breakdown import Breakdown, Row
from reporting.queries.masking import THRESHOLD, Cell, Equation, masked_cells
from reporting.queries.report import Apart, WaveReport

# A funder reads aggregates by distributor and commune, never by place (register.md, *Who sees what*).
HIDDEN_FROM_FUNDERS: Final = frozenset({"funder", "site"})


def masked(report: WaveReport) -> WaveReport:
    """Return the report with small cells masked, and without the tables that funders do not read.

    Totals stay: they are of the funder's own titles.
    """
    tables = [table for table in report.breakdowns if table.code not in HIDDEN_FROM_FUNDERS]
    hidden = masked_cells(_values(tables), _equations(tables))
    return replace(
        report,
        is_masked=True,
        breakdowns=tuple(_with_masks(table, hidden) for table in tables),
        apart=Apart(*(None if 0 < n < THRESHOLD else n for n in asdict(report.apart).values())),
    )


def _values(tables: Sequence[Breakdown]) -> dict[Cell, int]:
    return {
        (table.code, row.key, column.code): count or 0
        for table in tables
        for row in table.rows
        for column, count in zip(table.counts, row.counts, strict=True)
    }


def _equations(tables: Sequence[Breakdown]) -> list[Equation]:
    """Return the sums that a reader knows: columns, hours of both kinds, distributors of a commune."""
    found = []
    for table in tables:
        codes = [column.code for column in table.counts]
        found += [Equation(tuple((table.code, row.key, code) for row in table.rows)) for code in codes]
        if "individual" in codes:
            found += [
                Equation(
                    ((table.code, row.key, "individual"), (table.code, row.key, "collective")),
                    (table.code, row.key, "hours"),
                )
                for row in table.rows
                if row.counts[table.rank("hours")]
                == (row.counts[table.rank("individual")] or 0) + (row.counts[table.rank("collective")] or 0)
            ]
    by_code = {table.code: table for table in tables}
    distributors, communes = by_code["distributor"], by_code["handover_commune"]
    for commune in communes.rows:
        members = [row for row in distributors.rows if row.label.parent == commune.key]
        for column in communes.counts:
            parts = tuple(("distributor", row.key, column.code) for row in members)
            found.append(Equation(parts, ("handover_commune", commune.key, column.code)))
    return found


def _with_masks(table: Breakdown, hidden: set[Cell]) -> Breakdown:
    def seen(row: Row) -> tuple[int | None, ...]:
        return tuple(
            None if (table.code, row.key, column.code) in hidden else count
            for column, count in zip(table.counts, row.counts, strict=True)
        )

    return replace(table, rows=tuple(replace(row, counts=seen(row)) for row in table.rows))
