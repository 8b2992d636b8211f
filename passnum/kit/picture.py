"""A small picture drawn once and written twice: inline SVG for a page, ReportLab drawing for a printed piece.

Coordinates are whole units, y downwards. Nothing random, nothing from a clock: same picture, same bytes. Only
presentation attributes are written, never `style`, which the content security policy refuses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from reportlab.graphics.shapes import Drawing, Group, Path, Shape, String
from reportlab.lib.colors import HexColor

from passnum.kit.pdf import fonts

Point = tuple[int, int]

# Height of figures in parts of the type size: what centres a label on its point, in both outputs.
_HALF_FIGURE: Final = 0.34


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape, its outline and what a pointer or a screen reader is told of it."""

    rings: tuple[tuple[Point, ...], ...]
    fill: str
    stroke: str = ""
    stroke_width: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Open lines of one look: a border, a hatching."""

    lines: tuple[tuple[Point, ...], ...]
    stroke: str
    stroke_width: int


@dataclass(frozen=True, slots=True)
class Label:
    """A short text, centred on its height; `anchor` is start, middle or end."""

    at: Point
    text: str
    size: int
    fill: str
    anchor: Literal["start", "middle", "end"] = "start"
    is_bold: bool = False


Item = Area | Lines | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Items are drawn in order, the first one underneath."""

    width: int
    height: int
    items: tuple[Item, ...]


def to_svg(picture: Picture, *, title: str, desc: str, ident: str) -> str:
    """Return inline SVG with a title and a description; `ident` is unique on the page and prefixes both ids."""
    prefix = escape(ident)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" role="img"'
        f' aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(desc)}</desc>'
    )
    return head + "".join(_svg_item(item) for item in picture.items) + "</svg>"


def _svg_item(item: Item) -> str:
    match item:
        case Area():
            stroke = f' stroke="{item.stroke}" stroke-width="{item.stroke_width}"' if item.stroke else ""
            shape = f'd="{_svg_path(item.rings, is_closed=True)}" fill="{item.fill}"{stroke}'
            return f"<path {shape}><title>{escape(item.hint)}</title></path>" if item.hint else f"<path {shape}/>"
        case Lines():
            return (
                f'<path d="{_svg_path(item.lines, is_closed=False)}" fill="none" stroke="{item.stroke}"'
                f' stroke-width="{item.stroke_width}" stroke-linejoin="round"/>'
            )
        case Label():
            (x, y), weight = item.at, ' font-weight="700"' if item.is_bold else ""
            anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
            return (
                f'<text x="{x}" y="{y + round(item.size * _HALF_FIGURE)}" font-size="{item.size}"'
                f' fill="{item.fill}"{anchor}{weight}>{escape(item.text)}</text>'
            )


def _svg_path(rings: Iterable[Sequence[Point]], *, is_closed: bool) -> str:
    """Return path data in relative moves, which are short; a step along one axis is written with one number."""
    parts: list[str] = []
    x = y = 0
    for ring in rings:
        parts.append("m" + _pair(ring[0][0] - x, ring[0][1] - y))
        (x, y), command = ring[0], ""
        for next_x, next_y in ring[1:]:
            letter, step = _step(next_x - x, next_y - y)
            glue = "" if step.startswith("-") else " "
            parts.append(letter + step if letter != command else glue + step)
            x, y, command = next_x, next_y, letter
        if is_closed:
            parts.append("z")
            x, y = ring[0]  # where the pen is back after closing
    return "".join(parts)


def _step(dx: int, dy: int) -> tuple[str, str]:
    if dy == 0:
        return "h", str(dx)
    return ("v", str(dy)) if dx == 0 else ("l", _pair(dx, dy))


def _pair(dx: int, dy: int) -> str:
    return f"{dx}{dy}" if dy < 0 else f"{dx} {dy}"


def to_drawing(picture: Picture, *, width: float) -> Drawing:
    """Return a ReportLab drawing of this width in points, in the embedded fonts of printed pieces."""
    fonts.register()
    scale = width / picture.width
    height = picture.height * scale
    # Texts are placed in the flipped frame one by one: a flipped group would mirror their letters.
    group = Group(transform=(scale, 0, 0, -scale, 0, height))
    drawing = Drawing(width, height, initialFontName=fonts.REGULAR)  # or an unembedded Helvetica gets in
    drawing.add(group)
    for item in picture.items:
        if isinstance(item, Label):
            group = Group(transform=(scale, 0, 0, -scale, 0, height))
            drawing.add(_drawn_label(item, scale, height))
            drawing.add(group)
        else:
            group.add(_drawn_path(item))
    return drawing


def _drawn_path(item: Area | Lines) -> Shape:
    path = Path(autoclose="pdf") if isinstance(item, Area) else Path()
    for ring in item.rings if isinstance(item, Area) else item.lines:
        path.moveTo(*ring[0])
        for point in ring[1:]:
            path.lineTo(*point)
        if isinstance(item, Area):
            path.closePath()
    path.fillColor = HexColor(item.fill) if isinstance(item, Area) else None
    path.strokeColor = HexColor(item.stroke) if item.stroke else None
    path.strokeWidth = item.stroke_width
    path.strokeLineJoin = 1
    return path


def _drawn_label(item: Label, scale: float, height: float) -> Shape:
    x, y = item.at
    size = item.size * scale
    return String(
        x * scale,
        height - y * scale - size * _HALF_FIGURE,
        fonts.printable(item.text),
        fontName=fonts.BOLD if item.is_bold else fonts.REGULAR,
        fontSize=size,
        fillColor=HexColor(item.fill),
        textAnchor=item.anchor,
    )
