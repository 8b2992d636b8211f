"""Statistical secrecy for a funder (register.md, *Who sees what*): no cell under 5, nor what gives one back.

A cell from 1 to 4 is masked. The sums that a reader knows are equations; in each, what is masked must come to 5 at
least, and no masked cell may be determined by the equations together: else the smallest cell that helps is masked
too. A nought stays: it tells of nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

THRESHOLD = 5
Cell = tuple[str, str, str]
"""Code of the table, key of the row, code of the column."""


@dataclass(frozen=True, slots=True)
class Equation:
    """The cells `parts` add up to the cell `whole`, or to a sum that everybody knows (None)."""

    parts: tuple[Cell, ...]
    whole: Cell | None = None

    def cells(self) -> tuple[Cell, ...]:
        """Return the cells that may be masked."""
        return self.parts if self.whole is None else (*self.parts, self.whole)


def masked_cells(values: Mapping[Cell, int], equations: Sequence[Equation]) -> set[Cell]:
    """Return the cells to mask. Where nothing is left to mask beside a cell (a lone row), it stays alone."""
    masked = {cell for cell, value in values.items() if 0 < value < THRESHOLD}
    while _protect(values, equations, masked, known=frozenset()) or _protect(
        values, equations, masked, known=determined(equations, masked)
    ):
        pass
    return masked


def _protect(
    values: Mapping[Cell, int], equations: Iterable[Equation], masked: set[Cell], *, known: Collection[Cell]
) -> bool:
    """Mask one more cell, the smallest, in each equation that tells too much by itself or holds a cell known.

    Tell whether something was masked.
    """
    has_more = False
    for equation in equations:
        hidden = [cell for cell in equation.cells() if cell in masked]
        is_thin = len(hidden) == 1 or sum(values[cell] for cell in hidden) < THRESHOLD
        if not hidden or not (is_thin or any(cell in known for cell in hidden)):
            continue
        bare = [cell for cell in equation.cells() if cell not in masked and values[cell] > 0]
        if bare:
            masked.add(min(bare, key=lambda cell: (values[cell], cell)))
            has_more = True
    return has_more


def determined(equations: Iterable[Equation], masked: Collection[Cell]) -> set[Cell]:
    """Return the masked cells that a reader can compute from the open ones (Gauss and Jordan, exact)."""
    rows: list[dict[Cell, Fraction]] = []
    for equation in equations:
        row: dict[Cell, Fraction] = {cell: Fraction(1) for cell in equation.parts if cell in masked}
        if equation.whole is not None and equation.whole in masked:
            row[equation.whole] = Fraction(-1)
        for other in rows:
            _strike(row, other)
        if row:
            pivot = next(iter(row))
            row = {cell: factor / row[pivot] for cell, factor in row.items()}
            row = {pivot: row.pop(pivot), **row}
            for other in rows:
                _strike(other, row)
            rows.append(row)
    return {next(iter(row)) for row in rows if len(row) == 1}


def _strike(row: dict[Cell, Fraction], other: Mapping[Cell, Fraction]) -> None:
    """Take from a row what makes the other's first cell vanish from it."""
    pivot = next(iter(other))
    factor = row.get(pivot)
    if not factor:
        return
    for cell, share in other.items():
        left = row.get(cell, Fraction(0)) - factor * share
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
