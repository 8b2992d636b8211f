"""The shape of a wave on the screen: the very one printed on its booklets, so that two waves differ without colour."""

from functools import lru_cache
from html import escape
from typing import Final

from passnum.kit.pdf.shapes import MARK_COUNT, MARK_NAMES, mark_path

SIZE: Final = 48.0
# How many numbers each drawing operator of the printed path takes, and its letter in SVG (ISO 32000-1, 8.5.2).
_OPERATORS: Final = {"m": "M", "l": "L", "c": "C", "h": "Z"}


def mark_name(wave_number: int) -> str:
    """Return what one calls the shape: « losange »."""
    return MARK_NAMES[wave_number % MARK_COUNT]


@lru_cache(maxsize=MARK_COUNT)
def _svg_path(index: int) -> str:
    steps: list[str] = []
    numbers: list[str] = []
    for part in mark_path(index, 0, 0, SIZE).split():
        if part in _OPERATORS:
            steps.append(_OPERATORS[part] + " ".join(numbers))
            numbers = []
        elif part == "re":
            x, y, width, height = numbers
            steps.append(f"M{x} {y}h{width}v{height}h-{width}Z")
            numbers = []
        else:
            numbers.append(part)
    return "".join(steps)


def wave_mark_svg(wave_number: int, *, title: str = "") -> str:
    """Return the shape as inline SVG, in the colour of the text; without title it is decorative."""
    told = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    path = _svg_path(wave_number % MARK_COUNT)
    # The printed path has its origin at the lower left.
    return (
        f'<svg class="wave-mark" viewBox="0 0 {SIZE:.0f} {SIZE:.0f}" width="{SIZE:.0f}" height="{SIZE:.0f}" {told}'
        f' focusable="false"><path fill="currentColor" fill-rule="evenodd" transform="matrix(1 0 0 -1 0 {SIZE:.0f})"'
        f' d="{path}"/></svg>'
    )
