"""A proof looks like the booklet, says on each leaf that it is none, and redeems nothing."""

import io
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from passnum.kit.codes.code import parse_code
from passnum.kit.codes.errors import CheckLetterWrong, PayloadFormatUnknown
from passnum.kit.codes.payload import unpack
from passnum.kit.codes.url import parse_scanned
from vouchers.documents.print_proof import SPECIMEN, render_proof, specimen_sheet
from vouchers.documents.sheet import SheetIncomplete

CONTENT: dict[str, Any] = {
    "wave_name": "Vague 1",
    "wave_number": 1,
    "issuer_name": "Métropole du Grand Paris",
    "issuer_address": "1 rue de l’Essai, 75013 Paris",
    "funder_name": "Mairie de Créteil",
    "funder_text": "Bonne lecture !",
    "distributor_name": "CCAS de Créteil",
    "size": 5,
    "valid_until": "2026-12-31",
    "grace_sentence": "Après cette date, les tickets ne valent plus rien.",
    "face_value_cents": 1000,
    "minutes_per_ticket": 60,
    "profile": "CAP",
}


def proof(**changes: Any) -> bytes:
    out = io.BytesIO()
    sheet = specimen_sheet(CONTENT | changes, site_host="pass.example.fr", is_trial=False)
    render_proof(sheet, reference="BC-01-0001", version=2, out=out)
    return out.getvalue()


def text_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_each_leaf_says_it_is_a_proof_and_shows_what_will_be_printed() -> None:
    pdf = proof()
    said = text_of(pdf).replace("\u00a0", " ").replace("\r\n", " ")
    assert said.count("BON À TIRER – SPÉCIMEN") == 5 + 3
    for words in ("Mairie de Créteil", "CCAS de Créteil", "Bonne lecture", "Chèque d’accompagnement personnalisé"):
        assert words in said
    assert proof() == pdf
    assert "Financé par" in text_of(pdf)


def test_no_reader_takes_a_specimen_for_a_ticket() -> None:
    with pytest.raises(CheckLetterWrong):
        parse_code(SPECIMEN.code)
    with pytest.raises(PayloadFormatUnknown):
        unpack(SPECIMEN.payload)
    page = pypdfium2.PdfDocument(proof())[0].render(scale=200 / 72, grayscale=True).to_pil()
    for found in zxingcpp.read_barcodes(
        page, formats=zxingcpp.BarcodeFormat.QRCode
    ):  # the band may hide some; what is read is no ticket
        scanned = parse_scanned(found.text)
        assert scanned.ref == SPECIMEN.ref
        assert scanned.payload is not None
        with pytest.raises(PayloadFormatUnknown):
            unpack(scanned.payload)


def test_a_title_without_its_mentions_has_no_proof() -> None:
    with pytest.raises(SheetIncomplete):
        proof(issuer_address="")
