"""Every QR code of a rendered page is read back, as a cheap phone sees it: grey, tilted, out of focus, smoothed."""

from typing import Any

import pytest
import zxingcpp
from PIL import ImageFilter
from PIL.Image import Image, Resampling

from passnum.kit.codes.keyring import PublicKeyring
from passnum.kit.codes.payload import unpack, verify
from passnum.kit.codes.qr import QUIET_ZONE, matrix
from passnum.kit.codes.url import HOST_MAX, parse_scanned
from passnum.kit.pdf.theme import MM
from vouchers.documents import imposition, ticket
from vouchers.documents.sheet import Layout


def _plain(picture: Image, dpi: int) -> Image:
    return picture


def _tilted(picture: Image, dpi: int) -> Image:
    return picture.rotate(3, resample=Resampling.BICUBIC, expand=True, fillcolor=255)


def _blurred(picture: Image, dpi: int) -> Image:
    return picture.filter(ImageFilter.GaussianBlur(dpi / 150))  # 0.17 mm


def _tilted_and_blurred(picture: Image, dpi: int) -> Image:
    return _blurred(_tilted(picture, dpi), dpi)


def _faint(picture: Image, dpi: int) -> Image:
    """A tired toner: black is a dark grey, white a light one."""
    return picture.point(lambda level: 110 + level * 90 // 255)


def _smoothed(picture: Image, dpi: int) -> Image:
    """A reader that shrinks the page and enlarges it again with interpolation."""
    small = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Resampling.BILINEAR)
    return small.resize(picture.size, Resampling.BICUBIC)


def _read(picture: Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


@pytest.mark.parametrize("spoil", [_plain, _tilted, _blurred, _tilted_and_blurred, _faint, _smoothed])
@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("layout", list(Layout))
def test_every_code_is_read_back(make_sheet: Any, printed: Any, layout: Layout, dpi: int, spoil: Any) -> None:
    sheet = make_sheet(size=5)
    piece = printed(sheet, layout=layout)
    read = [text for page in range(len(piece.pdf)) for text in _read(spoil(piece.picture(page, dpi), dpi))]
    assert sorted(parse_scanned(text).payload for text in read) == sorted(face.payload for face in sheet.tickets)
    assert {parse_scanned(text).ref for text in read} == {face.ref for face in sheet.tickets}


def test_what_is_read_is_signed_and_matches_the_words_beside(
    make_sheet: Any, printed: Any, public_keyring: PublicKeyring
) -> None:
    sheet = make_sheet(booklet=7, size=3)
    piece = printed(sheet, layout=Layout.ONE_PER_DOCUMENT)
    for text in _read(piece.picture(1, 200)):
        assert text.startswith("HTTPS://PASS.METROPOLE.EXAMPLE/T/")
        payload = verify(unpack(parse_scanned(text).payload), public_keyring)
        assert payload.number == 7
        assert sheet.tickets[payload.position - 1].code == payload.code


def test_a_trial_ticket_is_still_scannable(make_sheet: Any, printed: Any) -> None:
    """The watermark never runs under the code: a rehearsal is a rehearsal of everything."""
    piece = printed(make_sheet(size=8, is_trial=True), layout=Layout.ONE_PER_DOCUMENT)
    assert len(_read(piece.picture(1, 150))) == 8


@pytest.mark.parametrize("host", ["p.fr", "pass.metropole.example", "a" * (HOST_MAX - 3) + ".fr"])
def test_the_symbol_is_large_enough_whatever_the_host(make_sheet: Any, host: str) -> None:
    face = make_sheet().tickets[0]
    modules = len(matrix(host, face.ref, face.payload))
    module = ticket.QR_BOX / (modules + 2 * QUIET_ZONE)
    assert module >= 0.6 * MM - 1e-9
    assert module * modules >= 30 * MM


@pytest.mark.parametrize("layout", list(Layout))
def test_the_quiet_zone_is_blank(make_sheet: Any, printed: Any, layout: Layout) -> None:
    """Four modules all around, and the dark corner of the symbol right after."""
    dpi = 300
    sheet = make_sheet(size=1)
    piece = printed(sheet, layout=layout)
    page, place = (1, 2) if layout is Layout.CUT_SHEETS else (1, 0)
    picture = piece.picture(page, dpi)
    scale = dpi / 72
    x, y = imposition.corner(place)
    left, bottom = x + ticket.QR_X, y + ticket.QR_Y
    modules = len(matrix(sheet.site_host, sheet.tickets[0].ref, sheet.tickets[0].payload))
    quiet = QUIET_ZONE * ticket.QR_BOX / (modules + 2 * QUIET_ZONE)

    def square(inset: float) -> Image:
        edges = (left + inset, bottom + inset, left + ticket.QR_BOX - inset, bottom + ticket.QR_BOX - inset)
        height = picture.height
        return picture.crop(
            (
                round(edges[0] * scale),
                round(height - edges[3] * scale),
                round(edges[2] * scale),
                round(height - edges[1] * scale),
            )
        )

    whole, symbol = square(0.5), square(quiet)
    blank = whole.copy()
    offset = round((quiet - 0.5) * scale)
    # A reader may grow an image to whole pixels: 3 of them are a quarter of a millimetre.
    blank.paste(255, (offset - 3, offset - 3, offset + symbol.width + 3, offset + symbol.height + 3))
    assert blank.getextrema() == (255, 255)
    assert symbol.getpixel((4, 4)) == 0
