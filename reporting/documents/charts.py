"""Drawings of a report, each beside its table: hand-overs and hours by month, stages of titles, map of the hours.

Nothing is said by colour alone: each series has its own fill and hatching, and its figures are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reportlab.graphics.shapes import Drawing

from passnum.kit.picture import Area, Item, Label, Lines, Picture
from passnum.territory.contours import contours_on
from passnum.territory.documents.map import commune_map_drawing, commune_map_svg
from reporting.documents.wording import number
from reporting.queries.breakdown import Breakdown
from reporting.queries.report import WaveReport

INK: Final = "#16202c"
SOFT: Final = "#4a5764"
LINE: Final = "#8a949e"
DARK: Final = "#0b5c6b"
LIGHT: Final = "#d2e6e9"
HATCH: Final = "#66a5b0"

WIDTH: Final = 1600
_LEGEND: Final = 70
_BASE: Final = 560
_TOP: Final = 130
_HEIGHT: Final = 640
_MOST_FIGURES: Final = 12
"""Months beyond which two figures side by side would touch: they are then in the table alone."""


def _box(left: int, top: int, right: int, bottom: int, fill: str, hint: str = "") -> Area:
    ring = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Area((ring,), fill, DARK, 2, hint)


def _hatched(left: int, top: int, right: int, bottom: int) -> Lines:
    """Horizontal lines inside a bar: what tells it from the plain one in black and white."""
    rows = range(bottom - 12, top + 4, -14)
    return Lines(tuple(((left + 3, y), (right - 3, y)) for y in rows), HATCH, 3)


def month_picture(table: Breakdown) -> Picture | None:
    """Return tickets handed over and hours used by month, side by side; None without a month."""
    if not table.rows:
        return None
    handed, hours = table.column("handed"), table.column("hours")
    tallest = max([1, *(n or 0 for n in handed.values()), *(n or 0 for n in hours.values())])
    step = WIDTH // len(table.rows)
    bar = min(90, step * 2 // 5)
    items: list[Item] = [
        _box(0, 14, 44, 50, LIGHT),
        _hatched(0, 14, 44, 50),
        Label((60, 32), "Tickets remis", 34, INK),
        _box(340, 14, 384, 50, DARK),
        Label((400, 32), "Heures utilisées", 34, INK),
    ]
    for rank, row in enumerate(table.rows):
        middle = rank * step + step // 2
        for offset, values, is_plain in ((-bar, handed, False), (0, hours, True)):
            items += _bar(row.label.text, middle + offset, bar, values[row.key], tallest, len(table.rows), is_plain)
        items.append(Label((middle, _BASE + 34), _short(row.key, len(table.rows)), 30, SOFT, "middle"))
    items.append(Lines((((0, _BASE), (WIDTH, _BASE)),), INK, 3))
    return Picture(WIDTH, _HEIGHT, tuple(items))


def _bar(name: str, left: int, wide: int, value: int | None, tallest: int, months: int, is_plain: bool) -> list[Item]:
    if not value:
        return []
    top = _BASE - max(3, (_BASE - _TOP) * value // tallest)
    said = f"{name}\u00a0: {number(value)} {'heures utilisées' if is_plain else 'tickets remis'}"
    items: list[Item] = [_box(left + 3, top, left + wide - 3, _BASE, DARK if is_plain else LIGHT, said)]
    if not is_plain:
        items.append(_hatched(left + 3, top, left + wide - 3, _BASE))
    if months <= _MOST_FIGURES:
        items.append(Label((left + wide // 2, top - 24), number(value), 26, INK, "middle", is_bold=True))
    return items


def _short(key: str, months: int) -> str:
    """« 03/26 »; the year alone would crowd a long axis."""
    return f"{key[5:]}/{key[2:4]}" if months <= 2 * _MOST_FIGURES else key[5:]


def funnel_picture(report: WaveReport) -> Picture:
    """Return the stages that titles reached, each as a bar under the other."""
    tall, gap, left = 66, 24, 520
    base = max(1, report.funnel[0][1])
    room = WIDTH - left - 240
    items: list[Item] = []
    for rank, (label, count) in enumerate(report.funnel):
        top = rank * (tall + gap)
        middle = top + tall // 2
        right = left + max(4, room * count // base) if count else left
        items.append(Label((left - 24, middle), label, 36, INK, "end"))
        if count:
            items.append(_box(left, top, right, top + tall, DARK, f"{label}\u00a0: {number(count)} tickets"))
        items.append(Label((right + 20, middle), number(count), 36, INK, is_bold=True))
    bottom = len(report.funnel) * (tall + gap) - gap
    items.append(Lines((((left, -8), (left, bottom + 8)),), INK, 3))
    return Picture(WIDTH, bottom + 12, tuple(items))


@dataclass(frozen=True, slots=True)
class HoursMap:
    """What the map of the hours shows: values by commune on the map, classes, their words, and who is off the map."""

    values: Mapping[str, int | None]
    classes: tuple[int, ...]
    labels: tuple[str, ...]
    missing: str
    desc: str
    on: date

    def svg(self) -> str:
        """Return the map for a page."""
        return commune_map_svg(
            values=self.values,
            classes=self.classes,
            labels=self.labels,
            missing_label=self.missing,
            legend=LEGEND,
            title="Heures utilisées par commune",
            desc=self.desc,
            on=self.on,
            ident="carte-heures",
        )

    def drawing(self, width: float) -> Drawing:
        """Return the map for a printed piece."""
        return commune_map_drawing(
            values=self.values,
            classes=self.classes,
            labels=self.labels,
            missing_label=self.missing,
            legend=LEGEND,
            on=self.on,
            width=width,
        )


LEGEND: Final = "Heures utilisées"
_MOST_CLASSES: Final = 5


def hours_map(report: WaveReport) -> HoursMap:
    """Return the map of the hours by commune of use."""
    day = report.as_of.cut_off_on
    shapes = contours_on(day=day).shapes
    values = {
        code: value or None for code, value in report.breakdown("use_commune").column("hours").items() if code in shapes
    }
    known = sorted(value for value in values.values() if value)
    classes = classes_of(known)
    missing = "aucune heure, ou masqué" if report.is_masked else "aucune heure"
    desc = (
        f"Carte des communes de la Métropole. {len(known)} communes ont des heures utilisées, de {number(known[0])} à"
        f" {number(known[-1])}. Les chiffres sont dans le tableau qui suit."
        if known
        else "Carte des communes de la Métropole. Aucune commune n’a d’heure utilisée."
    )
    return HoursMap(values, classes, _labels(classes), missing, desc, day)


def classes_of(values: Sequence[int]) -> tuple[int, ...]:
    """Return the lowest value of each class: 1, then round numbers near the quantiles, five classes at most."""
    lows = {1}
    for rank in range(1, _MOST_CLASSES):
        if values:
            lows.add(_round_down(values[len(values) * rank // _MOST_CLASSES]))
    return tuple(sorted(lows))


def _round_down(value: int) -> int:
    """Return the nearest 1, 2 or 5 times a power of ten that is not above."""
    power = 10 ** (len(str(max(1, value))) - 1)
    return max(factor * power for factor in (1, 2, 5) if factor * power <= max(1, value))


def _labels(classes: Sequence[int]) -> tuple[str, ...]:
    ends = [*(low - 1 for low in classes[1:]), None]
    return tuple(
        f"{number(low)} et plus" if end is None else number(low) if low == end else f"de {number(low)} à {number(end)}"
        for low, end in zip(classes, ends, strict=True)
    )
