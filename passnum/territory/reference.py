"""The committed reference tables, read into plain rows: what each commune was, and when. No database here."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

DATA = Path(__file__).parent / "data"
Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class EptRow:
    number: str
    name: str
    siren: str


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One line of one yearly table. `ept_number` is empty for an arrondissement, which follows its commune."""

    code: str
    name: str
    departement: str
    siren: str
    postal_codes: tuple[str, ...]
    ept_number: str
    inhabitants: int | None
    parent_code: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The communes of the Métropole between two days, both included; `valid_until` is None for the last table."""

    valid_from: date
    valid_until: date | None
    census_year: int
    communes: tuple[CommuneRow, ...]
    epts: tuple[EptRow, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    code: str
    last_day: date
    successor_code: str


@dataclass(frozen=True, slots=True)
class Span(Generic[Fact]):
    """A fact about a commune, and the days it holds, both included."""

    code: str
    valid_from: date
    valid_until: date | None
    fact: Fact


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _communes(name: str) -> Iterator[CommuneRow]:
    for line in _lines(name):
        yield CommuneRow(
            code=line["code_insee"],
            name=line["nom"],
            departement=line["departement"],
            siren=line["siren_commune"],
            postal_codes=tuple(line["codes_postaux"].split()),
            ept_number=line["ept_num"],
            inhabitants=int(line["population"]),
        )
    for line in _lines("arrondissements.csv"):
        yield CommuneRow(
            code=line["code_insee"],
            name=line["nom"],
            departement=line["commune_insee"][:2],
            siren="",
            postal_codes=tuple(line["codes_postaux"].split()),
            ept_number="",
            inhabitants=None,
            parent_code=line["commune_insee"],
        )


@cache
def tables() -> tuple[Table, ...]:
    """Return the yearly tables, oldest first. Read once per process: the files ship with the software."""
    read = [
        Table(
            valid_from=date.fromisoformat(line["valable_du"]),
            valid_until=date.fromisoformat(line["valable_au"]) if line["valable_au"] else None,
            census_year=int(line["millesime_population"]),
            communes=tuple(sorted(_communes(line["fichier"]), key=lambda row: row.code)),
            epts=tuple(
                sorted(
                    {EptRow(row["ept_num"], row["ept"], row["ept_siren"]) for row in _lines(line["fichier"])},
                    key=lambda ept: int(ept.number[1:]),
                )
            ),
        )
        for line in _lines("tables.csv")
    ]
    return tuple(sorted(read, key=lambda table: table.valid_from))


def table_on(day: date) -> Table:
    """Return the table of a day; the first one for a day before the Métropole was born."""
    return next((table for table in reversed(tables()) if table.valid_from <= day), tables()[0])


@cache
def successions() -> tuple[Succession, ...]:
    """Return which commune took over from which, by code."""
    rows = (
        Succession(line["code_insee"], date.fromisoformat(line["dernier_jour"]), line["code_successeur"])
        for line in _lines("successions.csv")
    )
    return tuple(sorted(rows, key=lambda row: row.code))


def spans(fact_of: Callable[[CommuneRow, Table], Fact | None]) -> list[Span[Fact]]:
    """Return each fact with the days it holds: one span as long as consecutive tables say the same.

    `fact_of` returns None where a table says nothing (the population of an arrondissement).
    """
    found: list[Span[Fact]] = []
    for code in sorted({row.code for table in tables() for row in table.communes}):
        open_span: Span[Fact] | None = None
        for table in tables():
            row = next((row for row in table.communes if row.code == code), None)
            fact = fact_of(row, table) if row else None
            if open_span and (fact != open_span.fact or open_span.valid_until != table.valid_from - timedelta(days=1)):
                found.append(open_span)
                open_span = None
            if fact is not None:
                start = open_span.valid_from if open_span else table.valid_from
                open_span = Span(code, start, table.valid_until, fact)
        if open_span:
            found.append(open_span)
    return found
