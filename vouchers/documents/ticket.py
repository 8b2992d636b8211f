"""The ticket: one hour, one QR code, one code to type, one date, one place for the stamp."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from passnum.kit.codes.affine import fast_matrix
from passnum.kit.codes.qr import QUIET_ZONE
from passnum.kit.days import long_date
from passnum.kit.money import euros_short
from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.canvas import Segment, TaggedCanvas, number
from passnum.kit.pdf.theme import MM
from vouchers.documents import leaf, wording
from vouchers.documents.sheet import BookletSheet, SheetIncomplete, TicketFace, TitleProfile

QR_BOX: Final = 36.6 * MM
"""Quiet zone included: 31.1 mm of symbol at version 7, 31.5 mm at version 8, and at version 9,
where the longest host accepted leads, still 0.6 mm a module."""
QR_X: Final = 13.3 * MM
QR_Y: Final = 23.4 * MM

_COLUMN: Final = 51 * MM
_COLUMN_WIDTH: Final = leaf.RIGHT - _COLUMN
_BADGE: Final = leaf.Badge(_COLUMN, 40.4 * MM, _COLUMN_WIDTH, 7.6 * MM)
_STAMP_Y: Final = 24.4 * MM
_STAMP_HEIGHT: Final = 14.8 * MM
_HEADER_Y: Final = 64 * MM
_RANK_SIZE: Final = 11
_CODE_Y: Final = 15.5 * MM
_CODE_SIZE: Final = 19.0
_CODE_TRACKING: Final = 1.1
_CODE_GAP: Final = -420
"""Added to the space between two groups, in thousandths of the size: groups are told apart before they are read."""
_NUMBER_Y: Final = 11.7 * MM
_NUMBER_SIZE: Final = 7.6
_MENTION_TOP: Final = 8.7 * MM
_MENTION_BOTTOM: Final = 4.6 * MM
"""Baselines between which the small print stands, above what an office printer cannot reach."""


@dataclass(frozen=True, slots=True)
class TicketGround:
    """What does not change from one ticket of a wave and a funder to the next."""

    decoration: Segment
    facts: Segment
    code_label: str
    small_print: str
    bold: str
    """Resource names of the bold and regular faces."""
    regular: str


@dataclass(frozen=True, slots=True)
class TicketPress:
    """The ground, and what does not change within one booklet."""

    ground: TicketGround
    booklet: str
    size: int
    host: str


def record_ground(pen: TaggedCanvas, sheet: BookletSheet) -> TicketGround:
    """Draw once what all these tickets share."""
    decoration, facts, label, small = pen.record(lambda inner: _draw_ground(inner, sheet))
    return TicketGround(
        decoration, facts, label.code, small.code, pen.face_name(fonts.BOLD), pen.face_name(fonts.REGULAR)
    )


def _draw_ground(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    with pen.artifact():
        if sheet.is_trial:
            leaf.watermark(pen, x=60 * MM, y=35 * MM, size=44, turn=30)
            shapes.rule(pen, QR_X, QR_Y, QR_BOX, QR_BOX, "1 g")
        name = f"Ticket{sheet.wave_number % shapes.MARK_COUNT}"
        pen.decor(name, leaf.WIDTH, leaf.HEIGHT, lambda form: _draw_frames(form, sheet.wave_number))
    with pen.tagged("P"):
        _draw_facts(pen, sheet)
    with pen.tagged("P"):
        pen.text(leaf.LEFT, 21.2 * MM, wording.CODE_LABEL, size=7.6)
    with pen.tagged("P"):
        _draw_small_print(pen, sheet)


def _draw_frames(pen: TaggedCanvas, wave_number: int) -> None:
    leaf.draw_strip(pen, wave_number)
    shapes.dotted_line(pen, leaf.TEAR, 0, leaf.TEAR, leaf.HEIGHT)
    shapes.rule(pen, leaf.LEFT, 61 * MM, leaf.BODY, 1.1, theme.fill_operator(theme.ACCENT))
    shapes.box(pen, _COLUMN, _STAMP_Y, _COLUMN_WIDTH, _STAMP_HEIGHT)
    leaf.badge_plate(pen, wave_number, _BADGE)


def _draw_facts(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    pen.text(leaf.RIGHT, 66.9 * MM, wording.TITLE, font=fonts.BOLD, size=11, colour=theme.ACCENT, align="right")
    price = euros_short(sheet.face_value_cents)
    price_size = 15.0 if len(price) <= len("99,50 €") else 11.0
    room = 47 * MM - fonts.width(price, fonts.REGULAR, price_size)
    hour = text.fit(wording.duration(sheet.minutes_per_ticket), fonts.BOLD, size=24, smallest=10, width=room)
    width = pen.text(leaf.LEFT, _HEADER_Y, hour.lines[0], font=fonts.BOLD, size=hour.size)
    pen.text(leaf.LEFT + width + 3 * MM, _HEADER_Y, price, size=price_size)
    pen.text(_COLUMN, 56 * MM, wording.USE_BEFORE, size=9.5)
    day = text.fit(long_date(sheet.valid_until), fonts.BOLD, size=17, smallest=12, width=_COLUMN_WIDTH)
    pen.text(_COLUMN, 50 * MM, day.lines[0], font=fonts.BOLD, size=day.size)
    leaf.badge_name(pen, sheet.wave_name, _BADGE)
    if sheet.is_trial:
        leaf.trial_band(pen, x=_COLUMN + 1 * MM, y=28.8 * MM, width=_COLUMN_WIDTH - 2 * MM, height=5 * MM)


def _draw_small_print(pen: TaggedCanvas, sheet: BookletSheet) -> None:
    label = text.fit(wording.site_stamp(sheet), fonts.REGULAR, size=7, smallest=6, width=_COLUMN_WIDTH - 4 * MM)
    pen.text(_COLUMN + 2 * MM, _STAMP_Y + _STAMP_HEIGHT - 3.4 * MM, label.lines[0], size=label.size)
    pen.text(leaf.RIGHT - 2 * MM, _STAMP_Y + 1.9 * MM, wording.STAMP_DATE, size=7, align="right")
    mention = _fit_mention(sheet)
    step = 1.08
    rise = (len(mention.lines) - 1) * mention.size * step
    leaf.lines(pen, leaf.LEFT, max(_MENTION_TOP, _MENTION_BOTTOM + rise), mention, leading=step)


def _fit_mention(sheet: BookletSheet) -> text.Fitted:
    """Return the small print in two lines, or three smaller ones.

    Raises SheetIncomplete when a CAP would lose words that the law wants on the title (R.1611-8 CGCT).
    """
    words = wording.ticket_mention(sheet)
    mention = text.fit(words, fonts.REGULAR, size=6.8, smallest=6.2, width=leaf.BODY, lines=2)
    if mention.is_cut:
        mention = text.fit(words, fonts.REGULAR, size=6.2, smallest=5.2, width=leaf.BODY, lines=3)
    if mention.is_cut and sheet.profile is TitleProfile.CAP:
        raise SheetIncomplete(reason="les noms et l’adresse sont trop longs pour tenir sur le titre.")
    return mention


def prepare(pen: TaggedCanvas, sheet: BookletSheet, ground: TicketGround) -> TicketPress:
    """Prepare what the tickets of one booklet share."""
    shown = text.fit(wording.number(sheet), fonts.BOLD, size=_NUMBER_SIZE, smallest=5, width=40 * MM)
    booklet = pen.shows(shown.lines[0], fonts.BOLD, shown.size)
    return TicketPress(ground, booklet, sheet.size, sheet.site_host)


def ticket(press: TicketPress, face: TicketFace, position: int) -> list[Segment]:
    """Return the recording of one ticket, ready to be played: the only work done for each of them."""
    ground = press.ground
    code = face.code
    x, y = number(leaf.LEFT), number(_CODE_Y)
    groups = f"[({code[:4]} ){_CODE_GAP}({code[4:8]} ){_CODE_GAP}({code[8:]} )] TJ"
    spelled = (
        f"{ground.code_label}\nBT 0 g {ground.bold} {_CODE_SIZE} Tf {_CODE_TRACKING} Tc {x} {y} Td {groups} 0 Tc ET"
    )
    line = (
        f"BT 0 g {x} {number(_NUMBER_Y)} Td {press.booklet}"
        f" {ground.regular} {_NUMBER_SIZE} Tf (  {wording.ticket_reference(face.ref, position)} ) Tj ET"
    )
    return [
        ground.decoration,
        Segment("H2", _rank(position, press.size, ground.bold)),
        ground.facts,
        Segment("Figure", qr_code(press.host, face), wording.qr_alt(position, press.size)),
        Segment("P", spelled),
        Segment("P", f"{line}\n{ground.small_print}"),
    ]


@lru_cache(maxsize=256)
def _rank(position: int, size: int, bold: str) -> str:
    """Return « Ticket 3 sur 8 » against the right edge, and « 3/8 » in the stub."""
    words = wording.ticket_rank(position, size)
    left = leaf.RIGHT - fonts.width(words, fonts.BOLD, _RANK_SIZE)
    short = f"{position}/{size}"
    middle = leaf.STUB_MIDDLE - fonts.width(short, fonts.BOLD, 10) / 2
    return (
        f"BT 0 g {bold} {_RANK_SIZE} Tf {number(left)} {number(_HEADER_Y - 1.4 * MM)} Td ({words} ) Tj ET\n"
        f"BT {bold} 10 Tf {number(middle)} {number(leaf.STUB_RANK_Y)} Td ({short} ) Tj ET"
    )


def qr_code(host: str, face: TicketFace) -> str:
    """Return the operators of the QR code, centred in its box with its quiet zone."""
    rows = fast_matrix(host, face.ref, face.payload)
    module = QR_BOX / (len(rows) + 2 * QUIET_ZONE)
    quiet = QUIET_ZONE * module
    return shapes.modules_mask(rows, QR_X + quiet, QR_Y + quiet, len(rows) * module)
