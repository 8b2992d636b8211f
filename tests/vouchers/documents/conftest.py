"""Booklets with real codes and real signatures, and eyes to look at their pages."""

import io
import random
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from PIL.Image import Image

from passnum.kit.codes.crockford import ALPHABET
from passnum.kit.codes.keyring import ProductionKeyring, PublicKeyring
from passnum.kit.codes.payload import pack
from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import BookletSheet, Layout, RenderResult, TicketFace

KEYRING = ProductionKeyring(code_keys={1: b"c" * 32}, signing_seeds={1: b"s" * 32}, current=1)

MakeSheet = Callable[..., BookletSheet]


def _face(booklet: int, position: int) -> TicketFace:
    chance = random.Random(booklet * 100 + position)
    code = KEYRING.derive(UUID(int=chance.getrandbits(128)), 0, kid=1)
    payload = pack(KEYRING, kid=1, series=2, number=booklet, position=position, code=code)
    return TicketFace(ref="".join(chance.choices(ALPHABET, k=10)), code=code, payload=payload)


@pytest.fixture(scope="session")
def make_sheet() -> MakeSheet:
    def make(booklet: int = 1, size: int = 8, **changes: Any) -> BookletSheet:
        facts: dict[str, Any] = {
            "wave_name": "Vague 2027",
            "wave_number": 2,
            "booklet_number": f"2-{booklet:07d}",
            "issuer_name": "Métropole du Grand Paris",
            "funder_name": "Ville de L’Haÿ-les-Roses",
            "distributor_name": "CCAS de L’Haÿ-les-Roses",
            "tickets": tuple(_face(booklet, position) for position in range(1, size + 1)),
            "valid_until": date(2027, 12, 31),
            "site_host": "pass.metropole.example",
            "grace_sentence": "Après cette date, il reste 30 jours pour utiliser les tickets.",
            "help_phone": "01 23 45 67 89",
        }
        return BookletSheet(**(facts | changes))

    return make


@pytest.fixture(scope="session")
def public_keyring() -> PublicKeyring:
    return KEYRING.public()


class Printed:
    """The bytes of a PDF, read again by another engine than the one that wrote them."""

    def __init__(self, data: bytes, result: RenderResult) -> None:
        self.data = data
        self.result = result
        self.pdf = pypdfium2.PdfDocument(data)

    def text(self, page: int) -> str:
        """Words of a page, as copied from a reader, on one line."""
        return " ".join(self.pdf[page].get_textpage().get_text_bounded().split())

    def all_text(self) -> str:
        return "\n".join(self.text(page) for page in range(len(self.pdf)))

    def picture(self, page: int, dpi: int) -> Image:
        """The page in greys."""
        return self.pdf[page].render(scale=dpi / 72, grayscale=True).to_pil()

    def ink(self, page: int) -> list[tuple[str, float, float, float, float]]:
        """Each visible character with its left, bottom, right and top, in points."""
        words = self.pdf[page].get_textpage()
        return [
            (char, *words.get_charbox(index))
            for index in range(words.count_chars())
            if (char := words.get_text_range(index, 1)).strip()
        ]

    def lines(self, page: int) -> list[tuple[str, float, float, float, float]]:
        """Each run of words with its left, bottom, right and top, in points."""
        words = self.pdf[page].get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
        return [(words.get_text_bounded(*box).strip(), *box) for box in boxes]


@pytest.fixture(scope="session")
def printed() -> Callable[..., Printed]:
    def print_them(*sheets: BookletSheet, layout: Layout = Layout.CUT_SHEETS) -> Printed:
        out = io.BytesIO()
        result = render_booklets(sheets, layout, out)
        return Printed(out.getvalue(), result)

    return print_them
