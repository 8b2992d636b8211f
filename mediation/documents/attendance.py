"""The attendance sheet of a paper day (feuille d’émargement): twelve rows a page, filled with a pen, typed in later.

A4 landscape: a code takes thirteen boxes that a hand can fill. Nobody's name has a place here, initials are enough. A
filled sheet holds spendable codes until it is typed in: it says so. One row is one ticket.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from passnum.kit.pdf import fonts, shapes, text, theme
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import A4, TaggedCanvas
from passnum.kit.pdf.structure import Element
from passnum.kit.pdf.theme import MM

ROWS: Final = 12
MOST_SHEETS: Final = 40
"""480 tickets: beyond, somebody meant something else."""
TITLE: Final = "Feuille d’émargement"

_PAGE: Final = (A4[1], A4[0])
_LEFT: Final = 9 * MM
_WIDTH: Final = _PAGE[0] - 2 * _LEFT
_TOP: Final = _PAGE[1] - 9 * MM
_ROW: Final = 10.4 * MM
_HEAD: Final = 9.5 * MM
_TABLE_TOP: Final = _TOP - 23.5 * MM
_FOOT_TOP: Final = _TABLE_TOP - _HEAD - ROWS * _ROW - 5.2 * MM
_GROUPS: Final = (4, 4, 5)
_BOX: Final = 5.5 * MM
_GAP: Final = 1.9 * MM
_THEMES_LINE: Final = 10
_SCOPE: Final = {"Column": "<</O/Table/Scope/Column>>", "Row": "<</O/Table/Scope/Row>>"}
_TEXT: Final = 8.6


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """What is printed beforehand; the rest is a pen's. Empty strings leave a line to write on.

    `themes` are the words of the national record, in its order; `enter_by` the last day of late entry, in words, for a
    sheet whose day is known; `late_days` says it for a blank one.
    """

    place: str
    address: str
    day: str
    service: str
    mediator: str
    late_days: int
    enter_by: str
    themes: tuple[str, ...]
    sheets_count: int = 1


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its words (two lines at most), its width, what each row shows in it."""

    title: tuple[str, ...]
    width: float
    choices: tuple[str, ...] = ()
    draw: Callable[[TaggedCanvas, float, float, float], None] | None = None


def attendance_pdf(sheet: AttendanceSheet) -> bytes:
    """Return the sheets of a day, one a page: the same bytes for the same words.

    Raises ValueError for no sheet, for more than MOST_SHEETS, and for more themes than letters.
    """
    if not 1 <= sheet.sheets_count <= MOST_SHEETS:
        raise ValueError(f"from 1 to {MOST_SHEETS} sheets")
    letters = theme_letters(sheet.themes)
    out = io.BytesIO()
    about = About(title=f"{TITLE} – {sheet.place}", author="Pass numérique", prints_at_scale=True)
    pen = TaggedCanvas(out, about, _PAGE)
    for rank in range(1, sheet.sheets_count + 1):
        _header(pen, sheet, rank)
        _table(pen, letters)
        _legend(pen, sheet, letters)
        _instructions(pen, sheet)
        pen.showPage()
    pen.save()
    return out.getvalue()


def theme_letters(themes: Sequence[str]) -> tuple[str, ...]:
    """Return the letter that stands for each theme, in their order."""
    if len(themes) > 2 * _THEMES_LINE:
        raise ValueError("more themes than letters on two lines")
    return tuple(chr(ord("A") + rank) for rank in range(len(themes)))


def _header(pen: TaggedCanvas, sheet: AttendanceSheet, rank: int) -> None:
    with pen.tagged("H1"):
        pen.text(_LEFT, _TOP - 15, TITLE, font=fonts.BOLD, size=19, colour=theme.ACCENT)
    with pen.tagged("P"):
        words = f"Pass numérique, jour de papier. Feuille\u00a0{rank} sur\u00a0{sheet.sheets_count}"
        pen.text(_LEFT + _WIDTH, _TOP - 15, words, size=9.5, align="right")
    half = _WIDTH / 2 - 3 * MM
    right = _LEFT + _WIDTH - half
    _blank(pen, "Lieu", _with(sheet.place, sheet.address), _LEFT, _TOP - 12.5 * MM, half)
    _blank(pen, "Date", sheet.day, right, _TOP - 12.5 * MM, half * 0.36)
    _blank(pen, "Médiateur, médiatrice", sheet.mediator, right + half * 0.39, _TOP - 12.5 * MM, half * 0.61)
    _blank(pen, "Service", sheet.service, _LEFT, _TOP - 20.3 * MM, half)
    _blank(pen, "Autre service, et ses lignes", "", right, _TOP - 20.3 * MM, half)


