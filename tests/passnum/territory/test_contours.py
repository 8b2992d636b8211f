from collections import Counter
from datetime import date
from itertools import pairwise

from passnum.territory.contours import Ring, bounds, contours_on, crossings, edges_of, union

DAY_OF_131, DAY_OF_130 = date(2024, 12, 31), date(2025, 1, 1)
SQUARE: Ring = ((0, 0), (10, 0), (10, 10), (0, 10))
NEIGHBOUR: Ring = ((10, 0), (20, 0), (20, 10), (10, 10))


def twice_area(rings: tuple[Ring, ...]) -> int:
    return abs(sum(x1 * y2 - x2 * y1 for ring in rings for (x1, y1), (x2, y2) in edges_of(ring)))


def test_the_union_of_neighbours_has_no_inner_border() -> None:
    (outline,) = union([SQUARE, NEIGHBOUR])
    assert set(outline) == {(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (0, 10)}
    assert twice_area((outline,)) == 400


def test_the_union_of_far_shapes_is_both() -> None:
    far: Ring = ((100, 0), (110, 0), (110, 10), (100, 10))
    assert len(union([SQUARE, far])) == 2


def test_a_line_crosses_a_shape_two_by_two() -> None:
    assert crossings([SQUARE], (0, 1), 5) == [(0, 5), (10, 5)]
    assert crossings([SQUARE], (1, 1), 4) == [(0, 4), (4, 0)]
    assert crossings([SQUARE], (1, 0), 40) == []


def test_shapes_are_those_of_the_day() -> None:
    before, after = contours_on(day=DAY_OF_131), contours_on(day=DAY_OF_130)
    assert (len(before.shapes), len(after.shapes)) == (131, 130)
    assert "93059" not in after.shapes
    parts = before.shapes["93059"].rings + before.shapes["93066"].rings
    merged = after.shapes["93066"].rings
    assert len(merged) == 1
    assert twice_area(merged) == sum(twice_area((part,)) for part in parts)
    assert after.shapes["93001"] == before.shapes["93001"]


def test_shapes_tile_the_territory_without_hole_nor_overlap() -> None:
    shapes = contours_on(day=DAY_OF_130).shapes.values()
    outline = union(ring for shape in shapes for ring in shape.rings)
    assert twice_area(outline) == sum(twice_area(shape.rings) for shape in shapes)
    sides = Counter(side for shape in shapes for ring in shape.rings for side in edges_of(ring))
    assert set(sides.values()) == {1}


def test_borders_between_ept_are_those_that_two_ept_share() -> None:
    contours = contours_on(day=DAY_OF_130)
    owners = {
        side: shape.ept_number for shape in contours.shapes.values() for ring in shape.rings for side in edges_of(ring)
    }
    drawn = {side for border in contours.ept_borders for side in pairwise(border)}
    shared = {side for side, ept in owners.items() if side[::-1] in owners and owners[side[::-1]] != ept}
    closing = {(border[-1], border[0]) for border in contours.ept_borders}
    assert shared == {side for way in drawn for side in (way, way[::-1])} | {
        side for way in closing & shared for side in (way, way[::-1])
    }
    assert len(contours.ept_borders) < 40  # long lines, not loose sides


def test_a_figure_stands_inside_its_shape() -> None:
    for shape in contours_on(day=DAY_OF_130).shapes.values():
        x, y = shape.label_at
        cuts = [cut for cut, _ in crossings(shape.rings, (0, 1), y + 0.001)]
        assert any(left <= x <= right for left, right in zip(cuts[::2], cuts[1::2], strict=True)), shape.name
        assert shape.label_width > 0, shape.name


def test_bounds_hold_paris() -> None:
    box = bounds()
    assert box.south < 48.8566 < box.north
    assert box.west < 2.3522 < box.east
    assert 48.6 < box.south < box.north < 49.1
