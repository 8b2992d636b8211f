"""What a person reads on the pages, and what the file says of itself."""

import hashlib
import io
import os
import pickle
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import Layout, SheetIncomplete, TitleProfile

BOTH = pytest.mark.parametrize("layout", list(Layout))


def _elements(pdf: pikepdf.Pdf) -> list[Any]:
    """Structure elements in reading order."""
    found: list[Any] = []

    def visit(node: Any) -> None:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
        kids = node.get("/K", pikepdf.Array()) if isinstance(node, pikepdf.Dictionary) else pikepdf.Array()
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            visit(kid)

    visit(pdf.Root.StructTreeRoot)
    return found


@BOTH
def test_a_booklet_says_what_it_is_how_much_until_when_and_where(make_sheet: Any, printed: Any, layout: Layout) -> None:
    text = printed(make_sheet(), layout=layout).all_text()
    for words in (
        "Pass numérique",
        "8 heures d’aide",
        "Vague 2027",
        "À utiliser jusqu’au",
        "31 décembre 2027",
        "Carnet n° 2-0000001",
        "8 tickets de 10 €, soit 80 €",
        "pass.metropole.example/ou-utiliser",
        "Demandez à votre CCAS",
        "01 23 45 67 89",
        "Un ticket ne s’échange pas contre de l’argent.",
        "On ne rend pas la monnaie.",
        "Émis par Métropole du Grand Paris",
        "Financé par Ville de L’Haÿ-les-Roses",
        "Remis par CCAS de L’Haÿ-les-Roses.",
        "il reste 30 jours",
        "Cachet de qui remet le carnet",
        "Remis le :",
    ):
        assert words in text, words


@BOTH
def test_each_ticket_bears_its_own_code_reference_and_rank(make_sheet: Any, printed: Any, layout: Layout) -> None:
    sheet = make_sheet(size=10)
    text = printed(sheet, layout=layout).all_text()
    for rank, face in enumerate(sheet.tickets, start=1):
        assert f"Ticket {rank} sur 10" in text
        assert face.displayed_code in text
        assert f"ticket {rank} REF {face.ref[:5]} {face.ref[5:]}" in text
    assert text.count("1 heure 10 €") == 10
    assert text.count("Cachet du lieu") == 10


@pytest.mark.parametrize(("size", "pages"), [(1, 2), (8, 2), (9, 3), (10, 3)])
def test_a_booklet_alone_is_a_cover_page_and_its_tickets(make_sheet: Any, printed: Any, size: int, pages: int) -> None:
    piece = printed(make_sheet(size=size), layout=Layout.ONE_PER_DOCUMENT)
    assert (piece.result.pages, piece.result.tickets, piece.result.booklets) == (pages, size, 1)
    assert len(piece.pdf) == pages


def test_eight_booklets_of_one_size_make_one_pile_each(make_sheet: Any, printed: Any) -> None:
    piece = printed(*(make_sheet(booklet, size=5) for booklet in range(1, 9)))
    assert piece.result.pages == 1 + 5 + 3  # the slip, then covers, ways of use, five tickets, mentions
    assert piece.text(1).count("À utiliser jusqu’au") == 8
    for page in range(3, 8):
        assert piece.text(page).count(f"Ticket {page - 2} sur 5") == 8
    assert "lot 1 - feuille 3/8 - pile 8" in piece.text(3)


def test_cut_sheets_open_with_how_to_make_the_booklets(make_sheet: Any, printed: Any) -> None:
    text = printed(make_sheet()).text(0)
    assert "Fabriquer les carnets" in text
    assert "Agrafez à gauche." in text
    assert "Cette page n’est pas un titre." in text


def test_a_cap_bears_the_words_of_the_law_on_each_ticket(make_sheet: Any, printed: Any) -> None:
    sheet = make_sheet(size=2, profile=TitleProfile.CAP, issuer_address="15 avenue Pierre-Mendès-France, 75013 Paris")
    piece = printed(sheet, layout=Layout.ONE_PER_DOCUMENT)
    cover, tickets = piece.text(0), piece.text(1)
    assert "articles L. 1611-6 et R. 1611-6 du code général des collectivités territoriales" in cover
    assert "Sans remboursement en argent, total ou partiel." in cover
    for words in (
        "Chèque d’accompagnement personnalisé, année civile 2027.",
        "Émis par Métropole du Grand Paris, 15 avenue Pierre-Mendès-France, 75013 Paris.",
        "Prestation : médiation numérique.",
        "Cachet du lieu : nom, n° SIRET, adresse",
    ):
        assert tickets.count(words) == 2, words


