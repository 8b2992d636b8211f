"""The three leaves around the tickets: cover, way of use, mentions."""

from dataclasses import dataclass
from typing import Final

from passnum.kit.days import long_date
from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import leaf, wording
from vouchers.documents.sheet import BookletSheet

_ACCENT: Final = theme.fill_operator(theme.ACCENT)
_BADGE: Final = leaf.Badge(leaf.LEFT, 32.4 * MM, leaf.BODY, 10.4 * MM)
_HALF: Final = 47 * MM
_ASIDE: Final = leaf.BODY - _HALF - 3 * MM
_SMALLEST_MENTION: Final = 5.2
"""In points: under that, a mention is no longer « en caractères apparents » (R.1611-8 CGCT)."""
_STEP_INDENT: Final = 2.8
"""From the margin to the words of a step, in parts of their size."""
_YELLOW: Final = theme.fill_operator(theme.ACCENT_2)


def front(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the cover, number apart: what it is, how much, which wave, until when."""
    with pen.artifact():
        if sheet.is_trial:
            leaf.watermark(pen, x=58 * MM, y=34 * MM, size=46, turn=32)
        leaf.stub(pen, sheet.wave_number)
        leaf.badge_plate(pen, sheet.wave_number, _BADGE)
        shapes.rule(pen, leaf.LEFT, 57.4 * MM, 26 * MM, 2.6, _YELLOW)
    with pen.tagged("H1"):
        pen.text(leaf.LEFT, 60.6 * MM, wording.TITLE, font=fonts.BOLD, size=29, colour=theme.ACCENT)
    with pen.tagged("P"):
        hours = text.fit(wording.promise(sheet), fonts.BOLD, size=17, smallest=12, width=leaf.BODY)
        pen.text(leaf.LEFT, 50.4 * MM, hours.lines[0], font=fonts.BOLD, size=hours.size)
        if not sheet.is_trial:
            pen.text(leaf.LEFT, 45.6 * MM, wording.PROMISE_SHORT, size=10.5)
    with pen.tagged("P"):
        leaf.badge_name(pen, sheet.wave_name, _BADGE)
    with pen.tagged("P"):
        pen.text(leaf.LEFT, 27.4 * MM, wording.USE_BEFORE, size=11.5)
        day = text.fit(long_date(sheet.valid_until), fonts.BOLD, size=29, smallest=18, width=leaf.BODY)
        pen.text(leaf.LEFT, 18 * MM, day.lines[0], font=fonts.BOLD, size=day.size)
    with pen.tagged("P"):
        worth = text.fit(wording.value(sheet), fonts.REGULAR, size=9, smallest=6, width=_HALF)
        pen.text(leaf.LEFT, 6 * MM, worth.lines[0], size=worth.size)
        # What a booklet replaces matters more here than who pays, which each ticket says too.
        words = wording.short_note(sheet) or ("" if sheet.logo else wording.funder(sheet))
        if words:
            aside = text.fit(words, fonts.REGULAR, size=8.5, smallest=5.5, width=_ASIDE, lines=3)
            leaf.lines(pen, leaf.RIGHT - _ASIDE, 9.6 * MM, aside, is_middle=True)
    if sheet.logo and not wording.short_note(sheet):
        leaf.logo(pen, sheet, x=leaf.RIGHT - _ASIDE, y=4.6 * MM, width=_ASIDE, height=9.4 * MM)
    if sheet.is_trial:
        with pen.tagged("P"):
            leaf.trial_band(pen, x=leaf.LEFT, y=44.2 * MM, width=leaf.BODY, height=5 * MM)


def front_number(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the only words of the cover that belong to one booklet."""
    with pen.tagged("P"):
        fitted = text.fit(wording.number(sheet), fonts.BOLD, size=12, smallest=7, width=_HALF)
        pen.text(leaf.LEFT, 10.8 * MM, fitted.lines[0], font=fonts.BOLD, size=fitted.size)


def guide(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the way of use: three numbered steps, and what to do when the booklet is lost."""
    with pen.artifact():
        leaf.stub(pen, sheet.wave_number)
    with pen.tagged("H2"):
        pen.text(leaf.LEFT, 64.8 * MM, wording.GUIDE_TITLE, font=fonts.BOLD, size=17, colour=theme.ACCENT)
    steps(pen, sheet, x=leaf.LEFT, top=56.8 * MM, bottom=12.4 * MM, width=leaf.BODY, size=9.6)
    with pen.tagged("P"):
        leaf.paragraph(pen, leaf.LEFT, 9.4 * MM, wording.lost(sheet), width=leaf.BODY, size=8.6, smallest=7, most=2)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step, its words already fitted."""

    what: str
    address: text.Fitted | None
    how: text.Fitted
    size: float

    @property
    def height(self) -> float:
        """From its first baseline to one line under its last."""
        address = self.size * 1.3 if self.address else 0.0
        return self.size * 1.42 + address + len(self.how.lines) * self.how.size * 1.18


def steps(
    pen: TaggedCanvas, sheet: BookletSheet, *, x: float, top: float, bottom: float, width: float, size: float
) -> None:
    """Draw the three numbered steps between two heights, the same gap between them whatever their length."""
    room = width - size * _STEP_INDENT
    fitted = [_fit_step(what, address, how, room, size) for what, address, how in wording.steps(sheet)]
    gap = min((top - bottom - sum(step.height for step in fitted)) / (len(fitted) - 1), size * 1.2)
    for rank, step in enumerate(fitted, start=1):
        with pen.tagged("P"):
            _draw_step(pen, rank, step, x, top)
        top -= step.height + gap


def _fit_step(what: str, address: str, how: str, width: float, size: float) -> _Step:
    url = text.fit(address, fonts.BOLD, size=size * 1.06, smallest=size * 0.6, width=width) if address else None
    return _Step(what, url, text.fit(how, fonts.REGULAR, size=size, smallest=size * 0.75, width=width, lines=2), size)


def _draw_step(pen: TaggedCanvas, rank: int, step: _Step, x: float, y: float) -> None:
    size = step.size
    disc = size * 2.1
    middle = y + size * 1.28 * fonts.CAP_HEIGHT / 2
    shapes.fill_mark(pen, 0, x, middle - disc / 2, disc, _ACCENT)
    figure = size * 1.3
    down = figure * fonts.CAP_HEIGHT / 2
    pen.text(x + disc / 2, middle - down, str(rank), font=fonts.BOLD, size=figure, colour=theme.PAPER, align="center")
    left = x + size * _STEP_INDENT
    pen.text(left, y, step.what, font=fonts.BOLD, size=size * 1.28)
    y -= size * 1.42
    if step.address:
        pen.text(left, y, step.address.lines[0], font=fonts.BOLD, size=step.address.size, colour=theme.ACCENT)
        y -= size * 1.3
    leaf.lines(pen, left, y, step.how)


def notice(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the last leaf: mentions, and the frame for the stamp of whoever hands the booklet over."""
    with pen.artifact():
        leaf.stub(pen, sheet.wave_number)
        shapes.box(pen, leaf.LEFT, 5.6 * MM, leaf.BODY, 17.6 * MM)
    with pen.tagged("H2"):
        pen.text(leaf.LEFT, 65.8 * MM, wording.NOTICE_TITLE, font=fonts.BOLD, size=15, colour=theme.ACCENT)
    mentions(pen, wording.notices(sheet), x=leaf.LEFT, top=60.6 * MM, bottom=25 * MM, width=leaf.BODY, size=8)
    with pen.tagged("P"):
        pen.text(leaf.LEFT + 2 * MM, 20 * MM, wording.CCAS_STAMP, size=7.5)
        pen.text(leaf.RIGHT - 2 * MM, 7.6 * MM, wording.STAMP_HANDED, size=7.5, align="right")


def mentions(
    pen: TaggedCanvas, words: list[str], *, x: float, top: float, bottom: float, width: float, size: float
) -> None:
    """Draw paragraphs between two heights, all at the largest size that holds."""
    room = top - bottom
    while size > _SMALLEST_MENTION and _height(words, width, size) > room:
        size -= 0.2
    y = top
    for words_of in words:
        fitted = text.Fitted(tuple(text.wrap(words_of, fonts.REGULAR, size, width)), size)
        needed = (len(fitted.lines) - 1) * size * 1.18
        if y - needed < bottom - 1:
            left = max(1, int((y - bottom) / (size * 1.18)) + 1)
            fitted = text.fit(words_of, fonts.REGULAR, size=size, smallest=size, width=width, lines=left)
        with pen.tagged("P"):
            y = leaf.lines(pen, x, y, fitted) - size * 1.62
        if y < bottom - 1:
            return


def _height(words: list[str], width: float, size: float) -> float:
    counts = [len(text.wrap(words_of, fonts.REGULAR, size, width)) for words_of in words]
    return sum((count - 1) * size * 1.18 + size * 1.62 for count in counts) - size * 1.62
