"""Characters the face lacks, words that must hold in a box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from passnum.kit.pdf import fonts, text

fonts.register()


def test_registering_twice_keeps_the_same_faces() -> None:
    before = pdfmetrics.getFont(fonts.BOLD)
    fonts.register()
    assert pdfmetrics.getFont(fonts.BOLD) is before


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("L’Haÿ-les-Roses, œuvre, 10 €", "L’Haÿ-les-Roses, œuvre, 10 €"),
        ("1\u202f234\u202f€", "1\u00a0234\u00a0€"),
        ("e\u0301te\u0301", "été"),
        ("XVIᵉ", "XVIe"),
        ("un\u2011deux", "un-deux"),
        ("a → b", "a > b"),
        ("fête 🎉 ici", "fête  ici"),
        ("Париж 中", "????? ?"),
        ("ligne\nune\r\tdeux\x00\x1b", "ligne une  deux"),
        ("\u202eabc\u200b\ufeff", "abc"),
        ("и\u0301", "?"),
        ("", ""),
    ],
)
def test_text_is_brought_to_what_the_face_shows(given_text: str, shown: str) -> None:
    assert fonts.printable(given_text) == shown


@given(st.text(max_size=60))
def test_printable_text_has_only_glyphs_of_the_face(words: str) -> None:
    shown = fonts.printable(words)
    glyphs = fonts.face(fonts.REGULAR).face.charToGlyph
    assert all(ord(char) in glyphs for char in shown)
    assert fonts.printable(shown) == shown


def test_an_unknown_face_is_an_error() -> None:
    with pytest.raises(KeyError):
        fonts.face("Helvetica")


@given(st.text(alphabet="ab é€W\u00a0-", max_size=120), st.floats(min_value=20, max_value=200))
def test_wrapped_lines_hold_and_lose_no_letter(words: str, width: float) -> None:
    lines = text.wrap(words, fonts.REGULAR, 10, width)
    assert all(fonts.width(line, fonts.REGULAR, 10) <= width + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_a_no_break_space_does_not_break() -> None:
    assert text.wrap("aaaa bb\u00a0bb", fonts.REGULAR, 10, fonts.width("aaaa bb", fonts.REGULAR, 10) + 1) == [
        "aaaa",
        "bb\u00a0bb",
    ]


@given(st.text(alphabet="abc é WM", min_size=1, max_size=90), st.integers(min_value=1, max_value=3))
def test_fitted_lines_always_hold(words: str, lines: int) -> None:
    fitted = text.fit(words, fonts.BOLD, size=20, smallest=6, width=90, lines=lines)
    assert len(fitted.lines) <= lines
    assert 6 <= fitted.size <= 20
    assert all(fonts.width(line, fonts.BOLD, fitted.size) <= 90 + 1e-6 for line in fitted.lines)
    assert fitted.is_cut == fitted.lines[-1].endswith(text.ELLIPSIS)


def test_a_text_that_fits_keeps_its_size() -> None:
    assert text.fit("court", fonts.BOLD, size=20, smallest=6, width=200) == text.Fitted(("court",), 20)


def test_a_word_is_not_broken_while_a_smaller_size_holds_it() -> None:
    fitted = text.fit("anticonstitutionnellement", fonts.BOLD, size=20, smallest=6, width=100, lines=3)
    assert fitted.lines == ("anticonstitutionnellement",)


@pytest.mark.parametrize(
    ("typed", "typeset"),
    [
        ("Quoi ? « Rien » : 30 jours !", "Quoi\u00a0? «\u00a0Rien\u00a0»\u00a0: 30\u00a0jours\u00a0!"),
        ("10 € et 5 %", "10\u00a0€ et 5\u00a0%"),
        ("  déjà\u00a0: bien ", "déjà\u00a0: bien"),
    ],
)
def test_french_spaces_are_put(typed: str, typeset: str) -> None:
    assert text.typeset(typed) == typeset
