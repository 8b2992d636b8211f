"""Laying pieces one under the other, page after page.

A document is a list of strips: bands as wide as the text, never broken, drawn in order. A paragraph is one strip a line, a
table one strip a row. Drawing in order lets one structure element run over a page break.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from passnum.kit.pdf.canvas import TaggedCanvas

Draw = Callable[[TaggedCanvas, float, float], None]
"""Draw with the left margin and the top of the strip, in points."""

_TOLERANCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Strip:
    """A band of the page. Heights in points; `before` is dropped at the top of a page."""

    height: float
    draw: Draw
    before: float = 0.0
    keeps_next: bool = False
    """Never the last of a page: a heading, the first line of a paragraph."""
    repeats: "Strip | None" = None
    """Drawn again first when this strip opens a page: the head of a table."""
    breaks_page: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A strip on its page (from 0), its top at this distance from the top of the text area."""

    page: int
    top: float
    strip: Strip


def lay(strips: Sequence[Strip], room: float) -> list[Placed]:
    """Place strips on pages of `room` points. A strip higher than a page is placed alone at the top of one."""
    placed: list[Placed] = []
    page, used = 0, 0.0
    for chain in _chains(strips):
        needed = sum(strip.before + strip.height for strip in chain)
        if used and (chain[0].breaks_page or used + needed > room + _TOLERANCE):
            page, used = page + 1, 0.0
        for strip in chain:
            if used and used + strip.before + strip.height > room + _TOLERANCE:
                page, used = page + 1, 0.0  # a chain longer than a page breaks where it must
            if not used and strip.repeats:
                placed.append(Placed(page, used, strip.repeats))
                used += strip.repeats.height
            elif used:
                used += strip.before
            placed.append(Placed(page, used, strip))
            used += strip.height
    return placed


def _chains(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Yield the runs of strips that stay together."""
    chain: list[Strip] = []
    for strip in strips:
        chain.append(strip)
        if not strip.keeps_next:
            yield chain
            chain = []
    if chain:
        yield chain
