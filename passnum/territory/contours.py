"""Shapes of the communes on a day, projected once to whole numbers, ready to draw. No database, no tiles.

The file holds the shapes of 2024. Neighbours share their vertices exactly, hence two tricks that need no geometry
library: a border run in both directions belongs to two communes, and the union of two communes is what remains once
the borders they share are struck out.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from passnum.territory import reference

Point = tuple[int, int]
Ring = tuple[Point, ...]
Edge = tuple[Point, Point]

WIDTH: Final = 1600
"""Width of the drawing in its own units; one unit is about 21 m on the ground."""

LABEL_HEIGHT: Final = 24
"""Height that a figure takes in a shape, in units of the drawing."""

# How many rows of a shape are tried to find its widest place.
_LABEL_ROWS: Final = 24


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune to draw: closed rings (last point not repeated), y downwards, and where a figure fits best."""

    code: str
    name: str
    ept_number: str
    rings: tuple[Ring, ...]
    label_at: Point
    label_width: int


@dataclass(frozen=True, slots=True)
class Contours:
    """The shapes of a day by code, the borders between EPT, and the size of the drawing."""

    width: int
    height: int
    shapes: Mapping[str, Shape]
    ept_borders: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest box, in degrees WGS84, that holds the territory."""

    south: float
    west: float
    north: float
    east: float


@cache
def _degrees() -> dict[str, tuple[tuple[float, float], ...]]:
    text = (reference.DATA / "contours_2024.geojson").read_text(encoding="utf-8")
    return {
        feature["properties"]["code"]: tuple((lon, lat) for lon, lat in feature["geometry"]["coordinates"][0])
        for feature in json.loads(text)["features"]
    }


@cache
def bounds() -> Bounds:
    """Return the box of the territory in degrees."""
    longitudes = [lon for ring in _degrees().values() for lon, _ in ring]
    latitudes = [lat for ring in _degrees().values() for _, lat in ring]
    return Bounds(min(latitudes), min(longitudes), max(latitudes), max(longitudes))


def project(longitude: float, latitude: float) -> Point:
    """Return where a point of the ground (degrees WGS84) stands in the drawing, for a map that shows places too.

    The plane keeps distances right at the middle latitude: 0.4 % off at the edges, unseen here.
    """
    box = bounds()
    squeeze = math.cos(math.radians((box.south + box.north) / 2))
    scale = WIDTH / ((box.east - box.west) * squeeze)
    return round((longitude - box.west) * squeeze * scale), round((box.north - latitude) * scale)


@cache
def _projected() -> dict[str, Ring]:
    return {code: _without_repeats(project(*at) for at in ring) for code, ring in _degrees().items()}


def _without_repeats(points: Iterable[Point]) -> Ring:
    kept: list[Point] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)


def edges_of(ring: Ring) -> list[Edge]:
    """Return the sides of a closed ring, in order."""
    return list(zip(ring, (*ring[1:], ring[0]), strict=True))


def union(rings: Iterable[Ring]) -> tuple[Ring, ...]:
    """Return the outline of neighbours: the sides that two of them run in opposite directions are struck out."""
    sides: dict[Edge, None] = {}
    for ring in rings:
        for start, end in edges_of(ring):
            if (end, start) in sides:
                del sides[end, start]
            else:
                sides[start, end] = None
    return tuple(_chain(sides))


def _chain(sides: Iterable[Edge]) -> list[Ring]:
    """Put sides end to end, into closed rings or open lines."""
    following: dict[Point, list[Point]] = {}
    arrivals: dict[Point, int] = {}
    for start, end in sides:
        following.setdefault(start, []).append(end)
        arrivals[end] = arrivals.get(end, 0) + 1
    heads = [point for point, ends in following.items() if len(ends) > arrivals.get(point, 0)]
    chains: list[Ring] = []
    for head in [*heads, *following]:
        while following.get(head):
            chain = [head]
            while following.get(chain[-1]):
                chain.append(following[chain[-1]].pop(0))
            chains.append(_without_repeats(chain))
    return chains


def contours_on(*, day: date) -> Contours:
    """Return the shapes of a day: 131 until 31 December 2024, 130 after, the merged one being the union of two."""
    return _contours(reference.table_on(day))


@lru_cache(maxsize=4)
def _contours(table: reference.Table) -> Contours:
    heirs = {row.code: row.successor_code for row in reference.successions() if row.last_day < table.valid_from}
    parts: dict[str, list[Ring]] = {}
    for code, ring in _projected().items():
        parts.setdefault(heirs.get(code, code), []).append(ring)
    rows = {row.code: row for row in table.communes}
    shapes = {}
    for code in sorted(parts):
        rings = union(parts[code]) if len(parts[code]) > 1 else tuple(parts[code])
        at, width = _label_place(rings)
        shapes[code] = Shape(code, rows[code].name, rows[code].ept_number, rings, at, width)
    height = max(y for ring in _projected().values() for _, y in ring)
    return Contours(WIDTH, height, shapes, _ept_borders(shapes.values()))


def _ept_borders(shapes: Iterable[Shape]) -> tuple[Ring, ...]:
    owner: dict[Edge, str] = {}
    for shape in shapes:
        for ring in shape.rings:
            owner |= dict.fromkeys(edges_of(ring), shape.ept_number)
    # Each border is taken once, as the EPT of the lower name runs it: its sides then follow one another.
    return tuple(_chain(side for side, ept in owner.items() if ept < owner.get(side[::-1], ept)))


def crossings(rings: Iterable[Ring], along: tuple[int, int], at: float) -> list[tuple[float, float]]:
    """Return where the line a·x + b·y = at cuts the sides of a shape, sorted; two by two they bound its inside."""
    a, b = along
    found = []
    for ring in rings:
        for (x1, y1), (x2, y2) in edges_of(ring):
            before, after = a * x1 + b * y1 - at, a * x2 + b * y2 - at
            if (before < 0) != (after < 0):
                share = before / (before - after)
                found.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    return sorted(found)


def _label_place(rings: tuple[Ring, ...]) -> tuple[Point, int]:
    """Return where a figure fits best and the width it has there; rows near the middle win when nearly as wide."""
    ys = [y for ring in rings for _, y in ring]
    low, high = min(ys), max(ys)
    step = (high - low) / _LABEL_ROWS
    spans = []
    for row in range(1, _LABEL_ROWS):
        cuts = [x for x, _ in crossings(rings, (0, 1), low + row * step + 0.001)]
        spans.append(max(zip(cuts[::2], cuts[1::2], strict=True), key=lambda cut: cut[1] - cut[0]))
    reach = math.ceil(LABEL_HEIGHT / 2 / step)
    best, place, width = -1.0, (0, 0), 0
    for rank in range(reach, len(spans) - reach):
        crossed = spans[rank - reach : rank + reach + 1]
        left, right = max(cut[0] for cut in crossed), min(cut[1] for cut in crossed)
        y = low + (rank + 1) * step
        score = (right - left) * (1 - abs(y - (low + high) / 2) / (high - low))
        if score > best:
            best, place, width = score, (round((left + right) / 2), round(y)), int(right - left)
    return place, width
