"""The report builder: what stays together, what splits, what a screen reader hears."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, Rect, String

from passnum.kit.pdf.flow import Strip, lay
from passnum.kit.pdf.report import About, Column, ReportDocument


def _report() -> ReportDocument:
    return ReportDocument(About("Rapport d’été", author="Métropole"), footer="Arrêté au 31/12/2027")


def _pages(data: bytes) -> list[str]:
    pdf = pypdfium2.PdfDocument(data)
    return [" ".join(pdf[page].get_textpage().get_text_bounded().split()) for page in range(len(pdf))]


def _roles(node: Any) -> list[Any]:
    """Roles as nested lists: ["Table", ["TR", ["TH"], ["TD"]]]."""
    kids = node.get("/K", pikepdf.Array())
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [str(node.S)[1:], *(_roles(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid)]


def _structure(data: bytes) -> list[Any]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return _roles(pdf.Root.StructTreeRoot.K[0])


def _drawing() -> Drawing:
    drawing = Drawing(400, 160)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 30, 20, 340, 120
    chart.data = [[1, 2, 3]]
    chart.categoryAxis.categoryNames = ["janv.", "févr.", "août"]
    drawing.add(chart)
    drawing.add(String(0, 150, "Été → automne", fontName="Helvetica-Bold"))
    drawing.add(Rect(0, 0, 10, 10))
    return drawing


def test_pieces_come_in_order_with_their_roles() -> None:
    report = _report()
    report.title("Rapport", "Sous-titre")
    report.key_figures([("5 412", "tickets"), ("68 %", "usage")])
    report.heading("Partie")
    report.paragraph("Une phrase : deux mots.")
    report.bullets(["un", " ", "deux"])
    report.table(
        [Column("Commune", is_row_header=True), Column("Tickets", align="right")], [["Créteil", "12"]], caption="T1"
    )
    report.figure(_drawing(), alt="Ça monte.", caption="F1")
    item = ["LI", ["Lbl"], ["LBody"]]
    head, row = ["TR", ["TH"], ["TH"]], ["TR", ["TH"], ["TD"]]
    assert _structure(report.render()) == [
        "Document",
        ["H1"],
        ["P"],
        ["P"],
        ["P"],
        ["H2"],
        ["P"],
        ["L", item, item],
        ["Table", ["Caption"], head, row],
        ["Figure"],
        ["P"],
    ]


def test_header_cells_say_what_they_head() -> None:
    report = _report()
    report.table([Column("Commune", is_row_header=True), Column("Tickets")], [["Créteil", "12"]])
    with pikepdf.open(io.BytesIO(report.render())) as pdf:
        head, row = pdf.Root.StructTreeRoot.K[0].K.K
        assert [str(cell.A.Scope) for cell in head.K] == ["/Column", "/Column"]
        assert str(row.K[0].A.Scope) == "/Row"


def test_a_table_splits_across_pages_with_its_head_again() -> None:
    report = _report()
    rows = [[f"Commune n° {rank}", "x " * (rank % 40)] for rank in range(120)]
    report.table(
        [Column("Commune", is_row_header=True), Column("Détail", 2)], rows, caption="T", total=["Ensemble", "120"]
    )
    data = report.render()
    pages = _pages(data)
    assert len(pages) > 2
    assert all("Commune Détail" in page for page in pages)
    for rank in range(120):
        assert sum(f"Commune n° {rank} " in page for page in pages) == 1
    assert "Ensemble 120" in pages[-1]
    assert "Commune n° 119" in pages[-1]  # the total is never alone on its page
    document = _structure(data)
    assert len(document) == 2  # one table, not one a page
    assert [role[0] for role in document[1][1:]] == ["Caption", *["TR"] * 122]


def test_an_empty_table_says_so() -> None:
    report = _report()
    report.table([Column("A"), Column("B")], [], empty="Aucun ticket utilisé.")
    assert "Aucun ticket utilisé." in _pages(report.render())[0]


def test_a_row_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 cells for 2"):
        _report().table([Column("A"), Column("B")], [["un"]])


def test_a_heading_stays_with_what_follows() -> None:
    report = _report()
    for rank in range(60):
        report.heading(f"Titre {rank}")
        report.paragraph("Une phrase assez longue pour deux lignes au moins. " * 3)
    pages = _pages(report.render())
    assert len(pages) > 2
    for rank in range(60):
        page = next(page for page in pages if f"Titre {rank} " in page)
        assert page.split(f"Titre {rank} ", 1)[1].startswith("Une phrase")


def test_pages_are_numbered_and_footed() -> None:
    report = _report()
    report.paragraph("Un.")
    report.page_break()
    report.paragraph("Deux.")
    pages = _pages(report.render())
    assert [page.split("Arrêté")[1] for page in pages] == [" au 31/12/2027 Page 1 sur 2", " au 31/12/2027 Page 2 sur 2"]


def test_headings_are_bookmarks() -> None:
    report = _report()
    report.title("Rapport")
    report.heading("Usage")
    report.heading("Par commune", 3)
    report.paragraph("Texte.")
    marks = pypdfium2.PdfDocument(report.render()).get_toc()
    assert [(mark.level, mark.get_title()) for mark in marks] == [(0, "Rapport"), (1, "Usage"), (2, "Par commune")]


def test_a_figure_speaks_and_uses_only_embedded_faces() -> None:
    report = _report()
    drawing = _drawing()
    report.figure(drawing, alt="Ça monte de 1 à 3.")
    data = report.render()
    assert b"Helvetica" not in data
    assert b"Times" not in data
    assert "Été > automne" in _pages(data)[0]
    assert "août" in _pages(data)[0]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        figure = pdf.Root.StructTreeRoot.K[0].K
        assert str(figure.Alt) == "Ça monte de 1 à 3."
        assert len(figure.A.BBox) == 4
        names = [str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()]
        assert all("AtkinsonHyperlegible" in name for name in names)
    assert drawing.contents[1].fontName == "Helvetica-Bold"


def test_a_figure_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="words"):
        _report().figure(_drawing(), alt=" ")


def test_a_wide_figure_is_brought_to_the_width() -> None:
    report = _report()
    report.figure(Drawing(4000, 9000), alt="Vide.")
    assert len(_pages(report.render())) == 1


def test_same_report_same_bytes_as_often_as_asked() -> None:
    def make() -> ReportDocument:
        report = _report()
        report.title("Rapport", "Sous-titre")
        report.bullets(["un", "deux"])
        report.table([Column("A")], [["é"]] * 90, caption="T")
        report.figure(_drawing(), alt="Ça monte.")
        return report

    report = make()
    first = report.render()
    assert report.render() == first
    assert make().render() == first


def test_an_empty_report_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        _report().render()


def _strip(height: float, **options: Any) -> Strip:
    return Strip(height, lambda pen, x, y: None, **options)


def test_strips_go_to_the_next_page_when_they_do_not_hold() -> None:
    assert [(p.page, p.top) for p in lay([_strip(40, before=10)] * 3, 100)] == [(0, 0), (0, 50), (1, 0)]


def test_strips_that_keep_together_move_together() -> None:
    strips = [_strip(60), _strip(20, keeps_next=True), _strip(30)]
    assert [p.page for p in lay(strips, 100)] == [0, 1, 1]


def test_a_chain_longer_than_a_page_breaks_where_it_must() -> None:
    strips = [_strip(40, keeps_next=True)] * 5
    assert [p.page for p in lay(strips, 100)] == [0, 0, 1, 1, 2]


def test_a_strip_higher_than_a_page_is_placed_alone() -> None:
    assert [p.page for p in lay([_strip(10), _strip(300), _strip(10)], 100)] == [0, 1, 2]
