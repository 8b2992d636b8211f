"""Booklets in PDF: takes sheets one after the other, writes pages as they fill, keeps none."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, BinaryIO, Final

from passnum.kit.pdf import fonts
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import Recording, TaggedCanvas, number
from passnum.kit.pdf.structure import Element
from passnum.kit.pdf.theme import MM
from vouchers.documents import cover, cover_a4, imposition, slip, ticket, wording
from vouchers.documents.sheet import (
    BookletSheet,
    Layout,
    RenderResult,
    SheetIncomplete,
    TicketFace,
    TitleProfile,
)

__all__ = [
    "BookletSheet",
    "Layout",
    "RenderResult",
    "SheetIncomplete",
    "TicketFace",
    "TitleProfile",
    "render_booklets",
    "render_specimen",
]

_MEMORY: Final = 64
"""Drawings kept ready at once. An order has one wave, one funder, six sizes and a few distributors."""
_SLUG_X: Final = 12.1 * MM
_SLUG_Y: Final = 17 * MM

_Placed = tuple[Element, Recording]
_Draw = Callable[[TaggedCanvas, BookletSheet], None]
Band = Callable[[TaggedCanvas, float, float], None]
"""Drawn over a leaf, whose lower left corner is given in points."""


def render_booklets(sheets: Iterable[BookletSheet], layout: Layout, out: BinaryIO) -> RenderResult:
    """Write the booklets as one tagged PDF, pages going out as they fill: memory does not grow with the order.

    Same sheets, same bytes. Raises SheetIncomplete when a CAP's names do not fit; HostMalformed, RefMalformed or
    PayloadMalformed for codes of another shape; ValueError without any sheet. What was written before is then no PDF.
    """
    canvas = TaggedCanvas(out, About(title=f"{wording.TITLE} – carnets", subject=layout.label, prints_at_scale=True))
    press = _Press(canvas)
    if layout is Layout.CUT_SHEETS:
        press.print_cut_sheets(sheets)
    else:
        press.print_documents(sheets)
    if not press.booklets:
        raise ValueError("no booklet to print")
    canvas.save()
    return RenderResult(canvas.page_count, press.tickets, press.booklets)


def render_specimen(sheet: BookletSheet, out: BinaryIO, *, title: str, band: Band) -> RenderResult:
    """Write one booklet, leaf after leaf in reading order, with a band over each leaf (a proof).

    Raises as `render_booklets`.
    """
    canvas = TaggedCanvas(out, About(title=title, subject=wording.PROOF_BAND, prints_at_scale=True))
    press = _Press(canvas, band)
    press.print_in_rows(sheet)
    canvas.save()
    return RenderResult(canvas.page_count, press.tickets, press.booklets)


class _Press:
    """Draws once what many booklets share, and lays the leaves on the pages."""

    def __init__(self, canvas: TaggedCanvas, band: Band | None = None) -> None:
        self.canvas = canvas
        self.band = band
        self.tickets = 0
        self.booklets = 0
        self._drawings: dict[Hashable, Recording] = {}
        self._grounds: dict[Hashable, ticket.TicketGround] = {}
        self._face = canvas.face_name(fonts.REGULAR)

    def print_cut_sheets(self, sheets: Iterable[BookletSheet]) -> None:
        """Print lots of booklets to cut, after one page that says how."""
        self.canvas.play(self.canvas.record(slip.page), 0, 0)
        self.canvas.showPage()
        for rank, lot in enumerate(imposition.lots(sheets), start=1):
            sections = [self.canvas.structure.open("Sect") for _ in lot]
            placed = [
                placed
                for section, sheet in zip(sections, lot, strict=True)
                for placed in self._placed(section, self._leaves(sheet))
            ]
            self._lay(imposition.cut_and_stack(placed), lot=rank)
            for section in sections:
                self.canvas.structure.close(section)

    def print_documents(self, sheets: Iterable[BookletSheet]) -> None:
        """Print each booklet on pages of its own: a cover page, then its tickets."""
        for sheet in sheets:
            section = self.canvas.structure.open("Sect")
            self.canvas.play(self._drawing(cover_a4.page, sheet), 0, 0, section)
            self.canvas.play(self._own(cover_a4.number, sheet), 0, 0, section)
            self.canvas.showPage()
            self._lay(imposition.in_rows(self._placed(section, self._tickets(sheet))))
            self.canvas.structure.close(section)

    def print_in_rows(self, sheet: BookletSheet) -> None:
        """Print all the leaves of one booklet from left to right, then down."""
        section = self.canvas.structure.open("Sect")
        self._lay(imposition.in_rows(self._placed(section, self._leaves(sheet))))
        self.canvas.structure.close(section)

    def _placed(self, section: Element, leaves: Iterable[Recording]) -> list[_Placed]:
        """Give each leaf its own part of the structure, in reading order, before any page is laid."""
        return [(self.canvas.structure.open("Sect", section), drawn) for drawn in leaves]

    def _lay(self, pages: list[list[_Placed | None]], *, lot: int = 0) -> None:
        canvas = self.canvas
        for rank, page in enumerate(pages, start=1):
            with canvas.artifact():
                imposition.cutting_marks(canvas, page)
            for place, placed in enumerate(page):
                if placed is None:
                    continue
                element, drawn = placed
                x, y = imposition.corner(place)
                canvas.play(drawn, x, y, element)
                if lot:
                    self._slug(x, y, f"lot {lot} - feuille {rank}/{len(pages)} - pile {place + 1}")
                canvas.structure.close(element)
                if self.band:
                    with canvas.artifact():
                        self.band(canvas, x, y)
            canvas.showPage()

    def _slug(self, x: float, y: float, words: str) -> None:
        """Write along the stub where the leaf comes from, for whoever cuts and stacks."""
        with self.canvas.artifact():
            self.canvas.draw(
                f"BT 0.3 g {self._face} 5 Tf 0 1 -1 0 {number(x + _SLUG_X)} {number(y + _SLUG_Y)} Tm ({words}) Tj ET"
            )

    def _leaves(self, sheet: BookletSheet) -> Iterator[Recording]:
        yield [*self._drawing(cover.front, sheet), *self._own(cover.front_number, sheet)]
        yield self._drawing(cover.guide, sheet)
        yield from self._tickets(sheet)
        yield self._drawing(cover.notice, sheet)

    def _tickets(self, sheet: BookletSheet) -> Iterator[Recording]:
        if sheet.look not in self._grounds:
            _keep_small(self._grounds)
            self._grounds[sheet.look] = ticket.record_ground(self.canvas, sheet)
        shared = ticket.prepare(self.canvas, sheet, self._grounds[sheet.look])
        self.booklets += 1
        for position, face in enumerate(sheet.tickets, start=1):
            self.tickets += 1
            yield ticket.ticket(shared, face, position)

    def _drawing(self, draw: _Draw, sheet: BookletSheet) -> Recording:
        """Return a drawing that all sheets of one look share."""
        key = (draw, sheet.look)
        if key not in self._drawings:
            _keep_small(self._drawings)
            self._drawings[key] = self._own(draw, sheet)
        return self._drawings[key]

    def _own(self, draw: _Draw, sheet: BookletSheet) -> Recording:
        return self.canvas.record(lambda pen: draw(pen, sheet))


def _keep_small(drawings: dict[Hashable, Any]) -> None:
    """Forget everything when there is too much: a list where every booklet looks different still prints."""
    if len(drawings) >= _MEMORY:
        drawings.clear()