def _with(place: str, address: str) -> str:
    return f"{place}, {address}" if address else place


def _blank(pen: TaggedCanvas, label: str, words: str, x: float, y: float, width: float) -> None:
    """Draw « Label : words », or a line to write on."""
    with pen.tagged("P"):
        start = x + pen.text(x, y, f"{label}\u00a0:", size=9.5, font=fonts.BOLD) + 5
        room = x + width - start
        if words:
            fitted = text.fit(words, fonts.REGULAR, size=11, smallest=7, width=room)
            pen.text(start, y, fitted.lines[0], size=fitted.size)
    if not words:
        with pen.artifact():
            shapes.dotted_line(pen, start, y - 2, start + room, y - 2)


def _table(pen: TaggedCanvas, letters: tuple[str, ...]) -> None:
    columns = _columns(letters)
    table = pen.structure.open("Table")
    _frame(pen, columns)
    head = pen.structure.open("TR", table)
    x = _LEFT
    for column in columns:
        with pen.tagged("TH", head, attributes=_SCOPE["Column"]):
            _head_words(pen, column, x)
        x += column.width
    pen.structure.close(head)
    for rank in range(ROWS):
        _row(pen, columns, rank, table)
    pen.structure.close(table)


def _columns(letters: tuple[str, ...]) -> list[_Column]:
    code = sum(_GROUPS) * _BOX + (len(_GROUPS) - 1) * _GAP + 3 * MM
    fixed = [
        _Column(("",), 6 * MM),
        _Column(("Code du ticket (sous le carré)", "13 lettres et chiffres"), code, draw=_code_boxes),
        _Column(("Carnet n°",), 21 * MM),
        _Column(("Début", "h min"), 14 * MM, draw=_colon),
        _Column(("Fin", "h min"), 14 * MM, draw=_colon),
        _Column(("Durée", "minutes"), 12.5 * MM),
        _Column(("Seul·e", "ou atelier"), 17 * MM, ("S", "A")),
        _Column(("Première", "fois"), 17 * MM, ("oui", "non")),
        _Column(("Autonomie", "1, 2 ou 3"), 20 * MM, ("1", "2", "3")),
        _Column(("Thématiques", "entourez les lettres"), 47 * MM, letters),
    ]
    left = _WIDTH - sum(column.width for column in fixed)
    return [*fixed, _Column(("Initiales", "pas le nom"), left)]


def _frame(pen: TaggedCanvas, columns: Sequence[_Column]) -> None:
    bottom = _TABLE_TOP - _HEAD - ROWS * _ROW
    with pen.artifact():
        shapes.rule(pen, _LEFT, _TABLE_TOP - _HEAD, _WIDTH, _HEAD, theme.fill_operator(theme.TINT))
        lines = [_TABLE_TOP, *(_TABLE_TOP - _HEAD - rank * _ROW for rank in range(ROWS + 1))]
        for y in lines:
            shapes.rule(pen, _LEFT, y - 0.3, _WIDTH, 0.6, theme.fill_operator(theme.INK))
        x = _LEFT
        for width in (0.0, *(column.width for column in columns)):
            x += width
            shapes.rule(pen, x - 0.3, bottom, 0.6, _TABLE_TOP - bottom, theme.fill_operator(theme.RULE))


def _head_words(pen: TaggedCanvas, column: _Column, x: float) -> None:
    words = [line for line in column.title if line]
    if not words:
        pen.text(x + column.width / 2, _TABLE_TOP - _HEAD / 2 - 3, "n°", size=8, align="center")
    for rank, line in enumerate(words):
        font = fonts.BOLD if rank == 0 else fonts.REGULAR
        size = text.fit(line, font, size=8.8, smallest=6.5, width=column.width - 2).size
        y = _TABLE_TOP - _HEAD / 2 - 3 if len(words) == 1 else _TABLE_TOP - 11 - 10.5 * rank
        pen.text(x + column.width / 2, y, line, font=font, size=size, align="center")


