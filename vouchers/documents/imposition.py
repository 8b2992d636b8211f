"""Where each leaf goes on the paper, so that a guillotine or a trimmer needs no sorting afterwards.

Cut sheets come by lots of at most eight booklets of one size. The leaves of a lot, in reading order, fill the first of the
eight places sheet after sheet, then the second, and so on: the whole lot is cut in one go (one cut down, three across), the
eight piles are laid one on the other from pile 1 to pile 8, and every booklet is in order, its cover on top. With eight
booklets, each pile is one booklet.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from passnum.kit.pdf import shapes
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from vouchers.documents import leaf
from vouchers.documents.sheet import BookletSheet

COLUMNS: Final = 2
ROWS: Final = 4
PLACES: Final = COLUMNS * ROWS

T = TypeVar("T")


def lots(sheets: Iterable[BookletSheet]) -> Iterator[list[BookletSheet]]:
    """Group booklets that are cut together: at most PLACES, all of one size, in the order given."""
    lot: list[BookletSheet] = []
    for sheet in sheets:
        if lot and (len(lot) == PLACES or lot[0].size != sheet.size):
            yield lot
            lot = []
        lot.append(sheet)
    if lot:
        yield lot


def cut_and_stack(leaves: Sequence[T]) -> list[list[T | None]]:
    """Return the pages, each of PLACES leaves or blanks, such that cut piles laid in order give the leaves in order."""
    pages = -(-len(leaves) // PLACES)
    return [
        [leaves[rank] if (rank := place * pages + page) < len(leaves) else None for place in range(PLACES)]
        for page in range(pages)
    ]


def in_rows(leaves: Sequence[T]) -> list[list[T | None]]:
    """Return the pages filled from left to right and top to bottom: tickets cut at a desk, in reading order."""
    padded = [*leaves, *[None] * (-len(leaves) % PLACES)]
    return [padded[start : start + PLACES] for start in range(0, len(padded), PLACES)]


def corner(place: int) -> tuple[float, float]:
    """Return the lower left corner of a place, in points; places go left to right, then down."""
    row, column = divmod(place, COLUMNS)
    return column * leaf.WIDTH, A4[1] - (row + 1) * leaf.HEIGHT


def cutting_marks(pen: TaggedCanvas, page: Sequence[object | None]) -> None:
    """Draw the cut lines around the leaves of a page: dots all along, scissors where the blade starts."""
    last = max(place for place, placed in enumerate(page) if placed is not None)
    rows = last // COLUMNS + 1
    pen.decor(f"Cuts{rows}", A4[0], A4[1], lambda form: _draw_cuts(form, rows))


def _draw_cuts(form: TaggedCanvas, rows: int) -> None:
    bottom = A4[1] - rows * leaf.HEIGHT
    for column in range(1, COLUMNS):
        x = column * leaf.WIDTH
        shapes.dotted_line(form, x, bottom, x, A4[1], grey=0.25)
        for row in range(rows):
            shapes.scissors(form, x, A4[1] - row * leaf.HEIGHT - 18, 9, turn=-90)
    for row in range(1, min(rows, ROWS - 1) + 1):
        y = A4[1] - row * leaf.HEIGHT
        shapes.dotted_line(form, 0, y, A4[0], y, grey=0.25)
        shapes.scissors(form, 18, y, 9)
