"""The hand-over sheet: every answer of the desk can be circled, nothing runs over, nobody's name is asked."""

from dataclasses import replace

import pypdfium2
import pytest

from vouchers.documents.handover_sheet import MOST_SHEETS, ROWS, HandoverSheet, handover_sheet_pdf, letters
from vouchers.publics import AgeBand, TargetPublic

SHEET = HandoverSheet(
    distributor="CCAS de Créteil",
    late_days=15,
    publics=tuple(str(public.label) for public in TargetPublic),
    ages=tuple(str(band.label) for band in AgeBand),
)
HOSTILE = replace(SHEET, distributor="CCAS " + "très long " * 40 + "\u0000\u202e🙂", sheets_count=2)


def pages(data: bytes) -> list[str]:
    pdf = pypdfium2.PdfDocument(data)
    found = [" ".join(pdf[page].get_textpage().get_text_bounded().split()) for page in range(len(pdf))]
    return [text.replace("\u00a0", " ") for text in found]


def test_every_public_and_age_has_its_mark() -> None:
    (page,) = pages(handover_sheet_pdf(SHEET))
    for mark, public in zip(letters(len(TargetPublic)), TargetPublic, strict=True):
        assert f"{mark} {public.label}" in page
    for rank, band in enumerate(AgeBand, start=1):
        assert f"{rank} = {band.label.lower()}" in page
    assert "dans les 15 jours" in page
    assert "Nom" not in page.replace("N’écrivez le nom", "")


@pytest.mark.parametrize("sheet", [SHEET, HOSTILE], ids=["plain", "hostile"])
def test_nothing_runs_over_and_the_bytes_are_the_same(sheet: HandoverSheet) -> None:
    data = handover_sheet_pdf(sheet)
    assert data == handover_sheet_pdf(sheet)
    pdf = pypdfium2.PdfDocument(data)
    assert len(pdf) == sheet.sheets_count
    width, height = pdf[0].get_size()
    text = pdf[0].get_textpage()
    for left, bottom, right, top in (text.get_rect(rank) for rank in range(text.count_rects())):
        assert 0 < left < right < width
        assert 0 < bottom < top < height


def test_a_row_for_each_booklet_and_a_box_for_each_figure() -> None:
    assert ROWS == 14
    for count in (0, MOST_SHEETS + 1):
        with pytest.raises(ValueError, match="sheets"):
            handover_sheet_pdf(replace(SHEET, sheets_count=count))
