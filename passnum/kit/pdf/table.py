"""Tables that split across pages: head repeated, cells wrapped, header cells tagged as such."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import TaggedCanvas
from passnum.kit.pdf.flow import Strip
from passnum.kit.pdf.structure import Element

SIZE: Final = 9.0
_LEADING: Final = 1.22
_PAD_X: Final = 4.0
_PAD_Y: Final = 3.2
_MOST_LINES: Final = 12
"""Lines of one cell; longer words are cut with an ellipsis, so that a row always holds on a page."""
_SCOPE: Final = {"Column": "<</O/Table/Scope/Column>>", "Row": "<</O/Table/Scope/Row>>"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, the side its cells lean on (figures: right)."""

    title: str
    width: float = 1.0
    align: Literal["left", "right"] = "left"
    is_row_header: bool = False
    """Its cells name their row: a screen reader says them before each figure."""


@dataclass(slots=True)
class Table:
    """Columns, rows of ready text, an optional last row of totals."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    total: Sequence[str] | None = None
    empty: str = "Aucune ligne."
    _element: Element | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Raise ValueError when a row has not one cell per column."""
        for row in (*self.rows, *([self.total] if self.total is not None else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} cells for {len(self.columns)} columns")

    def strips(self, width: float) -> Iterator[Strip]:
        """Return the bands of the table, the caption first."""
        edges = self._edges(width)
        if self.caption:
            yield self._caption_strip(width)
        head = _Row(self, [column.title for column in self.columns], edges, kind="head")
        yield Strip(head.height, head.draw, keeps_next=True)
        again = Strip(head.height, head.draw_again)
        bodies = [_Row(self, row, edges, kind="body", is_odd=rank % 2 == 1) for rank, row in enumerate(self.rows)]
        if not bodies:
            bodies = [_Row(self, [self.empty], [(0.0, width)], kind="body")]
        if self.total is not None:
            bodies.append(_Row(self, self.total, edges, kind="total"))
        bodies[-1].is_last = True
        for rank, body in enumerate(bodies):
            keeps = rank + 2 == len(bodies)  # the last row is never alone on its page
            yield Strip(body.height, body.draw, repeats=again, keeps_next=keeps)

    def _edges(self, width: float) -> list[tuple[float, float]]:
        """Return the left edge and width of each column."""
        whole = sum(column.width for column in self.columns)
        edges, left = [], 0.0
        for column in self.columns:
            share = width * column.width / whole
            edges.append((left, share))
            left += share
        return edges

    def element(self, pen: TaggedCanvas) -> Element:
        """Return the structure element, opened by whichever strip comes first."""
        if self._element is None:
            self._element = pen.structure.open("Table")
        return self._element

    def close(self, pen: TaggedCanvas) -> None:
        """Close the structure element, after the last strip."""
        assert self._element is not None
        pen.structure.close(self._element)
        self._element = None

    def _caption_strip(self, width: float) -> Strip:
        lines = text.wrap(self.caption, fonts.BOLD, SIZE + 1, width)
        step = (SIZE + 1) * _LEADING

        def draw(pen: TaggedCanvas, x: float, y: float) -> None:
            with pen.tagged("Caption", self.element(pen)):
                for rank, line in enumerate(lines):
                    pen.text(x, y - step * rank - SIZE, line, font=fonts.BOLD, size=SIZE + 1, colour=theme.INK)

        return Strip(step * len(lines) + 3, draw, before=8, keeps_next=True)


@dataclass(slots=True)
class _Row:
    """One row, its cells already wrapped."""

    table: Table
    cells: Sequence[str]
    edges: Sequence[tuple[float, float]]
    kind: Literal["head", "body", "total"]
    is_odd: bool = False
    is_last: bool = False
    lines: list[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = [
            text.fit(
                cell, self._font(rank), size=SIZE, smallest=SIZE, width=share - 2 * _PAD_X, lines=_MOST_LINES
            ).lines
            for rank, (cell, (_, share)) in enumerate(zip(self.cells, self.edges, strict=True))
        ]

    @property
    def height(self) -> float:
        """In points, padding included."""
        most = max(len(lines) for lines in self.lines)
        return most * SIZE * _LEADING + 2 * _PAD_Y

    def _is_header(self, rank: int) -> bool:
        return self.kind == "head" or self.table.columns[rank].is_row_header

    def _font(self, rank: int) -> str:
        return fonts.REGULAR if self.kind == "body" and not self._is_header(rank) else fonts.BOLD

    def draw(self, pen: TaggedCanvas, x: float, y: float) -> None:
        """Draw and tag the row."""
        table = self.table.element(pen)
        row = pen.structure.open("TR", table)
        with pen.artifact():
            self._draw_ground(pen, x, y)
        for rank in range(len(self.cells)):
            role = "TH" if self._is_header(rank) else "TD"
            scope = _SCOPE["Column" if self.kind == "head" else "Row"] if role == "TH" else ""
            with pen.tagged(role, row, attributes=scope):
                self._draw_cell(pen, rank, x, y)
        pen.structure.close(row)
        if self.is_last:
            self.table.close(pen)

    def draw_again(self, pen: TaggedCanvas, x: float, y: float) -> None:
        """Draw the row at the top of a next page: a reminder for the eye only."""
        with pen.artifact():
            self._draw_ground(pen, x, y)
            for rank in range(len(self.cells)):
                self._draw_cell(pen, rank, x, y)

    def _draw_ground(self, pen: TaggedCanvas, x: float, y: float) -> None:
        width = self.edges[-1][0] + self.edges[-1][1]
        bottom = y - self.height
        if self.kind == "head":
            shapes.rule(pen, x, bottom, width, self.height, theme.fill_operator(theme.TINT))
            shapes.rule(pen, x, bottom, width, 1.0, theme.fill_operator(theme.ACCENT))
        elif self.kind == "total":
            shapes.rule(pen, x, y, width, 1.0, theme.fill_operator(theme.ACCENT))
        else:
            shapes.rule(pen, x, bottom, width, 0.4, theme.fill_operator(theme.RULE))

    def _draw_cell(self, pen: TaggedCanvas, rank: int, x: float, y: float) -> None:
        left, share = self.edges[rank]
        is_right = self.table.columns[rank].align == "right"
        at = x + left + (share - _PAD_X if is_right else _PAD_X)
        for line_rank, line in enumerate(self.lines[rank]):
            down = _PAD_Y + SIZE * 0.9 + line_rank * SIZE * _LEADING
            pen.text(
                at,
                y - down,
                line,
                font=self._font(rank),
                size=SIZE,
                colour=theme.INK,
                align="right" if is_right else "left",
            )
