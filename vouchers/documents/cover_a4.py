"""The cover of a booklet printed alone at a desk: one A4 page to read, to sign and to fold around the tickets."""

from typing import Final

from passnum.kit.days import long_date
from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.theme import MM
from vouchers.documents import cover, leaf, wording
from vouchers.documents.sheet import BookletSheet

_LEFT: Final = 20 * MM
_RIGHT: Final = A4[0] - 20 * MM
_BODY: Final = _RIGHT - _LEFT
_BADGE: Final = leaf.Badge(_LEFT, 203 * MM, _BODY, 18 * MM)
_STRIP_WIDTH: Final = 5 * MM
_STAMP_X: Final = 133 * MM
_FOLD_Y: Final = A4[1] / 2


def page(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the whole page, number apart, its fold in the middle: facts above, way of use and mentions below."""
    with pen.artifact():
        _decoration(pen, sheet)
    _facts(pen, sheet)
    _guide(pen, sheet)
    with pen.tagged("H2"):
        pen.text(_LEFT, 62 * MM, wording.NOTICE_TITLE, font=fonts.BOLD, size=13, colour=theme.ACCENT)
    cover.mentions(pen, wording.notices(sheet), x=_LEFT, top=56 * MM, bottom=13 * MM, width=108 * MM, size=9)
    with pen.tagged("P"):
        pen.text(_STAMP_X + 3 * MM, 59.4 * MM, wording.CCAS_STAMP, size=9)
        pen.text(_RIGHT - 3 * MM, 16 * MM, wording.STAMP_HANDED, size=9, align="right")


def _decoration(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    if sheet.is_trial:
        leaf.watermark(pen, x=A4[0] / 2, y=A4[1] * 0.62, size=104, turn=38)
    shapes.mark_strip(
        pen,
        sheet.wave_number,
        x=8 * MM,
        y=_FOLD_Y + 6 * MM,
        width=_STRIP_WIDTH,
        height=_FOLD_Y - 22 * MM,
        operator=theme.PRESS_BLACK,
    )
    leaf.badge_plate(pen, sheet.wave_number, _BADGE)
    shapes.rule(pen, _LEFT, 262.5 * MM, 40 * MM, 4, theme.fill_operator(theme.ACCENT_2))
    shapes.dotted_line(pen, 8 * MM, _FOLD_Y, A4[0] - 8 * MM, _FOLD_Y)
    shapes.box(pen, _STAMP_X, 12 * MM, _RIGHT - _STAMP_X, 52 * MM)
    shapes.rule(pen, _LEFT, 68.5 * MM, _BODY, 0.9, theme.fill_operator(theme.ACCENT))


def _facts(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    with pen.tagged("H1"):
        pen.text(_LEFT, 267.5 * MM, wording.TITLE, font=fonts.BOLD, size=48, colour=theme.ACCENT)
    with pen.tagged("P"):
        hours = text.fit(wording.promise(sheet), fonts.BOLD, size=30, smallest=20, width=_BODY)
        pen.text(_LEFT, 246 * MM, hours.lines[0], font=fonts.BOLD, size=hours.size)
        leaf.paragraph(pen, _LEFT, 236 * MM, wording.PROMISE_LONG, width=_BODY, size=16, smallest=12, most=2)
    with pen.tagged("P"):
        leaf.badge_name(pen, sheet.wave_name, _BADGE)
    with pen.tagged("P"):
        pen.text(_LEFT, 191 * MM, wording.USE_BEFORE, size=18)
        day = text.fit(long_date(sheet.valid_until), fonts.BOLD, size=54, smallest=30, width=_BODY)
        pen.text(_LEFT, 172.5 * MM, day.lines[0], font=fonts.BOLD, size=day.size)
    with pen.tagged("P"):
        pen.text(_RIGHT, 158.6 * MM, wording.value(sheet), size=14, align="right")
        note = wording.short_note(sheet)
        room = _BODY
        if note:
            room -= 5 * MM + pen.text(_RIGHT, 152.2 * MM, note, font=fonts.BOLD, size=11, align="right")
        funder = text.fit(wording.funder(sheet), fonts.REGULAR, size=11, smallest=7, width=room)
        pen.text(_LEFT, 152.2 * MM, funder.lines[0], size=funder.size)
    if sheet.logo:
        leaf.logo(pen, sheet, x=_RIGHT - 36 * MM, y=265 * MM, width=36 * MM, height=16 * MM)
    if sheet.is_trial:
        with pen.tagged("P"):
            leaf.trial_band(pen, x=_LEFT, y=284 * MM, width=_BODY, height=7 * MM)


def number(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    """Draw the only words of the page that belong to one booklet."""
    with pen.tagged("P"):
        shown = text.fit(wording.number(sheet), fonts.BOLD, size=17, smallest=10, width=85 * MM)
        pen.text(_LEFT, 158.6 * MM, shown.lines[0], font=fonts.BOLD, size=shown.size)


def _guide(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    with pen.tagged("H2"):
        pen.text(_LEFT, 136 * MM, wording.GUIDE_TITLE, font=fonts.BOLD, size=20, colour=theme.ACCENT)
    cover.steps(pen, sheet, x=_LEFT, top=125 * MM, bottom=78 * MM, width=_BODY, size=12.5)
    with pen.tagged("P"):
        leaf.paragraph(pen, _LEFT, 75 * MM, wording.lost(sheet), width=_BODY, size=11.5, smallest=9, most=2)
