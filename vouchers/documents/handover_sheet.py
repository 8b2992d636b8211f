"""The hand-over sheet of a paper day (feuille de remise): fourteen rows a page, filled with a pen, typed in later.

A4 landscape. No name has a place here, nor a code: a booklet's number is worth nothing. One row is one booklet.
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

ROWS: Final = 14
MOST_SHEETS: Final = 40
TITLE: Final = "Feuille de remise"

_PAGE: Final = (A4[1], A4[0])
_LEFT: Final = 9 * MM
_WIDTH: Final = _PAGE[0] - 2 * _LEFT
_TOP: Final = _PAGE[1] - 9 * MM
_ROW: Final = 9.4 * MM
_HEAD: Final = 9.5 * MM
_TABLE_TOP: Final = _TOP - 17 * MM
_FOOT_TOP: Final = _TABLE_TOP - _HEAD - ROWS * _ROW - 5.2 * MM
_DIGITS: Final = (2, 7)
_BOX: Final = 5.2 * MM
_GAP: Final = 2.4 * MM
_PER_LINE: Final = 10
_TEXT: Final = 8.4
_SCOPE: Final = {"Column": "<</O/Table/Scope/Column>>", "Row": "<</O/Table/Scope/Row>>"}


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """What is printed beforehand. `publics` and `ages` are the words of the lists, in their order."""

    distributor: str
    late_days: int
    publics: tuple[str, ...]
    ages: tuple[str, ...]
    sheets_count: int = 1


@dataclass(frozen=True, slots=True)
class _Column:
    title: tuple[str, ...]
    width: float
    choices: tuple[str, ...] = ()
    draw: Callable[[TaggedCanvas, float, float], None] | None = None


def handover_sheet_pdf(sheet: HandoverSheet) -> bytes:
    """Return the sheets, one a page: the same bytes for the same words.

    Raises ValueError for no sheet, for more than MOST_SHEETS, and for more publics than letters on two lines.
    """
    if not 1 <= sheet.sheets_count <= MOST_SHEETS:
        raise ValueError(f"from 1 to {MOST_SHEETS} sheets")
    if len(sheet.publics) > 2 * _PER_LINE:
        raise ValueError("more publics than letters on two lines")
    out = io.BytesIO()
    about = About(title=f"{TITLE} – {sheet.distributor}", author="Pass numérique", prints_at_scale=True)
    pen = TaggedCanvas(out, about, _PAGE)
    for rank in range(1, sheet.sheets_count + 1):
        _header(pen, sheet, rank)
        _table(pen, sheet)
        _legend(pen, "Publics", letters(len(sheet.publics)), sheet.publics, x=_LEFT, columns=3, width=56 * MM)
        _instructions(pen, sheet)
        pen.showPage()
    pen.save()
    return out.getvalue()


def letters(count: int) -> tuple[str, ...]:
    """Return the letters that stand for the publics, in their order."""
    return tuple(chr(ord("A") + rank) for rank in range(count))


def _header(pen: TaggedCanvas, sheet: HandoverSheet, rank: int) -> None:
    with pen.tagged("H1"):
        pen.text(_LEFT, _TOP - 15, TITLE, font=fonts.BOLD, size=19, colour=theme.ACCENT)
    with pen.tagged("P"):
        words = f"Pass numérique, jour de papier. Feuille\u00a0{rank} sur\u00a0{sheet.sheets_count}"
        pen.text(_LEFT + _WIDTH, _TOP - 15, words, size=9.5, align="right")
    _blank(pen, "Distributeur", sheet.distributor, _LEFT, _WIDTH * 0.46)
    _blank(pen, "Date", "", _LEFT + _WIDTH * 0.48, _WIDTH * 0.16)
    _blank(pen, "Agent, et signature", "", _LEFT + _WIDTH * 0.66, _WIDTH * 0.34)


def _blank(pen: TaggedCanvas, label: str, words: str, x: float, width: float) -> None:
    """Draw « Label : words », or a line to write on."""
    y = _TOP - 12.8 * MM
    with pen.tagged("P"):
        start = x + pen.text(x, y, f"{label}\u00a0:", size=9.5, font=fonts.BOLD) + 5
        room = x + width - start
        if words:
            fitted = text.fit(words, fonts.REGULAR, size=11, smallest=7, width=room)
            pen.text(start, y, fitted.lines[0], size=fitted.size)
    if not words:
        with pen.artifact():
            shapes.dotted_line(pen, start, y - 2, start + room, y - 2)


def _columns(sheet: HandoverSheet) -> list[_Column]:
    number = sum(_DIGITS) * _BOX + _GAP + 3 * MM
    fixed = [
        _Column(("",), 6 * MM),
        _Column(("Numéro du carnet", "vague – numéro"), number, draw=_number_boxes),
        _Column(("Public", "entourez une lettre"), 55 * MM, letters(len(sheet.publics))),
        _Column(("Âge", "entourez un chiffre"), 46 * MM, tuple(str(n) for n in range(1, len(sheet.ages) + 1))),
        _Column(("Genre",), 19 * MM, ("F", "H", "NC")),
        _Column(("Situation",), 34 * MM, ("S", "SE", "E", "R", "NC")),
        _Column(("Remis à",), 17 * MM, ("P", "T", "A")),
        _Column(("Déjà eu", "un carnet"), 15 * MM, ("oui",)),
    ]
    left = _WIDTH - sum(column.width for column in fixed)
    return [*fixed, _Column(("Reçu", "à la saisie"), left)]


def _table(pen: TaggedCanvas, sheet: HandoverSheet) -> None:
    columns = _columns(sheet)
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


def _frame(pen: TaggedCanvas, columns: Sequence[_Column]) -> None:
    bottom = _TABLE_TOP - _HEAD - ROWS * _ROW
    with pen.artifact():
        shapes.rule(pen, _LEFT, _TABLE_TOP - _HEAD, _WIDTH, _HEAD, theme.fill_operator(theme.TINT))
        for y in (_TABLE_TOP, *(_TABLE_TOP - _HEAD - rank * _ROW for rank in range(ROWS + 1))):
            shapes.rule(pen, _LEFT, y - 0.3, _WIDTH, 0.6, theme.fill_operator(theme.INK))
        x = _LEFT
        for width in (0.0, *(column.width for column in columns)):
            x += width
            shapes.rule(pen, x - 0.3, bottom, 0.6, _TABLE_TOP - bottom, theme.fill_operator(theme.RULE))


def _head_words(pen: TaggedCanvas, column: _Column, x: float) -> None:
    words = [line for line in column.title if line]
    middle = x + column.width / 2
    if not words:
        pen.text(middle, _TABLE_TOP - _HEAD / 2 - 3, "n°", size=8, align="center")
    for rank, line in enumerate(words):
        font = fonts.BOLD if rank == 0 else fonts.REGULAR
        size = text.fit(line, font, size=8.8, smallest=6.5, width=column.width - 2).size
        y = _TABLE_TOP - _HEAD / 2 - 3 if len(words) == 1 else _TABLE_TOP - 11 - 10.5 * rank
        pen.text(middle, y, line, font=font, size=size, align="center")


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
                column.draw(pen, x, top)
        x += column.width
    pen.structure.close(row)


def _number_boxes(pen: TaggedCanvas, x: float, top: float) -> None:
    """Draw two boxes for the wave, a dash, and seven for the number, as it is printed on the cover."""
    at, bottom = x + 1.5 * MM, top - _ROW + 1 * MM
    for group, size in enumerate(_DIGITS):
        if group:
            pen.text(at + _GAP / 2 - 0.3, top - _ROW / 2 - 3, "–", size=9, align="center")
            at += _GAP
        for _ in range(size):
            shapes.box(pen, at + 0.4, bottom, _BOX - 0.8, _ROW - 2 * MM, radius=1.5, grey=0.3)
            at += _BOX


def _choices(pen: TaggedCanvas, column: _Column, x: float, top: float) -> None:
    """Print what is to circle: on one line, or letters on two."""
    lines = [column.choices[start : start + _PER_LINE] for start in range(0, len(column.choices), _PER_LINE)]
    pitch = column.width / len(lines[0])
    for rank, line in enumerate(lines):
        y = top - _ROW / 2 - 3.3 if len(lines) == 1 else top - _ROW * (0.25 + 0.48 * rank) - 3.4
        for place, word in enumerate(line):
            pen.text(x + pitch * (place + 0.5), y, word, size=9 if len(lines) == 1 else _TEXT, align="center")


def _legend(
    pen: TaggedCanvas, title: str, marks: Sequence[str], words: Sequence[str], *, x: float, columns: int, width: float
) -> None:
    with pen.tagged("P"):
        pen.text(x, _FOOT_TOP, title, font=fonts.BOLD, size=9.5)
    per_column = -(-len(marks) // columns)
    parent = pen.structure.open("L")
    for rank, (mark, told) in enumerate(zip(marks, words, strict=True)):
        left = x + rank // per_column * width
        y = _FOOT_TOP - 12.5 - rank % per_column * 10.6
        item = pen.structure.open("LI", parent)
        with pen.tagged("Lbl", item):
            pen.text(left, y, mark, font=fonts.BOLD, size=_TEXT)
        with pen.tagged("LBody", item):
            fitted = text.fit(told, fonts.REGULAR, size=_TEXT, smallest=6, width=width - 14)
            pen.text(left + 11, y, fitted.lines[0], size=fitted.size)
        pen.structure.close(item)
    pen.structure.close(parent)


def _instructions(pen: TaggedCanvas, sheet: HandoverSheet) -> None:
    ages = ", ".join(f"{rank}\u00a0=\u00a0{words.lower()}" for rank, words in enumerate(sheet.ages, start=1))
    sentences = (
        f"Âge\u00a0: {ages}.",
        "Genre\u00a0: F femme, H homme. Situation\u00a0: S scolarisé, SE sans emploi, E en emploi, R retraité. NC\u00a0: non"
        " communiqué, une réponse toujours possible.",
        "Remis à\u00a0: P la personne, T son tuteur ou sa tutrice, A une autre personne de confiance.",
        "N’écrivez le nom de personne. Une ligne par carnet.",
        f"Saisissez ces lignes dans les {sheet.late_days} jours\u00a0: menu Remettre un carnet, Jour de papier.",
    )
    x = _LEFT + 172 * MM
    width = _LEFT + _WIDTH - x
    y = _FOOT_TOP
    for sentence in sentences:
        with pen.tagged("P"):
            for line in text.wrap(sentence, fonts.REGULAR, _TEXT, width):
                pen.text(x, y, line, size=_TEXT)
                y -= 10
        y -= 1.2
