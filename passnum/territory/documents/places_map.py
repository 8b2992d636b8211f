"""A map of a few numbered places around a commune, for a printed sheet: the communes as plain shapes, nothing else.

Places that stand at one point share a mark, « 1, 3 ». The scale is said by a bar of one kilometre.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reportlab.graphics.shapes import Drawing

from passnum.kit.picture import Area, Item, Label, Lines, Picture, Point, to_drawing
from passnum.territory.contours import Shape, contours_on, project

INK: Final = "#16202c"
PAPER: Final = "#ffffff"
LAND: Final = "#f1f6f6"
HERE: Final = "#d2e6e9"
BORDER: Final = "#8a949e"
# One degree of latitude, in kilometres: length of the meridian / 180.
_KM_PER_DEGREE: Final = 111.13
_MARGIN: Final = 60
_LEAST: Final = 260
"""Never closer than about 5 km across: a map of one street tells nothing."""
_LETTER_WIDTH: Final = 0.56  # of the type size, a letter of a name
_CORNERS: Final = ((10, 4), (10, -4), (4, -10), (-4, -10), (-10, -4), (-10, 4), (-4, 10), (4, 10))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of the territory is drawn, in its own units."""

    left: int
    top: int
    width: int
    height: int

    def moved(self, point: Point) -> Point:
        return point[0] - self.left, point[1] - self.top

    def meets(self, shape: Shape) -> bool:
        xs, ys = zip(*(point for ring in shape.rings for point in ring), strict=True)
        across = min(xs) <= self.left + self.width and max(xs) >= self.left
        return across and min(ys) <= self.top + self.height and max(ys) >= self.top


def places_map_drawing(
    *, here: str, places: Sequence[tuple[float, float]], scale_words: str, on: date, width: float, ratio: float
) -> Drawing:
    """Return the map, `width` points wide and `ratio` times as high; to be clipped to its size when drawn.

    `here` is the code of a commune, left out when it has no contour; `places` are (latitude, longitude), numbered
    from 1 in their order. Raises ValueError when there is nothing to show.
    """
    shapes = contours_on(day=on).shapes
    points = [project(longitude, latitude) for latitude, longitude in places]
    frame = _frame(shapes.get(here), points, ratio)
    items: list[Item] = [_land(shape, frame, HERE if code == here else LAND) for code, shape in _met(shapes, frame)]
    items += [_name(shape, frame, is_here=code == here) for code, shape in _met(shapes, frame) if _holds(shape, frame)]
    for at, ranks in _together(points).items():
        items += _mark(frame.moved(at), ranks, frame)
    items += _bar(frame, scale_words)
    return to_drawing(Picture(frame.width, frame.height, tuple(items)), width=width)


def _met(shapes: Mapping[str, Shape], frame: _Frame) -> list[tuple[str, Shape]]:
    return [(code, shape) for code, shape in shapes.items() if frame.meets(shape)]


def _frame(here: Shape | None, points: Sequence[Point], ratio: float) -> _Frame:
    seen = [*points, *((point for ring in here.rings for point in ring) if here else ())]
    if not seen:
        raise ValueError("nothing to show")
    xs, ys = zip(*seen, strict=True)
    width, height = max(xs) - min(xs) + 2 * _MARGIN, max(ys) - min(ys) + 2 * _MARGIN
    width = max(width, round(height / ratio), _LEAST)
    height = round(width * ratio)
    middle = (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2
    return _Frame(middle[0] - width // 2, middle[1] - height // 2, width, height)


def _size(frame: _Frame) -> int:
    """Height of type in units, the same on paper whatever is shown."""
    return max(6, round(frame.width * 0.028))


def _name_size(frame: _Frame) -> int:
    return max(4, round(frame.width * 0.0165))


def _holds(shape: Shape, frame: _Frame) -> bool:
    """Tell whether a commune's name stands inside its shape and inside the map."""
    half = len(shape.name) * _name_size(frame) * _LETTER_WIDTH / 2
    x, y = frame.moved(shape.label_at)
    is_inside = half < x < frame.width - half and 0 < y < frame.height - 2 * _size(frame)
    return is_inside and shape.label_width >= 2 * half


def _name(shape: Shape, frame: _Frame, *, is_here: bool) -> Label:
    return Label(frame.moved(shape.label_at), shape.name, _name_size(frame), INK, "middle", is_bold=is_here)


def _land(shape: Shape, frame: _Frame, fill: str) -> Area:
    rings = tuple(tuple(frame.moved(point) for point in ring) for ring in shape.rings)
    return Area(rings, fill, BORDER, max(1, frame.width // 400))


def _together(points: Sequence[Point]) -> dict[Point, list[int]]:
    found: dict[Point, list[int]] = {}
    for rank, point in enumerate(points, start=1):
        found.setdefault(point, []).append(rank)
    return found


def _mark(at: Point, ranks: Sequence[int], frame: _Frame) -> list[Item]:
    size = _size(frame)
    words = ", ".join(map(str, ranks))
    stretch = 1 + 0.55 * (len(ranks) - 1)
    ring = tuple((at[0] + round(x * size * 0.085 * stretch), at[1] + round(y * size * 0.085)) for x, y in _CORNERS)
    return [Area((ring,), INK, PAPER, max(1, size // 8)), Label(at, words, size, PAPER, "middle", is_bold=True)]


def _bar(frame: _Frame, words: str) -> list[Item]:
    one = project(2.3, 48.8 + 1 / _KM_PER_DEGREE)[1]
    length = abs(project(2.3, 48.8)[1] - one)
    size = _size(frame)
    x, y = size, frame.height - size
    line = ((x, y - size // 2), (x, y), (x + length, y), (x + length, y - size // 2))
    return [Lines((line,), INK, max(2, size // 7)), Label((x + length + size // 2, y - size // 3), words, size, INK)]
