"""The file itself: read back by other engines than the one that wrote it."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from passnum.kit.pdf import fonts, shapes
from passnum.kit.pdf.about import About
from passnum.kit.pdf.canvas import TaggedCanvas, literal, number
from passnum.kit.pdf.outline import Bookmark, write_outline
from passnum.kit.pdf.writer import PdfWriter, escape


def _open(draw: Any, about: About | None = None) -> tuple[bytes, pikepdf.Pdf]:
    out = io.BytesIO()
    pen = TaggedCanvas(out, about or About("Essai"))
    draw(pen)
    pen.save()
    return out.getvalue(), pikepdf.open(io.BytesIO(out.getvalue()))


def _words(data: bytes, page: int = 0) -> str:
    return " ".join(pypdfium2.PdfDocument(data)[page].get_textpage().get_text_bounded().split())


def test_accents_come_back_as_they_were() -> None:
    sentence = "Été « où » l’œuf (8) coûte 10 € \\ Haÿ – Ωß"
    data, _ = _open(lambda pen: pen.text(50, 500, sentence, size=12))
    assert _words(data) == sentence


def test_reportlab_s_own_drawing_works_beside() -> None:
    def draw(pen: TaggedCanvas) -> None:
        with pen.tagged("P"):
            pen.setFont(fonts.ITALIC, 12)
            pen.drawString(50, 100, "déjà")
        with pen.artifact():
            pen.setFillAlpha(0.5)
            pen.rect(10, 10, 50, 50, fill=1)

    data, pdf = _open(draw)
    assert _words(data) == "déjà"
    assert "/ExtGState" in pdf.pages[0].Resources
    assert pdf.check_pdf_syntax() == []


def test_pictures_reach_the_file() -> None:
    def draw(pen: TaggedCanvas) -> None:
        with pen.tagged("Figure", alt="Un carré"):
            pen.drawImage(ImageReader(Image.new("L", (4, 4), 0)), 10, 10, 100, 100)

    data, _ = _open(draw)
    picture = pypdfium2.PdfDocument(data)[0].render(grayscale=True).to_pil()
    assert picture.getpixel((50, picture.height - 50)) == 0


def test_only_embedded_faces() -> None:
    data, pdf = _open(lambda pen: pen.text(50, 50, "mot", size=12, font=fonts.BOLD))
    assert b"Helvetica" not in data
    assert all("/FontFile2" in font.FontDescriptor for font in pdf.pages[0].Resources.Font.values())


def test_the_file_says_what_it_is() -> None:
    about = About("Reçu « été » & <Cie>", author="Métropole", subject="Sujet")
    _, pdf = _open(lambda pen: pen.text(50, 50, "mot", size=12), about)
    assert str(pdf.docinfo.Title) == about.title
    assert str(pdf.docinfo.Author) == "Métropole"
    assert str(pdf.Root.Lang) == "fr-FR"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert "/PrintScaling" not in pdf.Root.ViewerPreferences
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == about.title


def test_tags_nest_and_reach_the_marks_of_the_page() -> None:
    def draw(pen: TaggedCanvas) -> None:
        section = pen.structure.open("Sect")
        with pen.tagged("H1", section):
            pen.text(50, 500, "titre", size=12)
        with pen.tagged("Figure", section, alt="Une (figure) é", attributes="<</O/Layout/BBox[0 0 1 1]>>"):
            pen.draw("0 0 10 10 re f")
        pen.structure.close(section)

    _, pdf = _open(draw)
    document = pdf.Root.StructTreeRoot.K[0]
    section = document.K
    heading, figure = section.K
    assert [str(node.S) for node in (document, section, heading, figure)] == ["/Document", "/Sect", "/H1", "/Figure"]
    assert (int(heading.K), int(figure.K)) == (0, 1)
    assert str(figure.Alt) == "Une (figure) é"
    assert str(figure.A.O) == "/Layout"
    assert [owner.objgen for owner in pdf.Root.StructTreeRoot.ParentTree.Kids[0].Nums[1]] == [
        heading.objgen,
        figure.objgen,
    ]


def test_an_element_may_run_over_a_page_break() -> None:
    def draw(pen: TaggedCanvas) -> None:
        paragraph = pen.structure.open("P")
        for words in ("début", "fin"):
            with pen.marked(paragraph):
                pen.text(50, 500, words, size=12)
            pen.showPage()
        pen.structure.close(paragraph)

    _, pdf = _open(draw)
    paragraph = pdf.Root.StructTreeRoot.K[0].K
    first, second = paragraph.K
    assert first == 0
    assert paragraph.Pg.objgen == pdf.pages[0].obj.objgen
    assert second.Pg.objgen == pdf.pages[1].obj.objgen


def test_a_recording_is_played_at_other_places_with_its_own_tags() -> None:
    def draw(pen: TaggedCanvas) -> None:
        def stamp(inner: TaggedCanvas) -> None:
            with inner.artifact():
                inner.decor("Carre", 10, 10, lambda form: form.draw("0 0 10 10 re f"))
            with inner.tagged("P"):
                inner.text(0, 20, "tampon", size=10)
            inner.text(0, 40, "ni balise ni décor", size=10)

        recording = pen.record(stamp)
        pen.play(recording, 100, 100)
        pen.play(recording, 200, 300)

    data, pdf = _open(draw)
    assert _words(data) == "tampon tampon"
    assert [str(kid.S) for kid in pdf.Root.StructTreeRoot.K[0].K] == ["/P", "/P"]
    picture = pypdfium2.PdfDocument(data)[0].render(grayscale=True).to_pil()
    assert picture.getpixel((105, picture.height - 105)) == 0
    assert picture.getpixel((205, picture.height - 305)) == 0


def test_many_pages_make_a_balanced_tree_and_sound_file() -> None:
    def draw(pen: TaggedCanvas) -> None:
        for page in range(150):
            with pen.tagged("P"):
                pen.text(50, 500, f"page {page}", size=12)
            pen.showPage()

    data, pdf = _open(draw)
    assert len(pdf.pages) == 150
    assert pdf.Root.Pages.Kids[0].Count == 64
    assert [int(leaf.Limits[0]) for leaf in pdf.Root.StructTreeRoot.ParentTree.Kids] == [0, 64, 128]
    assert _words(data, 149) == "page 149"
    assert pdf.check_pdf_syntax() == []


def test_same_drawing_same_bytes() -> None:
    def draw(pen: TaggedCanvas) -> None:
        pen.text(50, 500, "é€œ", size=12)

    assert _open(draw)[0] == _open(draw)[0]


def test_bookmarks_nest_by_level() -> None:
    def draw(pen: TaggedCanvas) -> None:
        for title, level in (("Un", 1), ("Un un", 2), ("Saut", 4), ("Un deux", 2), ("Deux é", 1)):
            pen.bookmark(title, level, 700)
        pen.text(50, 500, "mot", size=12)

    data, pdf = _open(draw)
    found = [(mark.level, mark.get_title()) for mark in pypdfium2.PdfDocument(data).get_toc()]
    assert found == [(0, "Un"), (1, "Un un"), (2, "Saut"), (1, "Un deux"), (0, "Deux é")]
    assert pdf.Root.Outlines.Count == 5


def test_an_outline_may_start_below_the_first_level() -> None:
    writer = PdfWriter(io.BytesIO())
    assert write_outline(writer, [Bookmark("Sous-titre", 3, 1, 0), Bookmark("Titre", 1, 1, 0)]) == 1


@pytest.mark.parametrize(
    ("words", "written"), [("abc", "(abc)"), ("a(b)\\", "(a\\(b\\)\\\\)"), ("é\n", "<FEFF00e9000a>")]
)
def test_text_strings_are_escaped(words: str, written: str) -> None:
    assert escape(words) == written


def test_operands_are_escaped() -> None:
    assert literal("a(b)\\\r\x00") == "(a\\(b\\)\\\\\\015\\000)"


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (0.126, "0.13"), (-0.001, "0"), (10.5, "10.5"), (100, "100")]
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert number(value) == written


def test_every_mark_looks_different() -> None:
    def draw(pen: TaggedCanvas) -> None:
        for index in range(shapes.MARK_COUNT):
            shapes.fill_mark(pen, index, 50 * index, 100, 40, "0 g")

    data, _ = _open(draw)
    picture = pypdfium2.PdfDocument(data)[0].render(grayscale=True).to_pil()
    cells = [picture.crop((50 * k, picture.height - 140, 50 * k + 40, picture.height - 100)) for k in range(8)]
    dark = [{i for i, level in enumerate(cell.tobytes()) if level < 128} for cell in cells]
    for one in range(8):
        for other in range(one):
            assert len(dark[one] ^ dark[other]) > 0.12 * 40 * 40, (shapes.MARK_NAMES[one], shapes.MARK_NAMES[other])


def test_modules_are_painted_where_they_are() -> None:
    rows = (b"\x01\x00\x01", b"\x00\x01\x00", b"\x01\x01\x00")
    data, _ = _open(lambda pen: pen.draw(shapes.modules_mask(rows, 30, 60, 90)))
    picture = pypdfium2.PdfDocument(data)[0].render(grayscale=True).to_pil()
    for row in range(3):
        for column in range(3):
            level = picture.getpixel((30 + 30 * column + 15, picture.height - 60 - 90 + 30 * row + 15))
            assert level == (0 if rows[row][column] else 255), (row, column)
