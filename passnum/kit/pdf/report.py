"""A paginated document made of headings, paragraphs, tables and figures: tagged, bookmarked, repeatable.

    report = ReportDocument(About(title="Rapport de la vague 2027", author="Métropole"), footer="Arrêté au 31/12/2027")
    report.title("Rapport de la vague 2027", "Arrêté au 31 décembre 2027, sceau 124")
    report.key_figures([("5 412", "tickets utilisés"), ("68 %", "taux d'usage")])
    report.heading("Usage par commune")
    report.paragraph("Une phrase.")
    report.table([Column("Commune", 3, is_row_header=True), Column("Tickets", align="right")], rows, caption="…")
    report.figure(drawing, alt="Ce que montre la courbe, en une phrase.", caption="Usage par mois")
    data = report.render()

Words are laid out when they are added; nothing reads the clock and nothing is drawn before `write` or `render`, which
can be called again and give the same bytes. Sentences get the no-break spaces of French; cells are printed as given.
"""

import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final, Literal

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color

from passnum.kit.pdf import flow, fonts, shapes, text, theme
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.figure import draw_figure
from passnum.kit.pdf.flow import Placed, Strip
from passnum.kit.pdf.structure import Element
from passnum.kit.pdf.table import Column, Table
from passnum.kit.pdf.theme import MM

__all__ = ["About", "Column", "ReportDocument"]

_MARGIN: Final = 20 * MM
_TOP: Final = 18 * MM
_BOTTOM: Final = 20 * MM
_LEADING: Final = 1.35
_SIZES: Final = {"body": 10.5, "small": 8.5, "lead": 12.5}
_HEADINGS: Final = {2: (16.0, 18.0), 3: (12.5, 13.0), 4: (10.5, 10.0)}
"""Size and space before, in points, by level."""
_TILE_HEIGHT: Final = 52.0
_TILES: Final = 4


