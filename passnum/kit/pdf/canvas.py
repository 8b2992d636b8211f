"""A ReportLab canvas that tags what it draws and lets go of each page once it is drawn.

ReportLab's canvas works as usual (paths, fonts, images, graphics; no annotation nor gradient). Added: `tagged` and
`artifact` around drawings, text with tracking, and recordings: a drawing made once, played many times at other places with
its own tags each time.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, NamedTuple

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from passnum.kit.pdf import fonts, theme
from passnum.kit.pdf.about import About
from passnum.kit.pdf.outline import Bookmark, write_outline
from passnum.kit.pdf.structure import Element, StructureTree
from passnum.kit.pdf.writer import PdfWriter, escape

A4: Final = (595.276, 841.89)
"""Width and height in points."""

_PAGES_PER_NODE: Final = 64
# Operand of Tj: the font's own codes, of which the first 128 are ASCII; the rest is written in octal.
_LITERAL: Final = {code: f"\\{code:03o}" for code in (*range(32), *range(127, 256))} | {
    ord(char): f"\\{char}" for char in "\\()"
}


class Segment(NamedTuple):
    """A piece of a recording: what was drawn, and the role it plays (None for decoration)."""

    role: str | None
    code: str
    alt: str = ""
    attributes: str = ""


Recording = Sequence[Segment]


def literal(text: str) -> str:
    """Return the operand of Tj. ASCII text can be given as it is, in any face."""
    return "(" + text.translate(_LITERAL) + ")"


def number(value: float) -> str:
    """Return a PDF number with two decimals (1/100 pt is 3.5 µm)."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class TaggedCanvas(Canvas):
    """Canvas(invariant=1) written to a stream, tagged, fonts embedded; `showPage` ends a page and `save` the file."""

    # ReportLab's own, which its types do not tell.
    _doc: Any
    _extgstate: Any
    _code: list[str]
    _formsinuse: list[str]
    _preamble: str
    _pagesize: tuple[float, float]
    _startPage: Callable[[], None]  # noqa: N815 (ReportLab's name)

    def __init__(self, out: BinaryIO, about: About, pagesize: tuple[float, float] = A4) -> None:
        fonts.register()
        self.writer = PdfWriter(out)
        self.structure = StructureTree(self.writer)
        self.about = about
        self.page_count = 0
        self._owners: list[int] = []
        self._segments: list[Segment] | None = None
        self._decors: dict[str, int] = {}
        self._images: dict[str, None] = {}
        self._bookmarks: list[Bookmark] = []
        self._nodes: list[int] = []
        self._node_kids: list[int] = []
        self._page, self._node, self._pages_root, self._fonts, self._xobjects = (
            self.writer.new_number() for _ in range(5)
        )
        # Without a first font of ours, ReportLab writes Helvetica on each page, which no file embeds.
        options: dict[str, Any] = {"invariant": 1, "pageCompression": 1, "initialFontName": fonts.REGULAR}
        super().__init__(out, pagesize=pagesize, **options)
        self._doc.idToObjectNumberAndVersion[pdfdoc.BasicFonts] = (self._fonts, 0)

    # Tags -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def tagged(
        self, role: str, parent: Element | None = None, *, alt: str = "", attributes: str = ""
    ) -> Iterator[None]:
        """Give the ink drawn inside to one new element of this role (P, H1, Figure…)."""
        if self._segments is not None:
            with self._segment(role, alt, attributes):
                yield
            return
        element = self.structure.open(role, parent, alt=alt, attributes=attributes)
        with self.marked(element):
            yield
        self.structure.close(element)

    @contextmanager
    def marked(self, element: Element) -> Iterator[None]:
        """Add the ink drawn inside to an element already open."""
        self._code.append(self._begin(element))
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Draw decoration, which a screen reader passes over."""
        if self._segments is not None:
            with self._segment(None, "", ""):
                yield
            return
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def _begin(self, element: Element) -> str:
        mark = len(self._owners)
        element.kids.append((self._page, mark))
        self._owners.append(element.number)
        return f"/{element.role}<</MCID {mark}>>BDC"

    @contextmanager
    def _segment(self, role: str | None, alt: str, attributes: str) -> Iterator[None]:
        outer, self._code = self._code, []
        yield
        assert self._segments is not None
        self._segments.append(Segment(role, "\n".join(self._code), alt, attributes))
        self._code = outer

    def bookmark(self, title: str, level: int, top: float) -> None:
        """Add an entry to the outline: a heading of the page being drawn, its top at this height."""
        self._bookmarks.append(Bookmark(title, level, self._page, top))

    # Recordings and forms -------------------------------------------------------------------------------------------

    def record(self, draw: Callable[["TaggedCanvas"], None]) -> tuple[Segment, ...]:
        """Run a drawing without putting it on the page; return it, to be played.

        Only what stands inside `tagged` or `artifact` is kept: on a tagged page every mark is one or the other.
        """
        assert self._segments is None, "a recording does not hold another"
        outer, self._code = self._code, []
        self._segments = []
        try:
            draw(self)
            return tuple(self._segments)
        finally:
            self._segments = None
            self._code = outer

    def play(self, recording: Recording, x: float, y: float, parent: Element | None = None) -> None:
        """Put a recording on the page with its origin at (x, y), its elements under `parent`."""
        code = self._code
        code.append(f"q 1 0 0 1 {number(x)} {number(y)} cm")
        for role, drawn, alt, attributes in recording:
            if role is None:
                code.append("/Artifact BMC")
                code.append(drawn)
            else:
                element = self.structure.open(role, parent, alt=alt, attributes=attributes)
                code.append(self._begin(element))
                code.append(drawn)
                self.structure.close(element)
            code.append("EMC")
        code.append("Q")

    def draw(self, operators: str) -> None:
        """Add ready operators: a path made by `shapes`, text made by `shows`."""
        self._code.append(operators)

    def decor(self, name: str, width: float, height: float, draw: Callable[["TaggedCanvas"], None]) -> None:
        """Recall a drawing by its name, drawing it the first time. Paths only, no text: it is decoration."""
        if name not in self._decors:
            outer, self._code = self._code, []
            draw(self)
            drawn, self._code = "\n".join(self._code), outer
            self._decors[name] = self.writer.new_number()
            box = f"0 0 {number(width)} {number(height)}"
            self.writer.put_stream(
                self._decors[name], f"/Type/XObject/Subtype/Form/BBox[{box}]/Resources<<>>", drawn.encode("latin-1")
            )
        self._code.append(f"/{name} Do")

    # Text -----------------------------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        font: str = fonts.REGULAR,
        colour: Color | None = None,
        align: str = "left",
        tracking: float = 0.0,
    ) -> float:
        """Draw one line with its baseline at y; return its width in points.

        Press black unless a colour is given. `align` is left, center or right of x.
        """
        shown = fonts.printable(text)
        width = fonts.width(shown, font, size, tracking)
        left = x - (width if align == "right" else width / 2 if align == "center" else 0.0)
        operator = theme.fill_operator(colour) if colour else theme.PRESS_BLACK
        # The space that ends each line is never seen, but without it a screen reader glues the lines together.
        shows = self.shows(f"{shown} ", font, size, tracking)
        self._code.append(f"BT {operator} {number(left)} {number(y)} Td {shows} ET")
        return width

    def shows(self, text: str, font: str, size: float, tracking: float = 0.0) -> str:
        """Return the operators that show printable text in a face, without placing it."""
        ttf = fonts.face(font)
        parts = [f"{number(tracking)} Tc"] if tracking else []
        for subset, codes in ttf.splitString(text, self._doc):
            name = ttf.getSubsetInternalName(subset, self._doc)
            parts.append(f"{name} {number(size)} Tf {literal(codes.decode('latin-1'))} Tj")
        if tracking:
            parts.append("0 Tc")
        return " ".join(parts)

    def face_name(self, font: str) -> str:
        """Return the resource name of a face's first subset, the one that holds ASCII."""
        ttf = fonts.face(font)
        ttf.splitString(" ", self._doc)
        return str(ttf.getSubsetInternalName(0, self._doc))

    # Pages and file -------------------------------------------------------------------------------------------------

    def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
        """Write the page to the file and forget it."""
        writer = self.writer
        content = writer.new_number()
        writer.put_stream(content, "", "\n".join([self._preamble, *self._code, ""]).encode("latin-1"))
        key = self.structure.page_done(self._owners)
        states = self._extgstate.getState()
        alphas = f"/ExtGState {states.format(self._doc).decode('latin-1')}" if states else ""
        width, height = self._pagesize
        writer.put_small(
            self._page,
            f"<</Type/Page/Parent {self._node} 0 R/MediaBox[0 0 {number(width)} {number(height)}]"
            f"/Resources<</Font {self._fonts} 0 R/XObject {self._xobjects} 0 R{alphas}>>"
            f"/Contents {content} 0 R/StructParents {key}/Tabs/S>>",
        )
        self._images.update(dict.fromkeys(self._formsinuse))
        self._node_kids.append(self._page)
        self.page_count += 1
        self._owners = []
        self._page = writer.new_number()
        if len(self._node_kids) == _PAGES_PER_NODE:
            self._close_node()
            self._node = writer.new_number()
        self._startPage()

    def save(self) -> None:
        """Write the page in hand if any, the fonts, the trees and the end of the file."""
        if self._code:
            self.showPage()
        self._write_fonts_and_images()
        if self._node_kids:
            self._close_node()
        kids = _references(self._nodes)
        self.writer.put_small(self._pages_root, f"<</Type/Pages/Count {self.page_count}/Kids[{kids}]>>")
        self.writer.finish(root=self._write_catalog(), info=self._write_information())

    def _close_node(self) -> None:
        """Write one node of the page tree: a flat list of 10,000 pages is slow to open."""
        kids = self._node_kids
        self.writer.put_small(
            self._node, f"<</Type/Pages/Parent {self._pages_root} 0 R/Count {len(kids)}/Kids[{_references(kids)}]>>"
        )
        self._nodes.append(self._node)
        self._node_kids = []

    def _write_fonts_and_images(self) -> None:
        """Write ReportLab's own objects, under our numbers."""
        doc, writer = self._doc, self.writer
        for font in list(doc.delayedFonts):
            font.addObjects(doc)
        numbers = doc.idToObjectNumberAndVersion
        names = list(doc.numberToId.values())
        for name in names:
            if name != pdfdoc.BasicFonts:
                numbers[name] = (writer.new_number(), 0)
        for name in names:
            writer.put(numbers[name][0], pdfdoc.format(doc.idToObject[name], doc, toplevel=1).rstrip(b"\n"))
        known = {name: numbers[doc.getXObjectName(name)][0] for name in self._images}
        entries = (f"/{doc.getXObjectName(name)} {known[name]} 0 R" for name in known)
        decors = (f"/{name} {place} 0 R" for name, place in self._decors.items())
        writer.put_small(self._xobjects, f"<<{''.join(entries)}{''.join(decors)}>>")

    def _write_information(self) -> int:
        information = self.writer.new_number()
        self.writer.put(information, self.about.information().encode("latin-1"))
        return information

    def _write_catalog(self) -> int:
        writer, about = self.writer, self.about
        metadata = writer.new_number()
        writer.put_stream(metadata, "/Type/Metadata/Subtype/XML", about.packet())
        scale = "/PrintScaling/None" if about.prints_at_scale else ""
        outline = (
            f"/Outlines {write_outline(writer, self._bookmarks)} 0 R/PageMode/UseOutlines" if self._bookmarks else ""
        )
        tree = self.structure.finish()
        catalog = writer.new_number()
        writer.put_small(
            catalog,
            f"<</Type/Catalog/Pages {self._pages_root} 0 R/Lang{escape(about.language)}/MarkInfo<</Marked true>>"
            f"/StructTreeRoot {tree} 0 R/Metadata {metadata} 0 R{outline}"
            f"/ViewerPreferences<</DisplayDocTitle true{scale}>>>>",
        )
        return catalog


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{n} 0 R" for n in numbers)