def test_a_market_title_is_not_called_a_cheque(make_sheet: Any, printed: Any) -> None:
    assert "Chèque" not in printed(make_sheet()).all_text()


def test_a_replacement_says_what_it_replaces(make_sheet: Any, printed: Any) -> None:
    text = printed(make_sheet(size=1, replaces_number="1-0000042")).all_text()
    assert "Remplace le carnet n° 1-0000042" in text
    assert "Carnet de remplacement du carnet n° 1-0000042, qui ne peut plus servir." in text
    assert "Ticket 1 sur 1" in text
    assert "1 ticket de 10 €" in text


def test_a_reprint_says_so(make_sheet: Any, printed: Any) -> None:
    assert "Carnet réimprimé" in printed(make_sheet(is_reprint=True)).all_text()


@BOTH
def test_a_trial_piece_cannot_pass_for_money(make_sheet: Any, printed: Any, layout: Layout) -> None:
    piece = printed(make_sheet(size=3, is_trial=True), layout=layout)
    words = "SPÉCIMEN — données d’essai — sans valeur"
    assert piece.all_text().count(words) == 1 + 3
    assert words not in printed(make_sheet(size=3), layout=layout).all_text()


def test_other_durations_and_values_are_said(make_sheet: Any, printed: Any) -> None:
    sheet = make_sheet(size=5, minutes_per_ticket=45, face_value_cents=1250, valid_until=date(2028, 1, 1))
    text = printed(sheet, layout=Layout.ONE_PER_DOCUMENT).all_text()
    assert "3 heures 45 d’aide" in text
    assert "45 minutes 12,50 €" in text
    assert "1er janvier 2028" in text


@BOTH
def test_only_our_faces_are_in_the_file_and_embedded(make_sheet: Any, printed: Any, layout: Layout) -> None:
    piece = printed(make_sheet(is_trial=True), layout=layout)
    with pikepdf.open(io.BytesIO(piece.data)) as pdf:
        fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
        assert fonts
        for name, font in fonts.items():
            assert "AtkinsonHyperlegible" in name
            assert "/FontFile2" in font.FontDescriptor
    assert b"Helvetica" not in piece.data


@BOTH
def test_the_file_is_tagged_titled_and_in_french(make_sheet: Any, printed: Any, layout: Layout) -> None:
    piece = printed(make_sheet(size=8), layout=layout)
    with pikepdf.open(io.BytesIO(piece.data)) as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.ViewerPreferences.PrintScaling) == "/None"
        assert str(pdf.docinfo.Title) == "Pass numérique – carnets"
        elements = _elements(pdf)
        roles = [str(element.S) for element in elements]
        assert roles[0] == "/Document"
        assert "/H1" in roles
        assert roles.count("/H2") == 2 + 8
        alts = [str(element.Alt) for element in elements if str(element.S) == "/Figure"]
        assert [alt for alt in alts if "QR" in alt] == [f"Code QR du ticket {rank} sur 8" for rank in range(1, 9)]


@BOTH
def test_every_mark_has_one_owner_and_every_page_its_entry(make_sheet: Any, printed: Any, layout: Layout) -> None:
    piece = printed(*(make_sheet(booklet, size=3) for booklet in range(1, 4)), layout=layout)
    with pikepdf.open(io.BytesIO(piece.data)) as pdf:
        numbers = [number for leaf in pdf.Root.StructTreeRoot.ParentTree.Kids for number in leaf.Nums]
        owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
        for index, page in enumerate(pdf.pages):
            operators = pikepdf.parse_content_stream(page)
            marks = [int(op.operands[1].MCID) for op in operators if str(op.operator) == "BDC"]
            assert marks == list(range(len(marks)))
            assert page.obj.StructParents == index
            assert len(owners[index]) == len(marks)
            for mark, owner in enumerate(owners[index]):
                held = owner.K if isinstance(owner.K, pikepdf.Array) else [owner.K]
                assert mark in [int(kid) for kid in held if isinstance(kid, int)]
                assert owner.Pg.objgen == page.obj.objgen


