"""Atkinson Hyperlegible, made by the Braille Institute for low vision (SIL OFL 1.1), always embedded.

The typeface tells 0 from O, 1 from l and I, 8 from B, which is what a spelled code needs. It has 343 characters: what it
lacks is replaced by `printable`, so that no empty box nor foreign font ever reaches a page.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

import fontpkg_atkinson_hyperlegible
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "Atkinson"
BOLD: Final = "Atkinson-Bold"
ITALIC: Final = "Atkinson-Italic"
BOLD_ITALIC: Final = "Atkinson-BoldItalic"

CAP_HEIGHT: Final = 0.668
"""Height of a capital, in parts of the font size (read from the font)."""

MISSING: Final = "?"
"""Stands for a letter of another script; symbols and emoji are dropped instead."""

_FILES: Final = {
    REGULAR: "AtkinsonHyperlegible-Regular.ttf",
    BOLD: "AtkinsonHyperlegible-Bold.ttf",
    ITALIC: "AtkinsonHyperlegible-Italic.ttf",
    BOLD_ITALIC: "AtkinsonHyperlegible-BoldItalic.ttf",
}

_NEVER: Final = {"Cc", "Cn", "Mn"}
"""Controls, unassigned, and marks left without the letter they were made for."""

# Characters that the font lacks and that French typography, babel or an office suite emit, with what says the same.
_SUBSTITUTES: Final = {
    0x202F: "\u00a0",  # narrow no-break space
    0x2007: "\u00a0",  # figure space
    0x2009: "\u00a0",  # thin space
    0x2010: "-",
    0x2011: "-",  # no-break hyphen
    0x2012: "–",
    0x2192: ">",
    0x02BC: "’",
    0x200B: "",  # zero width space
    0xFEFF: "",
    0x00AD: "",  # soft hyphen: it would be drawn
}


def register() -> None:
    """Make the four faces known to ReportLab. Calling it again changes nothing."""
    known = pdfmetrics.getRegisteredFontNames()
    if BOLD_ITALIC in known:
        return
    folder = Path(fontpkg_atkinson_hyperlegible.ROOT) / "files"
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file), asciiReadable=True, shapable=False))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC)


def face(name: str) -> TTFont:
    """Return a registered face.

    Raises KeyError for a font that is not one of the four.
    """
    if name not in _FILES:
        raise KeyError(name)
    register()
    font = pdfmetrics.getFont(name)
    assert isinstance(font, TTFont)
    return font


@lru_cache(maxsize=512)
def printable(text: str) -> str:
    """Return the text in characters that the font really has, on one line.

    Accents are composed, compatibility forms unfolded (ᵉ → e), line breaks become spaces, control characters, emoji and
    other symbols go, a letter of another script becomes MISSING.
    """
    glyphs = face(REGULAR).face.charToGlyph
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in "\n\r\t\v\f\u2028\u2029":
            out.append(" ")
        elif ord(char) in _SUBSTITUTES:
            out.append(_SUBSTITUTES[ord(char)])
        elif ord(char) in glyphs and unicodedata.category(char) not in _NEVER:
            out.append(char)
        else:
            out.append(_nearest(char, glyphs))
    return "".join(out)


def _nearest(char: str, glyphs: dict[int, int]) -> str:
    """Return what the font can show of a character it lacks: its base letter, MISSING, or nothing."""
    unfolded = unicodedata.normalize("NFKD", char)
    kept = "".join(c for c in unfolded if ord(c) in glyphs and not unicodedata.combining(c))
    if kept:
        return kept
    return MISSING if unicodedata.category(char)[0] in "LN" else ""


def width(text: str, font: str, size: float, tracking: float = 0.0) -> float:
    """Return the width of printable text in points; tracking is the space added after each character, in points."""
    return float(pdfmetrics.stringWidth(text, font, size)) + tracking * len(text)