class ReportDocument:
    """Add pieces in reading order, then `write` or `render`."""

    def __init__(self, about: About, *, footer: str = "", pagesize: tuple[float, float] = A4) -> None:
        self.about = about
        self._footer = footer
        self._pagesize = pagesize
        self._width = pagesize[0] - 2 * _MARGIN
        self._room = pagesize[1] - _TOP - _BOTTOM
        self._strips: list[Strip] = []
        self._breaks_next = False

    # Pieces ---------------------------------------------------------------------------------------------------------

    def title(self, words: str, subtitle: str = "") -> None:
        """Add the title of the document (H1), once, first."""
        self._lines("H1", words, font=fonts.BOLD, size=26, colour=theme.ACCENT, leading=1.15, keeps_next=True, level=1)
        self._add(Strip(9, _yellow_bar, keeps_next=bool(subtitle)))
        if subtitle:
            self._lines("P", subtitle, size=_SIZES["lead"], before=5)

    def heading(self, words: str, level: Literal[2, 3, 4] = 2) -> None:
        """Add a heading; it stays with what follows and enters the bookmarks."""
        size, before = _HEADINGS[level]
        colour = theme.ACCENT if level == 2 else theme.INK  # noqa: PLR2004 (the level of a section)
        self._lines(
            f"H{level}", words, font=fonts.BOLD, size=size, colour=colour, before=before, keeps_next=True, level=level
        )
        self._add(Strip(3, _nothing, keeps_next=True))

    def paragraph(self, words: str, style: Literal["body", "small", "lead"] = "body") -> None:
        """Add a paragraph (P)."""
        self._lines("P", words, size=_SIZES[style], before=5)

    def bullets(self, items: Iterable[str]) -> None:
        """Add a list (L, LI, Lbl, LBody)."""
        words = [item for item in items if item.strip()]
        if not words:
            return
        parent = _Shared("L")
        for rank, item in enumerate(words):
            self._bullet(parent, item, is_first=rank == 0, is_last=rank + 1 == len(words))

    def key_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Add large figures with their words, at most four in a row: (« 5 412 », « tickets utilisés »)."""
        for start in range(0, len(figures), _TILES):
            row = figures[start : start + _TILES]
            self._add(Strip(_TILE_HEIGHT, _tiles(row, self._width), before=8))

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        caption: str = "",
        total: Sequence[str] | None = None,
        empty: str = "Aucune ligne.",
    ) -> None:
        """Add a table (Table, Caption, TR, TH, TD); its head comes again on each page.

        Raises ValueError when a row has not one cell per column.
        """
        strips = Table(columns, rows, caption, total, empty).strips(self._width)
        for strip in strips:
            self._add(strip)
        self._add(Strip(6, _nothing))

    def figure(self, drawing: Drawing, *, alt: str, caption: str = "") -> None:
        """Add a drawing (Figure) as wide as the text at most; `alt` says what it shows. Raises ValueError without it."""
        if not alt.strip():
            raise ValueError("a figure says in words what it shows")
        room = self._room - 40
        scale = min(1.0, self._width / drawing.width, room / drawing.height)
        height = drawing.height * scale

        def draw(pen: TaggedCanvas, x: float, y: float) -> None:
            box = f"{x:.0f} {y - height:.0f} {x + drawing.width * scale:.0f} {y:.0f}"
            with pen.tagged("Figure", alt=alt, attributes=f"<</O/Layout/BBox[{box}]>>"):
                draw_figure(pen, drawing, x, y - height, scale)

        self._add(Strip(height, draw, before=8, keeps_next=bool(caption)))
        if caption:
            self._lines("P", caption, size=_SIZES["small"], before=3)

    def page_break(self) -> None:
        """Start the next piece on a new page."""
        self._breaks_next = True

    # Output ---------------------------------------------------------------------------------------------------------

    def render(self) -> bytes:
        """Return the PDF."""
        out = io.BytesIO()
        self.write(out)
        return out.getvalue()

    def write(self, out: BinaryIO) -> int:
        """Write the PDF and return its number of pages. Raises ValueError when nothing was added."""
        placed = flow.lay(self._strips, self._room)
        if not placed:
            raise ValueError("an empty report")
        count = placed[-1].page + 1
        pen = TaggedCanvas(out, self.about, self._pagesize)
        for page in range(count):
            self._draw_page(pen, [piece for piece in placed if piece.page == page], page + 1, count)
        pen.save()
        return count

    def _draw_page(self, pen: TaggedCanvas, pieces: Sequence[Placed], page: int, count: int) -> None:
        top = self._pagesize[1] - _TOP
        for piece in pieces:
            piece.strip.draw(pen, _MARGIN, top - piece.top)
        with pen.artifact():
            y = 10 * MM
            shapes.rule(pen, _MARGIN, y + 12, self._width, 0.6, theme.fill_operator(theme.RULE))
            words = text.fit(
                self._footer or self.about.title, fonts.REGULAR, size=8, smallest=6, width=self._width - 80
            )
            pen.text(_MARGIN, y, words.lines[0], size=words.size, colour=theme.INK)
            right = self._pagesize[0] - _MARGIN
            pen.text(right, y, f"Page\u00a0{page} sur\u00a0{count}", size=8, colour=theme.INK, align="right")
        pen.showPage()

    # Making strips --------------------------------------------------------------------------------------------------

    def _add(self, strip: Strip) -> None:
        if self._breaks_next:
            self._breaks_next = False
            strip = Strip(
                strip.height, strip.draw, strip.before, strip.keeps_next, strip.repeats, breaks_page=bool(self._strips)
            )
        self._strips.append(strip)

    def _lines(
        self,
        role: str,
        words: str,
        *,
        size: float,
        font: str = fonts.REGULAR,
        colour: Color = theme.INK,
        before: float = 0.0,
        leading: float = _LEADING,
        keeps_next: bool = False,
        level: int = 0,
    ) -> None:
        """Add one strip a line; the first two and the last two lines stay together."""
        lines = text.wrap(text.typeset(words), font, size, self._width)
        shared = _Shared(role, title=fonts.printable(words) if level else "", level=level)
        for rank, line in enumerate(lines):
            is_last = rank + 1 == len(lines)
            stays = keeps_next if is_last else rank == 0 or rank + 2 == len(lines)
            draw = _line(shared, line, font, size, colour, is_last=is_last)
            self._add(Strip(size * leading, draw, before=before if rank == 0 else 0.0, keeps_next=stays))

    def _bullet(self, parent: "_Shared", words: str, *, is_first: bool, is_last: bool) -> None:
        size, indent = _SIZES["body"], 12.0
        lines = text.wrap(text.typeset(words), fonts.REGULAR, size, self._width - indent)
        item = _Bullet(parent, lines, size, indent, closes_list=is_last)
        for rank in range(len(lines)):
            before = (5.0 if is_first else 2.5) if rank == 0 else 0.0
            self._add(Strip(size * _LEADING, item.line(rank), before=before, keeps_next=rank + 1 < len(lines)))


class _Shared:
    """A structure element drawn by several strips: opened by the first, closed by the last, then ready to serve again."""

    def __init__(self, role: str, title: str = "", level: int = 0) -> None:
        self.role = role
        self.title = title
        self.level = level
        self._element: Element | None = None

    def open(self, pen: TaggedCanvas, top: float, parent: Element | None = None) -> Element:
        """Return the element, opening it and its bookmark the first time."""
        if self._element is None:
            self._element = pen.structure.open(self.role, parent)
            if self.level:
                pen.bookmark(self.title, self.level, top)
        return self._element

    def close(self, pen: TaggedCanvas) -> None:
        """Write the element."""
        assert self._element is not None
        pen.structure.close(self._element)
        self._element = None


class _Bullet:
    """One item of a list."""

    def __init__(self, parent: _Shared, lines: Sequence[str], size: float, indent: float, *, closes_list: bool) -> None:
        self._parent = parent
        self._lines = lines
        self._size = size
        self._indent = indent
        self._closes_list = closes_list
        self._item = _Shared("LI")
        self._body = _Shared("LBody")

    def line(self, rank: int) -> flow.Draw:
        """Return the drawing of one line."""

        def draw(pen: TaggedCanvas, x: float, y: float) -> None:
            item = self._item.open(pen, y, self._parent.open(pen, y))
            if rank == 0:
                with pen.tagged("Lbl", item):
                    pen.text(x + 2, y - self._size, "•", size=self._size, colour=theme.ACCENT)
            with pen.marked(self._body.open(pen, y, item)):
                pen.text(x + self._indent, y - self._size, self._lines[rank], size=self._size, colour=theme.INK)
            if rank + 1 == len(self._lines):
                self._body.close(pen)
                self._item.close(pen)
                if self._closes_list:
                    self._parent.close(pen)

        return draw


def _line(shared: _Shared, line: str, font: str, size: float, colour: Color, *, is_last: bool) -> flow.Draw:
    def draw(pen: TaggedCanvas, x: float, y: float) -> None:
        with pen.marked(shared.open(pen, y)):
            pen.text(x, y - size, line, font=font, size=size, colour=colour)
        if is_last:
            shared.close(pen)

    return draw


def _tiles(row: Sequence[tuple[str, str]], width: float) -> flow.Draw:
    gap = 8.0
    tile = (width - gap * (_TILES - 1)) / _TILES

    def draw(pen: TaggedCanvas, x: float, y: float) -> None:
        for rank, (figure, words) in enumerate(row):
            left = x + rank * (tile + gap)
            with pen.artifact():
                shapes.panel(pen, left, y - _TILE_HEIGHT, tile, _TILE_HEIGHT, theme.fill_operator(theme.TINT))
                shapes.rule(pen, left, y - _TILE_HEIGHT, 2.4, _TILE_HEIGHT, theme.fill_operator(theme.ACCENT))
            with pen.tagged("P"):
                big = text.fit(figure, fonts.BOLD, size=19, smallest=9, width=tile - 14)
                pen.text(left + 9, y - 22, big.lines[0], font=fonts.BOLD, size=big.size, colour=theme.INK)
                small = text.fit(words, fonts.REGULAR, size=9, smallest=7, width=tile - 14, lines=2)
                for line_rank, line in enumerate(small.lines):
                    pen.text(left + 9, y - 34 - line_rank * 11, line, size=small.size, colour=theme.INK)

    return draw


def _yellow_bar(pen: TaggedCanvas, x: float, y: float) -> None:
    with pen.artifact():
        shapes.rule(pen, x, y - 8, 26 * MM, 2.6, theme.fill_operator(theme.ACCENT_2))


def _nothing(pen: TaggedCanvas, x: float, y: float) -> None:
    """Draw the space between two pieces."""
