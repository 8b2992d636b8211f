"""The leaf: one eighth of an A4 sheet (A7, 105 × 74.25 mm), held by two staples in its stub, on the left.

A7 because four straight cuts make eight leaves without waste, because it slips in a wallet, and because ten tickets a page
would leave neither room for large type nor for a real stamp. Nothing is printed within 4.5 mm of a paper edge: an office
printer cannot. Coordinates in points from the lower left corner of the leaf.
"""

from io import BytesIO
from typing import Final, NamedTuple

from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader

from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import wording
from vouchers.documents.sheet import BookletSheet

WIDTH: Final = A4[0] / 2
HEIGHT: Final = A4[1] / 4
LEFT: Final = 16 * MM
RIGHT: Final = 100 * MM
BODY: Final = RIGHT - LEFT
TEAR: Final = 13 * MM
"""The stub ends here: the ticket is torn or cut along this line, the stub stays in the booklet."""

STUB_MIDDLE: Final = 8.1 * MM
STUB_RANK_Y: Final = 9 * MM

_STRIP_X: Final = 6.4 * MM
_STRIP_WIDTH: Final = 3.4 * MM
_STRIP_BOTTOM: Final = 17 * MM
_STRIP_TOP: Final = 68 * MM
_WATERMARK_GREY: Final = "0.86 g"


class Badge(NamedTuple):
    """Where the plate of the wave stands, in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def mark(self) -> float:
        """Side of the shape in the plate."""
        return self.height * 0.62

    @property
    def inset(self) -> float:
        """Room around the shape."""
        return (self.height - self.mark) / 2


def stub(pen: TaggedCanvas, wave_number: int) -> None:
    """Recall the strip of marks: two waves lying in one drawer differ by shape at a glance."""
    pen.decor(f"Stub{wave_number % shapes.MARK_COUNT}", WIDTH, HEIGHT, lambda form: draw_strip(form, wave_number))


def draw_strip(pen: TaggedCanvas, wave_number: int) -> None:
    """Draw the strip of marks."""
    shapes.mark_strip(
        pen,
        wave_number,
        x=_STRIP_X,
        y=_STRIP_BOTTOM,
        width=_STRIP_WIDTH,
        height=_STRIP_TOP - _STRIP_BOTTOM,
        operator=theme.PRESS_BLACK,
    )


def badge_plate(pen: TaggedCanvas, wave_number: int, badge: Badge) -> None:
    """Draw the black plate of the wave and its shape in white."""
    shapes.panel(pen, badge.x, badge.y, badge.width, badge.height, theme.PRESS_BLACK, radius=badge.height * 0.14)
    shapes.fill_mark(pen, wave_number, badge.x + badge.inset, badge.y + badge.inset, badge.mark, "1 g")


def badge_name(pen: TaggedCanvas, name: str, badge: Badge) -> None:
    """Write the wave's name in its plate, in white, as large as it holds: readable at arm's length."""
    left = badge.x + badge.mark + badge.inset * 2
    room = badge.x + badge.width - left - badge.inset
    size = badge.height / MM * 1.72
    fitted = text.fit(name, fonts.BOLD, size=size, smallest=size * 0.42, width=room, lines=1)
    if fitted.is_cut:
        fitted = text.fit(name, fonts.BOLD, size=size * 0.5, smallest=size * 0.36, width=room, lines=2)
    middle = badge.y + badge.height / 2
    lines(pen, left, middle, fitted, font=fonts.BOLD, colour=theme.PAPER, is_middle=True)


def lines(
    pen: TaggedCanvas,
    x: float,
    y: float,
    fitted: text.Fitted,
    *,
    font: str = fonts.REGULAR,
    colour: Color | None = None,
    leading: float = 1.18,
    is_middle: bool = False,
) -> float:
    """Draw fitted lines downwards from the first baseline at y; return the last baseline.

    With `is_middle`, y is the middle of the block's ink instead.
    """
    step = fitted.size * leading
    if is_middle:
        y += (step * (len(fitted.lines) - 1) - fitted.size * fonts.CAP_HEIGHT) / 2
    for rank, line in enumerate(fitted.lines):
        pen.text(x, y - rank * step, line, font=font, size=fitted.size, colour=colour)
    return y - (len(fitted.lines) - 1) * step


def paragraph(
    pen: TaggedCanvas,
    x: float,
    y: float,
    words: str,
    *,
    width: float,
    size: float,
    most: int,
    smallest: float,
    font: str = fonts.REGULAR,
) -> float:
    """Draw words wrapped in at most `most` lines, shrunk then cut if need be; return the last baseline."""
    fitted = text.fit(words, font, size=size, smallest=smallest, width=width, lines=most)
    return lines(pen, x, y, fitted, font=font)


def watermark(pen: TaggedCanvas, *, x: float, y: float, size: float, turn: float = 24) -> None:
    """Write SPÉCIMEN across, pale, under everything else."""
    word = wording.TRIAL_WORD
    shift = fonts.width(word, fonts.BOLD, size, size * 0.06) / 2
    pen.saveState()
    pen.translate(x, y)
    pen.rotate(turn)
    shown = pen.shows(word, fonts.BOLD, size, size * 0.06)
    pen.draw(f"BT {_WATERMARK_GREY} {-shift:.2f} {-size * fonts.CAP_HEIGHT / 2:.2f} Td {shown} ET")
    pen.restoreState()


def trial_band(pen: TaggedCanvas, *, x: float, y: float, width: float, height: float) -> None:
    """Draw the hatched plate that says the piece is a specimen: no one takes it for money, even in black and white."""
    shapes.rule(pen, x, y, width, height, "1 g")
    pen.draw(f"q {x:.2f} {y:.2f} {width:.2f} {height:.2f} re W n 0.55 G 0.8 w")
    step = 3.2
    count = int((width + height) / step)
    pen.draw(
        " ".join(
            f"{x + k * step - height:.2f} {y:.2f} m {x + k * step:.2f} {y + height:.2f} l" for k in range(count + 1)
        )
        + " S Q"
    )
    pen.draw(f"q 0 G 0.8 w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S Q")
    size = height * 0.62
    fitted = text.fit(wording.TRIAL_WARNING, fonts.BOLD, size=size, smallest=size * 0.5, width=width * 0.9)
    shown = fonts.width(fitted.lines[0], fonts.BOLD, fitted.size)
    plate = shown + fitted.size
    shapes.rule(pen, x + (width - plate) / 2, y + 0.4, plate, height - 0.8, "1 g")
    pen.text(
        x + width / 2,
        y + (height - fitted.size * fonts.CAP_HEIGHT) / 2,
        fitted.lines[0],
        font=fonts.BOLD,
        size=fitted.size,
        align="center",
    )


def logo(pen: TaggedCanvas, sheet: BookletSheet, *, x: float, y: float, width: float, height: float) -> None:
    """Draw the funder's logo as large as it fits, against the right of its box, told by the funder's name."""
    image = ImageReader(BytesIO(sheet.logo))
    pixels_wide, pixels_high = image.getSize()
    scale = min(width / pixels_wide, height / pixels_high)
    wide, high = pixels_wide * scale, pixels_high * scale
    with pen.tagged("Figure", alt=wording.funder(sheet)):
        pen.drawImage(image, x + width - wide, y + (height - high) / 2, wide, high)
