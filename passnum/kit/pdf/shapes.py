"""Small drawing parts: a symbol of square modules, marks told apart without colour, cut lines. Lengths in points."""

import base64
import math
from collections.abc import Sequence
from typing import Final

from passnum.kit.pdf.canvas import TaggedCanvas, number

MARK_COUNT: Final = 8
MARK_NAMES: Final = ("rond", "carré", "triangle", "losange", "étoile", "croix", "chevron", "anneau")
"""What one says on the phone; the index is the argument of `mark_path`."""

_DIGITS: Final = bytes.maketrans(b"\x00\x01", b"01")
_BEZIER: Final = 0.5523  # control points of a quarter circle drawn as one cubic curve


def modules_mask(rows: Sequence[bytes], x: float, y: float, side: float) -> str:
    """Return the operators that paint the dark modules (1) of a square symbol, `side` points wide, corner at (x, y).

    An inline stencil, one bit a module and no interpolation: 0.35 kB a symbol once compressed, no seam between modules,
    sharp at any scale. A single path of merged runs looks the same and takes 1.2 kB (random modules, side 49): path
    operands are absolute and hardly compress; written row by row it takes 0.6 kB and shows seams. In ASCII, so that no
    reader can mistake the data for the end of the image.
    """
    count = len(rows[0])
    padding = b"0" * (-count % 8)
    bits = padding.join(row.translate(_DIGITS) for row in rows) + padding
    data = base64.a85encode(int(bits, 2).to_bytes(len(bits) // 8, "big")).decode("ascii")
    return (
        f"q 0 g {number(side)} 0 0 {number(side)} {number(x)} {number(y)} cm"
        f" BI/IM true/W {count}/H {len(rows)}/D[1 0]/F/A85 ID {data}~> EI Q"
    )


def mark_path(index: int, x: float, y: float, size: float) -> str:
    """Return the path (no fill) of one of the MARK_COUNT shapes, in a square of side `size` with its corner at (x, y)."""
    half = size / 2
    cx, cy = x + half, y + half
    match index % MARK_COUNT:
        case 0:
            return _circle(cx, cy, half)
        case 1:
            side = size * 0.88
            return f"{number(cx - side / 2)} {number(cy - side / 2)} {number(side)} {number(side)} re"
        case 2:
            return _polygon([(x, y + size * 0.06), (x + size, y + size * 0.06), (cx, y + size * 0.97)])
        case 3:
            return _polygon([(cx, y), (x + size, cy), (cx, y + size), (x, cy)])
        case 4:
            turn = (math.pi / 2 + k * math.pi / 5 for k in range(10))
            radii = (half * 1.05 if k % 2 == 0 else half * 0.44 for k in range(10))
            return _polygon(
                [(cx + r * math.cos(a), cy - half * 0.06 + r * math.sin(a)) for a, r in zip(turn, radii, strict=True)]
            )
        case 5:
            arm = size * 0.17
            return _polygon(_cross(cx, cy, half, arm))
        case 6:
            step = size * 0.42
            return _polygon(
                [(x, y + size), (x + step, y + size), (x + size, cy), (x + step, y), (x, y), (x + size - step, cy)]
            )
        case _:
            return f"{_circle(cx, cy, half)} {_circle(cx, cy, half * 0.52)}"


def fill_mark(pen: TaggedCanvas, index: int, x: float, y: float, size: float, operator: str) -> None:
    """Draw a mark filled with a colour operator (`theme.PRESS_BLACK`, `theme.fill_operator(…)`)."""
    pen.draw(f"{operator} {mark_path(index, x, y, size)} f*")


def mark_strip(
    pen: TaggedCanvas, index: int, *, x: float, y: float, width: float, height: float, operator: str
) -> None:
    """Fill a strip with the mark repeated along its longer side, evenly spread."""
    size, length = min(width, height), max(width, height)
    count = max(1, round(length / (size * 1.6)))
    pitch = (length - size) / max(1, count - 1)
    paths = (
        mark_path(index, x, y + rank * pitch, size) if height >= width else mark_path(index, x + rank * pitch, y, size)
        for rank in range(count)
    )
    pen.draw(f"{operator} {' '.join(paths)} f*")


def dotted_line(pen: TaggedCanvas, x1: float, y1: float, x2: float, y2: float, *, grey: float = 0.45) -> None:
    """Draw a line of round dots, 1.8 pt apart."""
    pen.draw(f"q {number(grey)} G .6 w 1 J [0 1.8] 0 d {number(x1)} {number(y1)} m {number(x2)} {number(y2)} l S Q")


def scissors(pen: TaggedCanvas, x: float, y: float, size: float, *, turn: float = 0.0, grey: float = 0.3) -> None:
    """Draw a small pair of scissors cutting towards +x, its middle on (x, y), turned by `turn` degrees."""
    radius = size * 0.15
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    rings = " ".join(_circle(-size * 0.36, side * size * 0.22, radius) for side in (1, -1))
    blades = " ".join(
        f"{number(-size * 0.24)} {number(side * size * 0.14)} m {number(size * 0.5)} {number(-side * size * 0.12)} l"
        for side in (1, -1)
    )
    pen.draw(
        f"q {number(grey)} G {number(size * 0.07)} w 1 J {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {number(x)} {number(y)} cm"
        f" {rings} {blades} S Q"
    )


def box(
    pen: TaggedCanvas,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    line: float = 0.6,
    radius: float = 3,
    grey: float = 0.35,
) -> None:
    """Draw an empty frame with round corners."""
    pen.draw(f"q {number(grey)} G {number(line)} w {_round_rectangle(x, y, width, height, radius)} S Q")


def panel(
    pen: TaggedCanvas, x: float, y: float, width: float, height: float, operator: str, *, radius: float = 3
) -> None:
    """Fill a rectangle with round corners."""
    pen.draw(f"{operator} {_round_rectangle(x, y, width, height, radius)} f")


def rule(pen: TaggedCanvas, x: float, y: float, width: float, height: float, operator: str) -> None:
    """Fill a plain rectangle: a rule, a bar."""
    pen.draw(f"{operator} {number(x)} {number(y)} {number(width)} {number(height)} re f")


def _polygon(points: Sequence[tuple[float, float]]) -> str:
    first, *rest = (f"{number(px)} {number(py)}" for px, py in points)
    return f"{first} m {' '.join(f'{point} l' for point in rest)} h"


def _cross(cx: float, cy: float, half: float, arm: float) -> list[tuple[float, float]]:
    corners = [(arm, half), (arm, arm), (half, arm), (half, -arm), (arm, -arm), (arm, -half)]
    return [(cx + dx, cy + dy) for dx, dy in corners + [(-dx, -dy) for dx, dy in corners]]


def _circle(cx: float, cy: float, radius: float) -> str:
    k = radius * _BEZIER
    quarters = [
        ((radius, k), (k, radius), (0, radius)),
        ((-k, radius), (-radius, k), (-radius, 0)),
        ((-radius, -k), (-k, -radius), (0, -radius)),
        ((k, -radius), (radius, -k), (radius, 0)),
    ]
    curves = (" ".join(f"{number(cx + dx)} {number(cy + dy)}" for dx, dy in quarter) + " c" for quarter in quarters)
    return f"{number(cx + radius)} {number(cy)} m {' '.join(curves)} h"


def _round_rectangle(x: float, y: float, width: float, height: float, radius: float) -> str:
    r, k = radius, radius * (1 - _BEZIER)
    right, top = x + width, y + height
    n = number
    return (
        f"{n(x + r)} {n(y)} m {n(right - r)} {n(y)} l {n(right - k)} {n(y)} {n(right)} {n(y + k)} {n(right)} {n(y + r)} c"
        f" {n(right)} {n(top - r)} l {n(right)} {n(top - k)} {n(right - k)} {n(top)} {n(right - r)} {n(top)} c"
        f" {n(x + r)} {n(top)} l {n(x + k)} {n(top)} {n(x)} {n(top - k)} {n(x)} {n(top - r)} c"
        f" {n(x)} {n(y + r)} l {n(x)} {n(y + k)} {n(x + k)} {n(y)} {n(x + r)} {n(y)} c h"
    )
