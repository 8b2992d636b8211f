"""A map of the communes in classes of values: one drawing for the page (SVG) and for the printed report.

Nothing is said by colour alone: each class has its own hatching, the figure is written in every commune that can hold
it, each shape carries its sentence, and the pages put the table beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reportlab.graphics.shapes import Drawing

from passnum.kit.picture import Area, Item, Label, Lines, Picture, to_drawing, to_svg
from passnum.territory.contours import LABEL_HEIGHT, Contours, Ring, Shape, contours_on, crossings

INK: Final = "#16202c"
PAPER: Final = "#ffffff"
BORDER: Final = "#8a949e"
EPT_BORDER: Final = "#16202c"


@dataclass(frozen=True, slots=True)
class Look:
    """How a class is drawn: fill, text on it, hatching lines a·x + b·y = k·spacing."""

    fill: str
    text: str
    hatch: str = ""
    directions: tuple[tuple[int, int], ...] = ()
    spacing: int = 0


MISSING_LOOK: Final = Look(PAPER, INK, "#b4bcc3", ((1, 1),), 30)
# Sequential teals ending on the accent of the stylesheet, light to dark: they stay in order in grey.
LOOKS: Final = (
    Look("#f1f6f6", INK),
    Look("#d2e6e9", INK),
    Look("#a3ccd3", INK, "#83b5be", ((0, 1),), 24),
    Look("#66a5b0", INK, "#4d909c", ((1, -1),), 30),
    Look("#2f7d8b", PAPER, "#1f6d7b", ((1, 0),), 22),
    Look("#0b5c6b", PAPER, "#2b7c8a", ((1, 1), (1, -1)), 40),
)
MOST_CLASSES: Final = len(LOOKS)

FIGURE_SIZE: Final = 30
_FIGURE_WIDTH: Final = 0.6  # of the type size, for one digit
_LEGEND_SIZE: Final = 34
_LEGEND_ROW: Final = 56
_BOX: Final = (64, 40)
_MARGIN: Final = 8


def commune_map_svg(
    *,
    values: Mapping[str, int | None],
    classes: Sequence[int],
    labels: Sequence[str],
    missing_label: str,
    legend: str,
    title: str,
    desc: str,
    on: date,
    ident: str = "map",
) -> str:
    """Return the map as inline SVG, about 20 kB once compressed.

    `values` by commune code (a commune left out, or None: no figure, hatched, said by `missing_label`); `classes` are
    the lowest value of each class, growing, at most 6; `labels` say them; `on` chooses the boundaries.

    Raises ValueError for a code that is not on the map that day, a value under the first class or ill-formed classes.
    """
    picture = _picture(values, classes, labels, missing_label, legend, on)
    return to_svg(picture, title=title, desc=desc, ident=ident)


def commune_map_drawing(
    *,
    values: Mapping[str, int | None],
    classes: Sequence[int],
    labels: Sequence[str],
    missing_label: str,
    legend: str,
    on: date,
    width: float,
) -> Drawing:
    """Return the same map, `width` points wide, for a printed report; the title and the table stand beside it.

    Raises ValueError as `commune_map_svg`.
    """
    return to_drawing(_picture(values, classes, labels, missing_label, legend, on), width=width)


def _picture(
    values: Mapping[str, int | None],
    classes: Sequence[int],
    labels: Sequence[str],
    missing_label: str,
    legend: str,
    on: date,
) -> Picture:
    contours = contours_on(day=on)
    _check(values, classes, labels, contours)
    looks = _looks(len(classes))
    areas: list[Item] = []
    hatches: list[Item] = []
    figures: list[Item] = []
    by_look: dict[Look, list[Shape]] = {}
    for code, shape in contours.shapes.items():
        value = values.get(code)
        look = MISSING_LOOK if value is None else looks[_class_of(value, classes)]
        said = missing_label if value is None else _grouped(value)
        areas.append(Area(shape.rings, look.fill, BORDER, 2, f"{shape.name}\u00a0: {said}"))
        by_look.setdefault(look, []).append(shape)
        if value is not None and (label := _figure(shape, value, look)):
            figures.append(label)
    held = {label.at: label for label in figures if isinstance(label, Label)}
    for look in (*looks, MISSING_LOOK):
        if look.directions:
            lines = [
                line
                for shape in by_look.get(look, [])
                for line in _hatching(shape.rings, look, held.get(shape.label_at))
            ]
            if lines:
                hatches.append(Lines(tuple(lines), look.hatch, 3))
    borders = Lines(contours.ept_borders, EPT_BORDER, 5)
    legend_items = _legend(looks, labels, missing_label, legend, contours.height)
    return _framed(contours, [*areas, *hatches, borders, *figures, *legend_items])


def _framed(contours: Contours, items: Sequence[Item]) -> Picture:
    return Picture(contours.width + 2 * _MARGIN, contours.height + 2 * _MARGIN, tuple(_moved(item) for item in items))


def _moved(item: Item) -> Item:
    """Shift an item by the margin, so that outlines are not cut at the edges."""

    def shift(points: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((x + _MARGIN, y + _MARGIN) for x, y in points)

    match item:
        case Area():
            rings = tuple(shift(ring) for ring in item.rings)
            return Area(rings, item.fill, item.stroke, item.stroke_width, item.hint)
        case Lines():
            return Lines(tuple(shift(line) for line in item.lines), item.stroke, item.stroke_width)
        case Label():
            ((x, y),) = shift((item.at,))
            return Label((x, y), item.text, item.size, item.fill, item.anchor, item.is_bold)


def _check(values: Mapping[str, int | None], classes: Sequence[int], labels: Sequence[str], contours: Contours) -> None:
    if not 1 <= len(classes) <= MOST_CLASSES or len(labels) != len(classes) or list(classes) != sorted(set(classes)):
        raise ValueError(f"one label per class, growing classes, {MOST_CLASSES} at most")
    foreign = sorted(set(values) - set(contours.shapes))
    if foreign:
        raise ValueError(f"not on the map of that day: {', '.join(foreign)}")
    low = sorted(code for code, value in values.items() if value is not None and value < classes[0])
    if low:
        raise ValueError(f"under the first class: {', '.join(low)}")


def _looks(count: int) -> tuple[Look, ...]:
    """Spread the classes over the whole scale, so that two classes are as far apart as they can be."""
    if count == 1:
        return (LOOKS[2],)
    return tuple(LOOKS[round(rank * (MOST_CLASSES - 1) / (count - 1))] for rank in range(count))


def _class_of(value: int, classes: Sequence[int]) -> int:
    return max(rank for rank, lowest in enumerate(classes) if value >= lowest)


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", "\u00a0")


def _figure(shape: Shape, value: int, look: Look) -> Label | None:
    text = _grouped(value)
    if len(text) * FIGURE_SIZE * _FIGURE_WIDTH > shape.label_width:
        return None
    return Label(shape.label_at, text, FIGURE_SIZE, look.text, "middle", is_bold=True)


def _hatching(rings: Sequence[Ring], look: Look, figure: Label | None) -> list[Ring]:
    """Return the hatching lines inside a shape, cut around the figure that it holds."""
    lines: list[Ring] = []
    for a, b in look.directions:
        marks = [a * x + b * y for ring in rings for x, y in ring]
        for at in range(-(-min(marks) // look.spacing) * look.spacing, max(marks), look.spacing):
            cuts = crossings(rings, (a, b), at + 0.001)
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                line = (_whole(start), _whole(end))
                lines += _around(line, figure) if figure else [line]
    return [line for line in lines if line[0] != line[1]]


def _whole(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _around(line: tuple[tuple[int, int], tuple[int, int]], figure: Label) -> list[Ring]:
    """Return what is left of a line outside of a figure's box (Liang and Barsky's clipping)."""
    (x1, y1), (x2, y2) = line
    half_width = len(figure.text) * FIGURE_SIZE * _FIGURE_WIDTH / 2 + 4
    half_height = LABEL_HEIGHT / 2
    enter, leave = 0.0, 1.0
    for step, low, high in (
        (x2 - x1, figure.at[0] - half_width - x1, figure.at[0] + half_width - x1),
        (y2 - y1, figure.at[1] - half_height - y1, figure.at[1] + half_height - y1),
    ):
        if step == 0:
            if low > 0 or high < 0:
                return [line]
            continue
        near, far = sorted((low / step, high / step))
        enter, leave = max(enter, near), min(leave, far)
    if enter >= leave:
        return [line]

    def at(share: float) -> tuple[int, int]:
        return _whole((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))

    return [((x1, y1), at(enter)), (at(leave), (x2, y2))]


def _legend(looks: Sequence[Look], labels: Sequence[str], missing_label: str, legend: str, height: int) -> list[Item]:
    """Return the legend, in the empty south-western corner: highest class on top, then what has no figure."""
    rows = [*reversed(list(zip(looks, labels, strict=True))), (MISSING_LOOK, missing_label)]
    top = height - (len(rows) + 1) * _LEGEND_ROW
    items: list[Item] = [Label((0, top - _LEGEND_ROW // 2), legend, _LEGEND_SIZE, INK, is_bold=True)]
    width, tall = _BOX
    for rank, (look, label) in enumerate(rows):
        y = top + rank * _LEGEND_ROW + (_LEGEND_ROW - tall) // 2
        box: Ring = ((0, y), (width, y), (width, y + tall), (0, y + tall))
        items.append(Area((box,), look.fill, BORDER, 2))
        if look.directions:
            items.append(Lines(tuple(_hatching([box], look, None)), look.hatch, 3))
        items.append(Label((width + 20, y + tall // 2), label, _LEGEND_SIZE, INK))
    y = height - _LEGEND_ROW // 2
    items.append(Lines((((0, y), (width, y)),), EPT_BORDER, 5))
    items.append(Label((width + 20, y), "limite de territoire (EPT)", _LEGEND_SIZE, INK))
    return items