def test_the_reading_order_follows_the_booklet_not_the_sheet(make_sheet: Any, printed: Any) -> None:
    """Three booklets of three: leaves of one booklet lie on several piles and sheets."""
    piece = printed(*(make_sheet(booklet, size=3) for booklet in range(1, 4)))
    with pikepdf.open(io.BytesIO(piece.data)) as pdf:
        figures = [str(e.Alt) for e in _elements(pdf) if str(e.S) == "/Figure" and "QR" in str(e.Alt)]
    assert figures == [f"Code QR du ticket {rank} sur 3" for rank in (1, 2, 3)] * 3


@BOTH
def test_same_sheets_same_bytes(make_sheet: Any, printed: Any, layout: Layout) -> None:
    sheets = [make_sheet(booklet, size=6) for booklet in range(1, 12)]
    assert printed(*sheets, layout=layout).data == printed(*sheets, layout=layout).data


def test_another_code_gives_other_bytes_and_another_identifier(make_sheet: Any, printed: Any) -> None:
    one, other = printed(make_sheet(1)).data, printed(make_sheet(2)).data
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(other)) as second:
        assert bytes(first.trailer.ID[0]) != bytes(second.trailer.ID[0])


def test_bytes_do_not_depend_on_the_process(make_sheet: Any, printed: Any, tmp_path: Path) -> None:
    """Sets and dictionaries of strings change order from a process to another; pages must not."""
    script = (
        "import hashlib, io, pickle, sys\n"
        "from vouchers.documents.booklet import render_booklets\n"
        "layout, sheets = pickle.load(open(sys.argv[1], 'rb'))\n"
        "out = io.BytesIO(); render_booklets(sheets, layout, out)\n"
        "print(hashlib.sha256(out.getvalue()).hexdigest())\n"
    )
    sheets = [make_sheet(booklet, size=5) for booklet in range(1, 3)]
    parcel = tmp_path / "sheets"
    parcel.write_bytes(pickle.dumps((Layout.CUT_SHEETS, sheets)))
    here = hashlib.sha256(printed(*sheets).data).hexdigest()
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    run = subprocess.run(
        [sys.executable, "-c", script, str(parcel)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == here


@BOTH
def test_the_file_is_sound(make_sheet: Any, printed: Any, layout: Layout, tmp_path: Path) -> None:
    piece = printed(*(make_sheet(booklet, size=10) for booklet in range(1, 10)), layout=layout)
    with pikepdf.open(io.BytesIO(piece.data)) as pdf:
        assert pdf.check_pdf_syntax() == []
    tool = shutil.which("qpdf")
    if tool:
        path = tmp_path / "carnets.pdf"
        path.write_bytes(piece.data)
        assert (
            "No syntax or stream encoding errors"
            in subprocess.run([tool, "--check", str(path)], capture_output=True, text=True, check=True).stdout
        )


def test_nothing_to_print_is_an_error() -> None:
    with pytest.raises(ValueError, match="no booklet"):
        render_booklets([], Layout.CUT_SHEETS, io.BytesIO())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 0}, "de 1 à 10 tickets"),
        ({"size": 11}, "de 1 à 10 tickets"),
        ({"face_value_cents": 0}, "0,01 à 999 euros"),
        ({"minutes_per_ticket": 0}, "1 à 600 minutes"),
        ({"wave_number": 0}, "commence à 1"),
        ({"funder_name": " "}, "il manque"),
        ({"wave_name": "🎉"}, "il manque"),
        ({"booklet_number": "9" * 21}, "20 caractères"),
        ({"profile": TitleProfile.CAP}, "adresse de l’émetteur"),
    ],
)
def test_a_sheet_that_lacks_a_mention_is_refused_in_french(
    make_sheet: Any, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(SheetIncomplete, match=reason) as refusal:
        make_sheet(**changes)
    assert refusal.value.sentence.startswith("Ce carnet ne peut pas être imprimé\u00a0: ")


def test_a_cap_whose_names_do_not_fit_is_refused(make_sheet: Any, printed: Any) -> None:
    sheet = make_sheet(profile=TitleProfile.CAP, issuer_address="Très long " * 20, issuer_name="Très long " * 10)
    with pytest.raises(SheetIncomplete, match="trop longs"):
        printed(sheet)
