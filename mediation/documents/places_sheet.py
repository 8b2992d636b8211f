"""The printed sheet of the nearest labelled places: one A4 page, large type, a map drawn by us, one language."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Final

from mediation.sheet_words import SheetWords
from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.figure import draw_figure
from passnum.kit.pdf.theme import MM
from passnum.territory.documents.places_map import places_map_drawing

MOST_PLACES: Final = 4
"""What one page holds in large type beside its map."""

_LEFT: Final = 16 * MM
_WIDTH: Final = A4[0] - 2 * _LEFT
_TOP: Final = A4[1] - 15 * MM
_MAP_HEIGHT: Final = 72 * MM
_MAP_TOP: Final = 15 * MM + _MAP_HEIGHT
_LEAST: Final = 88.0
"""What each place is sure to have: its name, five lines."""
_LINE: Final = 13.6
_SIZE: Final = 11.0


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """A place to go to, told in the words of the sheet. `at` is latitude and longitude, None when nobody knows."""

    name: str
    address: str
    distance: str
    phone: str
    hours: tuple[str, ...]
    services: tuple[str, ...]
    is_step_free: bool
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class PlacesSheet:
    """What is printed: `commune` is the desk's, `need` '' for any."""

    words: SheetWords
    commune: str
    commune_code: str
    until: date
    need: str
    on: date
    places: tuple[SheetPlace, ...]


def places_sheet_pdf(sheet: PlacesSheet) -> bytes:
    """Return the page: the same bytes for the same words. Raises ValueError for more than MOST_PLACES places."""
    if len(sheet.places) > MOST_PLACES:
        raise ValueError(f"at most {MOST_PLACES} places hold on the page")
    words, out = sheet.words, io.BytesIO()
    pen = TaggedCanvas(out, About(title=words.title, author="Pass numérique", language=words.language), A4)
    y = _head(pen, sheet)
    if not sheet.places:
        _paragraph(pen, words.none, y, size=13.0)
    located = [place.at for place in sheet.places if place.at]
    has_map = bool(located) and len(located) == len(sheet.places)
    floor = _MAP_TOP + 5 * MM if has_map else 15 * MM
    for rank, place in enumerate(sheet.places, start=1):
        others = len(sheet.places) - rank
        y = _place(pen, sheet, rank, place, y, y - floor - others * _LEAST)
    if has_map:
        _map(pen, sheet, located)
    pen.showPage()
    pen.save()
    return out.getvalue()


def _head(pen: TaggedCanvas, sheet: PlacesSheet) -> float:
    words = sheet.words
    fitted = text.fit(words.title, fonts.BOLD, size=25, smallest=16, width=_WIDTH)
    with pen.tagged("H1"):
        pen.text(_LEFT, _TOP - 20, fitted.lines[0], font=fonts.BOLD, size=fitted.size, colour=theme.ACCENT)
    y = _paragraph(pen, words.until.format(date=words.day(sheet.until)), _TOP - 42, size=14.0, font=fonts.BOLD)
    y = _paragraph(pen, words.how, y, size=12.0)
    with pen.tagged("H2"):
        title = words.near.format(commune=sheet.commune)
        fitted = text.fit(title, fonts.BOLD, size=16, smallest=11, width=_WIDTH)
        pen.text(_LEFT, y - 12, fitted.lines[0], font=fonts.BOLD, size=fitted.size)
    y -= 26
    if sheet.need:
        y = _paragraph(pen, words.need.format(need=words.need_named(sheet.need)), y - 2, size=12.0)
    return y - 2


def _paragraph(pen: TaggedCanvas, sentence: str, y: float, *, size: float, font: str = fonts.REGULAR) -> float:
    """Draw a paragraph with its first baseline under y; return where the next may start."""
    with pen.tagged("P"):
        for line in text.wrap(sentence, font, size, _WIDTH):
            y -= size * 0.2
            pen.text(_LEFT, y, line, font=font, size=size)
            y -= size * 1.1
    return y


def _place(pen: TaggedCanvas, sheet: PlacesSheet, rank: int, place: SheetPlace, top: float, share: float) -> float:
    """Draw a place in its share of the page; what does not hold is left out, the least useful first.

    Returns where the next one may start.
    """
    words, left = sheet.words, _LEFT + 11 * MM
    width = _LEFT + _WIDTH - left
    with pen.artifact():
        shapes.rule(pen, _LEFT, top + 3, _WIDTH, 0.8, theme.fill_operator(theme.RULE))
    fitted = text.fit(place.name, fonts.BOLD, size=13.5, smallest=9, width=width)
    with pen.tagged("H3"):
        pen.text(_LEFT + 1 * MM, top - 13, str(rank), font=fonts.BOLD, size=16, colour=theme.ACCENT)
        pen.text(left, top - 12, fitted.lines[0], font=fonts.BOLD, size=fitted.size)
    address = f"{place.address} ({place.distance})" if place.distance else place.address
    told = [(address, fonts.REGULAR)]
    if place.phone:
        told.append((words.phone.format(phone=place.phone), fonts.BOLD))
    if place.hours:
        told.append((words.open.format(hours=", ".join(place.hours)), fonts.REGULAR))
    if place.is_step_free:
        told.append((words.access, fonts.REGULAR))
    if place.services:
        told.append((words.services.format(services=", ".join(place.services)), fonts.REGULAR))
    room = int((share - 20) // _LINE)
    y = top - 13 - _LINE
    for sentence, font in told:
        if room <= 0:
            break
        lines = text.fit(sentence, font, size=_SIZE, smallest=9, width=width, lines=min(2, room))
        with pen.tagged("P"):
            for line in lines.lines:
                pen.text(left, y, line, font=font, size=lines.size)
                y -= _LINE
        room -= len(lines.lines)
    return y - 3


def _map(pen: TaggedCanvas, sheet: PlacesSheet, points: list[tuple[float, float]]) -> None:
    ratio = _MAP_HEIGHT / _WIDTH
    drawing = places_map_drawing(
        here=sheet.commune_code,
        places=points,
        scale_words=sheet.words.scale,
        on=sheet.on,
        width=_WIDTH,
        ratio=ratio,
    )
    bottom = _MAP_TOP - _MAP_HEIGHT
    box = f"{_LEFT:.0f} {bottom:.0f} {_LEFT + _WIDTH:.0f} {_MAP_TOP:.0f}"
    alt = sheet.words.map_alt.format(commune=sheet.commune)
    with pen.tagged("Figure", alt=alt, attributes=f"<</O/Layout/BBox[{box}]>>"):
        pen.saveState()
        frame = pen.beginPath()
        frame.rect(_LEFT, bottom, _WIDTH, _MAP_HEIGHT)
        pen.clipPath(frame, stroke=0, fill=0)
        draw_figure(pen, drawing, _LEFT, bottom)
        pen.restoreState()
    with pen.artifact():
        shapes.box(pen, _LEFT, bottom, _WIDTH, _MAP_HEIGHT, radius=1, grey=0.5)
