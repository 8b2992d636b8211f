"""Tokens shared with the stylesheet of the web pages: same names, same values."""

from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm as _mm

MM: Final[float] = _mm

INK: Final[Color] = HexColor("#16202c")
ACCENT: Final[Color] = HexColor("#0b5c6b")
ACCENT_2: Final[Color] = HexColor("#f2b705")
"""Decoration only: 1.8:1 on white, it never carries meaning nor text."""
PAPER: Final[Color] = HexColor("#ffffff")
RULE: Final[Color] = HexColor("#8a949e")
"""Thin rules and frames: 3.1:1 on white, the floor of WCAG 1.4.11."""
TINT: Final[Color] = HexColor("#eef3f4")
"""Background of table heads: 15:1 under INK."""

PRESS_BLACK: Final[str] = "0 g"
"""Black plate alone. What a camera or tired eyes must read is printed without halftone nor registration blur."""


def fill_operator(colour: Color) -> str:
    """Return the PDF operator that sets this colour for fills and text."""
    return f"{colour.red:.3g} {colour.green:.3g} {colour.blue:.3g} rg"


def stroke_operator(colour: Color) -> str:
    """Return the PDF operator that sets this colour for lines."""
    return f"{colour.red:.3g} {colour.green:.3g} {colour.blue:.3g} RG"