def _row(pen: TaggedCanvas, columns: Sequence[_Column], rank: int, table: Element) -> None:
    row = pen.structure.open("TR", table)
    top = _TABLE_TOP - _HEAD - rank * _ROW
    x = _LEFT
    for place, column in enumerate(columns):
        if place == 0:
            with pen.tagged("TH", row, attributes=_SCOPE["Row"]):
                pen.text(x + column.width / 2, top - _ROW / 2 - 3.3, str(rank + 1), size=9.5, align="center")
        elif column.choices:
            with pen.tagged("TD", row):
                _choices(pen, column, x, top)
        else:
            pen.structure.close(pen.structure.open("TD", row))
        if column.draw is not None:
            with pen.artifact():
                column.draw(pen, x, top, column.width)
        x += column.width
    pen.structure.close(row)


def _code_boxes(pen: TaggedCanvas, x: float, top: float, width: float) -> None:
    """Draw thirteen boxes in the groups in which a code is printed."""
    at, height = x + 1.5 * MM, _ROW - 2 * MM
    for size in _GROUPS:
        for _ in range(size):
            shapes.box(pen, at + 0.4, top - _ROW + 1 * MM, _BOX - 0.8, height, radius=1.5, grey=0.3)
            at += _BOX
        at += _GAP


def _colon(pen: TaggedCanvas, x: float, top: float, width: float) -> None:
    pen.text(x + width / 2, top - _ROW / 2 - 3, "h", size=9, align="center", colour=theme.INK)


def _choices(pen: TaggedCanvas, column: _Column, x: float, top: float) -> None:
    """Print what is to circle: on one line, or letters on two."""
    lines = [column.choices[start : start + _THEMES_LINE] for start in range(0, len(column.choices), _THEMES_LINE)]
    per_line = len(lines[0])
    pitch = column.width / per_line
    size = 9.5 if len(lines) == 1 else _TEXT
    for rank, line in enumerate(lines):
        y = top - _ROW / 2 - 3.3 if len(lines) == 1 else top - _ROW * (0.25 + 0.48 * rank) - 3.4
        for place, word in enumerate(line):
            pen.text(x + pitch * (place + 0.5), y, word, size=size, align="center")


def _legend(pen: TaggedCanvas, sheet: AttendanceSheet, letters: tuple[str, ...]) -> None:
    with pen.tagged("P"):
        pen.text(_LEFT, _FOOT_TOP, "Thématiques", font=fonts.BOLD, size=9.5)
    columns, step, width = 3, 10.6, 50 * MM
    per_column = -(-len(letters) // columns)
    parent = pen.structure.open("L")
    for rank, (letter, words) in enumerate(zip(letters, sheet.themes, strict=True)):
        x = _LEFT + rank // per_column * width
        y = _FOOT_TOP - 12.5 - rank % per_column * step
        item = pen.structure.open("LI", parent)
        with pen.tagged("Lbl", item):
            pen.text(x, y, letter, font=fonts.BOLD, size=_TEXT)
        with pen.tagged("LBody", item):
            fitted = text.fit(words, fonts.REGULAR, size=_TEXT, smallest=6.5, width=width - 15)
            pen.text(x + 11, y, fitted.lines[0], size=fitted.size)
        pen.structure.close(item)
    pen.structure.close(parent)


def _instructions(pen: TaggedCanvas, sheet: AttendanceSheet) -> None:
    until = f"au plus tard le {sheet.enter_by}" if sheet.enter_by else f"dans les {sheet.late_days} jours"
    sentences = (
        "Entourez ce qui convient. Autonomie\u00a0: 1 avec guidage, 2 autonome avec un guidage au besoin, 3 autonome.",
        "Une ligne par ticket. Plusieurs tickets pour une même aide\u00a0: une ligne pour chacun, une accolade dans la"
        " marge, la durée sur la première.",
        "Tamponnez ou barrez chaque ticket utilisé. Gardez-le au lieu, avec cette feuille, jusqu’au paiement de l’heure.",
        f"La personne responsable du lieu, ou le médiateur, saisit ces lignes {until}\u00a0: menu Jour de papier.",
        "Ces codes valent de l’argent tant qu’ils ne sont pas saisis\u00a0: gardez cette feuille sous clé.",
    )
    x = _LEFT + 153 * MM
    width = _LEFT + _WIDTH - x
    y = _FOOT_TOP
    for sentence in sentences:
        lines = text.wrap(sentence, fonts.REGULAR, _TEXT, width)
        with pen.tagged("P"):
            for line in lines:
                pen.text(x, y, line, size=_TEXT)
                y -= 10.2
        y -= 1.6
