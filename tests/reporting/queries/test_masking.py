"""No small cell, and no way back to one: random tables are attacked."""

from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from reporting.queries.as_of import AsOf
from reporting.queries.breakdown import Breakdown, Column, Label, Row
from reporting.queries.funder_view import masked
from reporting.queries.masking import THRESHOLD, Cell, Equation, determined, masked_cells
from reporting.queries.wave_report import wave_report
from tests.reporting.life import Life

# What a search by hand can go through: 3 ** 9 changes.
MOST_MASKED = 9


def cell(row: int, column: str, table: str = "t") -> Cell:
    return (table, str(row), column)


def table_of(rows: list[tuple[int, int]]) -> tuple[dict[Cell, int], list[Equation]]:
    """A table as reports have them: individual + collective = hours in each row, and each column adds up."""
    values: dict[Cell, int] = {}
    equations = []
    for rank, (alone, together) in enumerate(rows):
        for column, value in (("i", alone), ("c", together), ("h", alone + together)):
            values[cell(rank, column)] = value
        equations.append(Equation((cell(rank, "i"), cell(rank, "c")), cell(rank, "h")))
    equations += [Equation(tuple(cell(rank, column) for rank in range(len(rows)))) for column in "ich"]
    return values, equations


def holds(equation: Equation, change: dict[Cell, int]) -> bool:
    parts = sum(change.get(c, 0) for c in equation.parts)
    return parts == (change.get(equation.whole, 0) if equation.whole else 0)


def movable(values: dict[Cell, int], equations: list[Equation], masked: set[Cell]) -> set[Cell]:
    """The masked cells that could be one more or one less, all that is open being the same."""
    cells = sorted(masked)
    found: set[Cell] = set()
    for steps in product((-1, 0, 1), repeat=len(cells)):
        change = dict(zip(cells, steps, strict=True))
        if all(values[c] + step >= 0 for c, step in change.items()) and all(holds(e, change) for e in equations):
            found |= {c for c, step in change.items() if step}
    return found


def alone(values: dict[Cell, int], equations: list[Equation], masked: set[Cell], one: Cell) -> bool:
    """Tell whether all that could hide a cell is masked already: a lone row, which the total gives away."""
    return any(one in e.cells() and all(c in masked or values[c] == 0 for c in e.cells()) for e in equations)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5))
def test_no_masked_cell_can_be_computed(rows: list[tuple[int, int]]) -> None:
    values, equations = table_of(rows)
    hidden = masked_cells(values, equations)
    assert all(c in hidden for c, value in values.items() if 0 < value < THRESHOLD)
    assume(len(hidden) <= MOST_MASKED)
    free = movable(values, equations, hidden)
    assert all(c in free or alone(values, equations, hidden, c) for c in hidden)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=8))
def test_what_is_masked_in_a_column_comes_to_five(column: list[int]) -> None:
    values = {cell(rank, "h"): value for rank, value in enumerate(column)}
    equation = Equation(tuple(values))
    hidden = masked_cells(values, [equation])
    is_open = any(values[c] for c in values if c not in hidden)
    if hidden and is_open:
        assert len(hidden) > 1
        assert sum(values[c] for c in hidden) >= THRESHOLD


def test_nothing_is_masked_without_need() -> None:
    values, equations = table_of([(10, 12), (7, 5), (0, 9)])
    assert masked_cells(values, equations) == set()


def test_a_nought_stays_and_helps_nobody() -> None:
    values = {cell(0, "h"): 0, cell(1, "h"): 3, cell(2, "h"): 40, cell(3, "h"): 12}
    assert masked_cells(values, [Equation(tuple(values))]) == {cell(1, "h"), cell(3, "h")}


def test_a_cell_is_not_given_back_by_the_coarser_table() -> None:
    """A distributor of 3 in a commune of 13: the commune less the other distributor would say it."""
    a, b, c = cell(0, "h", "d"), cell(1, "h", "d"), cell(2, "h", "d")
    commune, other = cell(0, "h", "c"), cell(1, "h", "c")
    values = {a: 3, b: 10, c: 20, commune: 13, other: 20}
    equations = [Equation((a, b, c)), Equation((commune, other)), Equation((a, b), commune), Equation((c,), other)]
    hidden = masked_cells(values, equations)
    assert {a, b} <= hidden
    assert not determined(equations, hidden) & {a}


def test_determined_solves_several_equations_together() -> None:
    x, y, z = cell(0, "x"), cell(1, "x"), cell(2, "x")
    equations = [Equation((x, y)), Equation((y, z)), Equation((x, z))]
    assert determined(equations, {x, y, z}) == {x, y, z}
    assert determined(equations[:2], {x, y, z}) == set()
    assert determined([Equation((x, y), z)], {x, z}) == set()
    assert determined([Equation((x, y), z)], {x}) == {x}


def test_cells_that_three_sums_give_together_are_protected() -> None:
    """Each sum hides two cells of it, and is thick enough; the three together would still give all."""
    x, y, z = cell(0, "x"), cell(1, "x"), cell(2, "x")
    others = [cell(rank, "o") for rank in range(3)]
    values = {x: 3, y: 3, z: 3, **dict.fromkeys(others, 8)}
    equations = [Equation((x, y, others[0])), Equation((y, z, others[1])), Equation((x, z, others[2]))]
    hidden = masked_cells(values, equations)
    assert {x, y, z} < hidden
    assert not determined(equations, hidden) & {x, y, z}


def test_a_funder_cannot_subtract_a_distributor_from_its_commune(life: Life) -> None:
    known = AsOf(date(2026, 5, 31), life.seals)
    whole = wave_report(wave=life.scene.wave, as_of=known)
    columns = (Column("redeemed", "Tickets utilisés"),)

    def table(code: str, rows: list[tuple[str, str, int]]) -> Breakdown:
        made = tuple(Row(key, Label(key, parent=parent), (count,)) for key, parent, count in rows)
        return Breakdown(code, "", "", "", "", columns, made, (sum(count for *_, count in rows),))

    distributors = table("distributor", [("A", "94028", 3), ("B", "94028", 30), ("C", "92012", 20), ("D", "92012", 9)])
    communes = table("handover_commune", [("94028", "", 33), ("92012", "", 29)])
    seen = masked(replace(whole, breakdowns=(distributors, communes)))
    open_cells = seen.breakdown("distributor").column("redeemed")
    assert open_cells["A"] is None
    inside = [open_cells["A"], open_cells["B"], seen.breakdown("handover_commune").column("redeemed")["94028"]]
    assert inside.count(None) >= 2, "A is what is left of its commune"
