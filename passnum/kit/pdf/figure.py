"""Drawings of reportlab.graphics (charts, maps) in our faces only."""

from copy import copy

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing, Group, Shape, String, UserNode

from passnum.kit.pdf import fonts
from passnum.kit.pdf.canvas import TaggedCanvas


def draw_figure(pen: TaggedCanvas, drawing: Drawing, x: float, y: float, scale: float = 1.0) -> None:
    """Draw with the lower left corner at (x, y). Whatever face its words ask for, they get one of ours: bold or regular.

    The drawing given is left as it was.
    """
    plain = Drawing(drawing.width, drawing.height, initialFontName=fonts.REGULAR)
    plain.transform = list(drawing.transform)
    plain.contents = [_plain(child) for child in drawing.contents]
    pen.saveState()
    pen.translate(x, y)
    pen.scale(scale, scale)
    renderPDF.draw(plain, pen, 0, 0)
    pen.restoreState()


def _plain(node: Shape) -> Shape:
    """Return a copy made of primitive shapes only, its words in our faces and characters."""
    if isinstance(node, UserNode):
        return _plain(node.provideNode())
    if isinstance(node, Group):
        group = Group()
        group.transform = list(node.transform)
        group.contents = [_plain(child) for child in node.contents]
        return group
    if not isinstance(node, String):
        return node
    words = copy(node)
    words.fontName = fonts.BOLD if "Bold" in str(node.fontName) else fonts.REGULAR
    words.text = fonts.printable(str(node.text))
    return words
