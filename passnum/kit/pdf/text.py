"""Making words fit a box: wrap, shrink, cut. All lengths in points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from passnum.kit.pdf import fonts

ELLIPSIS: Final = "…"
_SIZE_STEP: Final = 0.25


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that hold in their box, at one size."""

    lines: tuple[str, ...]
    size: float
    is_cut: bool = False


def typeset(sentence: str) -> str:
    """Put the no-break spaces of French that a keyed-in sentence lacks: before : ; ? ! %, inside « », after a number."""
    spaced = re.sub(r" (?=[:;?!»%€])|(?<=«) ", "\u00a0", sentence.strip())
    return re.sub(r"(?<=\d) (?=[\d\w])", "\u00a0", spaced)


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break printable text into lines of at most `width`. A no-break space never breaks; a word too long is cut."""
    lines: list[str] = []
    current = ""
    for word in _words(text, font, size, width):
        candidate = f"{current} {word}" if current else word
        if not current or fonts.width(candidate, font, size) <= width:
            current = candidate
        else:
            lines.append(current)
            current = word
    if current or not lines:
        lines.append(current)
    return lines


def _words(text: str, font: str, size: float, width: float) -> Iterator[str]:
    """Yield the words, those wider than the line already cut into pieces that hold."""
    for word in fonts.printable(text).split(" "):
        rest = word
        while rest and fonts.width(rest, font, size) > width:
            length = len(rest)
            while length > 1 and fonts.width(rest[:length], font, size) > width:
                length -= 1
            yield rest[:length]
            rest = rest[length:]
        if rest:
            yield rest


def fit(text: str, font: str, *, size: float, smallest: float, width: float, lines: int = 1) -> Fitted:
    """Return the text at the largest size from `size` down to `smallest` that holds in `lines` lines of `width`.

    When even the smallest does not hold, the last line ends with an ellipsis.
    """
    current = size
    while current > smallest:
        wrapped = wrap(text, font, current, width)
        if len(wrapped) <= lines and not _breaks_a_word(text, wrapped):
            return Fitted(tuple(wrapped), current)
        current = max(smallest, current - _SIZE_STEP)
    wrapped = wrap(text, font, smallest, width)
    if len(wrapped) <= lines:
        return Fitted(tuple(wrapped), smallest)
    kept = wrapped[:lines]
    kept[-1] = _cut(kept[-1], font, smallest, width)
    return Fitted(tuple(kept), smallest, is_cut=True)


def _breaks_a_word(text: str, wrapped: list[str]) -> bool:
    return sum(len(line.split(" ")) for line in wrapped) > len(fonts.printable(text).split())


def _cut(line: str, font: str, size: float, width: float) -> str:
    while line and fonts.width(line + ELLIPSIS, font, size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS
