"""The quote and the order on paper: to the cent, fees apart, same order, same bytes."""

from dataclasses import replace
from datetime import date

import pypdfium2

from vouchers.documents.order_paper import OrderPaper, PaperKind, PaperLine, order_paper_pdf

PAPER = OrderPaper(
    kind=PaperKind.QUOTE,
    reference="BC-01-0001",
    revision=2,
    status="Brouillon",
    wave_name="Vague 1",
    contract_number="2026-PN-01",
    issuer_name="Métropole du Grand Paris",
    issuer_address="1 rue de l’Essai, 75013 Paris",
    funder_name="Mairie de Créteil",
    siret="000 000 208 00017",
    service_code="SG-12",
    commitment_number="EJ2026-7",
    written_on=date(2026, 3, 2),
    approved_on=None,
    valid_until=date(2026, 12, 31),
    face_value_cents=10_00,
    fees_cents=1_250_50,
    eligible_publics="Seniors du quartier",
    perimeter="Les Bleuets",
    handed_over="du 1er au 31 mars 2026",
    lines=(PaperLine("CCAS de Créteil", 5, 40), PaperLine("CCAS d’ailleurs", 10, 3)),
)


def said(paper: OrderPaper) -> str:
    pages = pypdfium2.PdfDocument(order_paper_pdf(paper))
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_quote_says_amounts_and_who_pays() -> None:
    text = said(PAPER)
    for words in (
        "Devis BC-01-0001",
        "000 000 208 00017",
        "SG-12",
        "EJ2026-7",
        "Les Bleuets",
        "du 1er au 31 mars 2026",
        "2 000,00 €",
        "300,00 €",
        "2 300,00 €",
        "1 250,50 €",
        "3 550,50 €",
        "sans TVA",
        "n’engage personne",
        "révision 2",
        "Seniors du quartier",
    ):
        assert words in text, words


def test_an_approved_order_is_an_order() -> None:
    text = said(replace(PAPER, kind=PaperKind.ORDER, approved_on=date(2026, 3, 9), status="Approuvée"))
    assert "Bon de commande BC-01-0001" in text
    assert "approuvé le 9 mars 2026" in text
    assert "n’engage personne" not in text


def test_same_order_same_bytes_whatever_its_length() -> None:
    long = replace(PAPER, lines=PAPER.lines * 60, service_code="", fees_cents=0)
    assert order_paper_pdf(long) == order_paper_pdf(long)
    assert len(pypdfium2.PdfDocument(order_paper_pdf(long))) > 2
    assert "Tous les carnets sont annulés" in said(replace(PAPER, lines=()))
