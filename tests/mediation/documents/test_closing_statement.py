"""The printed statement: what it says is there, no title is cut inside a word, it is tagged, its bytes repeat."""

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2

from mediation.documents.closing_statement import Signature, StatementSheet, statement_pdf
from mediation.queries.closing import COUNTS

LINE = {
    "reference": "BC-07-0001",
    "siret": "00000020800017",
    "service_code": "",
    "commitment_number": "EJ-2026-18",
    **dict.fromkeys(COUNTS, 0),
    **{"ordered": 12_345, "redeemed": 10_000, "payable": 10_000, "expired": 2_345, "funded": 12_345, "residue": 2_345},
}
CONTENT = {
    "number": "AV-7-0001",
    "amends": "",
    "credited_before_cents": 0,
    "change_cents": 2_345_000,
    "seal": {"number": 124, "hash": "ab" * 32},
    "wave": {
        "name": "Vague 7",
        "contract": "2026-PN-01",
        "valid_from": "2026-02-01",
        "valid_until": "2026-12-31",
        "redeemable_until": "2027-01-30",
        "face_value_cents": 1000,
    },
    "issuer": {"name": "Métropole", "siret": "00000010900017", "address": "15 avenue de l’Essai, 75013 Paris"},
    "funder": {"name": "Mairie de Créteil", "siret": ""},
    "orders": [LINE],
}
WAITING = Signature("Financeur", "Mairie de Créteil", "", "")
SIGNED = Signature("Émetteur", "Métropole", "Jeanne Martin", "7 février 2027 à 10 h 12")
SHEET = StatementSheet(CONTENT, "cd" * 32, date(2027, 2, 6), (SIGNED, WAITING))


def words(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    text = " ".join(pdf[page].get_textpage().get_text_bounded() for page in range(len(pdf)))
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_it_says_the_parties_the_counts_and_the_sum() -> None:
    told = words(statement_pdf(SHEET))
    for one in (
        *("Décompte contradictoire et avoir", "N° AV-7-0001, établi le 6 février 2027", "23 450,00 €", "EJ-2026-18"),
        *("Métropole, 15 avenue de l’Essai, 75013 Paris, SIRET 000 000 109 00017", "Jeanne Martin", "12 345"),
        *("En attente de signature", "n’en porte pas", "124", "cd" * 32),
    ):
        assert one in told, one


def test_no_title_of_a_column_is_cut_inside_a_word() -> None:
    told = words(statement_pdf(SHEET)).split()
    for word in ("Commandés", "Commande", "Bloqués", "Détruits", "BC-07-0001", "contestées", "Contestés", "utilisés"):
        assert word in told, word


def test_an_amendment_says_the_difference() -> None:
    amended = CONTENT | {
        "number": "AV-7-0002",
        "amends": "AV-7-0001",
        "credited_before_cents": 2_346_000,
        "change_cents": -1_000,
    }
    told = words(statement_pdf(replace(SHEET, content=amended)))
    for one in ("Avenant au décompte et à l’avoir", "complète le décompte AV-7-0001", "-10,00 €", "23 450,00 €"):
        assert one in told, one


def test_it_is_tagged_and_its_bytes_repeat() -> None:
    data = statement_pdf(SHEET)
    assert data == statement_pdf(SHEET)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/Title"]) == "Décompte contradictoire et avoir AV-7-0001"


def test_hundreds_of_orders_and_a_long_name_hold() -> None:
    orders = [LINE | {"reference": f"BC-07-{n:04d}"} for n in range(300)]
    funder = {"name": "Communauté " + "très longue " * 40, "siret": "0" * 14}
    told = words(statement_pdf(replace(SHEET, content=CONTENT | {"orders": orders, "funder": funder})))
    assert "BC-07-0299" in told and "Ensemble" in told
