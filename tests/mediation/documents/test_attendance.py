"""The attendance sheet: what a pen needs is there, nothing runs over, nobody's name is asked."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest

from mediation.coop import Theme
from mediation.documents.attendance import MOST_SHEETS, ROWS, AttendanceSheet, attendance_pdf, theme_letters

BLANK = AttendanceSheet(
    place="Médiathèque Jean-Prévost",
    address="12 rue de l’Exemple, 94000 Créteil",
    day="",
    service="",
    mediator="",
    late_days=15,
    enter_by="",
    themes=tuple(str(label) for label in Theme.labels),
)
DATED = replace(
    BLANK,
    day="24 novembre 2026",
    service="Les bases du numérique",
    mediator="Camille",
    enter_by="9 décembre 2026",
    sheets_count=3,
)
HOSTILE = replace(
    DATED,
    place="Espace " + "très long " * 40 + "\u0000\u202e🙂",
    address="x" * 255,
    service="s" * 120,
    mediator="Anne-Éléonore " * 12,
)
KINDS = pytest.mark.parametrize("sheet", [BLANK, DATED, HOSTILE], ids=["blank", "dated", "hostile"])


def pages(data: bytes) -> list[str]:
    pdf = pypdfium2.PdfDocument(data)
    found = [" ".join(pdf[page].get_textpage().get_text_bounded().split()) for page in range(len(pdf))]
    return [text.replace("\u00a0", " ") for text in found]


def boxes(data: bytes) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Every run of ink of the first page, with what it says."""
    text = pypdfium2.PdfDocument(data)[0].get_textpage()
    found = [text.get_rect(rank) for rank in range(text.count_rects())]
    return [(text.get_text_bounded(*box).strip(), box) for box in found]


def roles(node: Any) -> list[Any]:
    kids = node.get("/K", pikepdf.Array())
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [str(node.S)[1:], *(roles(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)]


def said(text: str, words: Sequence[str]) -> list[str]:
    return [one for one in words if one not in text]


def test_a_blank_sheet_says_all_that_is_needed() -> None:
    (text,) = pages(attendance_pdf(BLANK))
    missing = said(
        text,
        [
            "Feuille d’émargement",
            "Lieu : Médiathèque Jean-Prévost, 12 rue de l’Exemple, 94000 Créteil",
            "Date :",
            "Service :",
            "Médiateur, médiatrice :",
            "Code du ticket",
            "Carnet n°",
            "Initiales",
            "pas le nom",
            "Feuille 1 sur 1",
            "Tamponnez ou barrez chaque ticket",
            "jusqu’au paiement",
            "dans les 15 jours",
            "gardez cette feuille sous clé",
            *Theme.labels,
        ],
    )
    assert missing == []
    assert text.count("oui non") == ROWS


def test_a_dated_sheet_says_until_when_and_comes_in_numbers() -> None:
    found = pages(attendance_pdf(DATED))
    assert len(found) == 3
    for rank, text in enumerate(found, start=1):
        assert f"Feuille {rank} sur 3" in text
        assert "Date : 24 novembre 2026" in text
        assert "au plus tard le 9 décembre 2026" in text


@KINDS
def test_nothing_runs_over(sheet: AttendanceSheet) -> None:
    data = attendance_pdf(sheet)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _, _, width, height = (float(side) for side in pdf.pages[0].MediaBox)
    assert (round(width), round(height)) == (842, 595), "A4, lying"
    found = boxes(data)
    margin = 6 * 72 / 25.4  # what office printers leave blank, and a little more
    for words, (left, bottom, right, top) in found:
        assert left >= margin and bottom >= margin, words
        assert right <= width - margin and top <= height - margin, words
    for rank, (words, (left, bottom, right, top)) in enumerate(found):
        for others, (left2, bottom2, right2, top2) in found[rank + 1 :]:
            apart = right <= left2 or right2 <= left or top <= bottom2 + 0.5 or top2 <= bottom + 0.5
            assert apart, f"« {words} » runs over « {others} »"


@KINDS
def test_the_same_words_make_the_same_bytes(sheet: AttendanceSheet) -> None:
    assert attendance_pdf(sheet) == attendance_pdf(sheet)
    assert attendance_pdf(sheet) != attendance_pdf(replace(sheet, late_days=20, enter_by=""))


def test_it_is_tagged_with_its_title_and_every_font_embedded() -> None:
    with pikepdf.open(io.BytesIO(attendance_pdf(DATED))) as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == "Feuille d’émargement – Médiathèque Jean-Prévost"
        assert "/CreationDate" not in pdf.docinfo
        faces = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
        assert faces and all("/FontFile2" in face.FontDescriptor for face in faces)
        document = roles(pdf.Root.StructTreeRoot.K[0])
    tables = [node for node in document[1:] if node[0] == "Table"]
    assert len(tables) == 3
    for _, head, *rows in tables:
        assert {cell[0] for cell in head[1:]} == {"TH"}
        assert len(rows) == ROWS
        assert {(len(row), row[1][0], row[2][0]) for row in rows} == {(len(head), "TH", "TD")}


@pytest.mark.parametrize("count", [0, -1, MOST_SHEETS + 1])
def test_a_number_of_sheets_that_nobody_means_is_an_error(count: int) -> None:
    with pytest.raises(ValueError, match="sheets"):
        attendance_pdf(replace(BLANK, sheets_count=count))


def test_each_theme_has_its_letter() -> None:
    letters = theme_letters(BLANK.themes)
    assert len(set(letters)) == len(Theme) and letters[0] == "A"
    with pytest.raises(ValueError, match="letters"):
        theme_letters(["x"] * 21)
