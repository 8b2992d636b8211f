"""Whatever is typed in a name, words stay in their frames and never on one another nor on the code."""

from itertools import combinations
from typing import Any

import pytest

from passnum.kit.pdf.theme import MM
from vouchers.documents import imposition, ticket
from vouchers.documents.sheet import Layout, TitleProfile

WIDE = {"funder_name": "W" * 80, "wave_name": "W" * 60, "issuer_name": "É" * 80, "distributor_name": "M" * 80}
LONG = {
    "funder_name": "Établissement public de coopération intercommunale « Ça-et-là-sur-l’Œuvre », Île-de-Fr",
    "wave_name": "Vague de l’été 2027 à l’attention des aînés, 2ᵉ édition",
    "booklet_number": "12-00001234567890123",
    "replaces_number": "12-00001234567890122",
    "help_phone": "+33 1 23 45 67 89 (appel gratuit)",
    "site_host": "pass-numerique.metropole-du-grand-paris.fr",
    "grace_sentence": "Une phrase bien trop longue : " * 20,
    "funder_text": "Chère Madame, cher Monsieur, " * 60,
    "is_reprint": True,
}
FOREIGN = {
    "funder_name": "Mairie 🎉🎉 de Пари́ж \x00\n\u202e(x) \\ 中文\ufeff",
    "wave_name": "🎉 2027",
    "distributor_name": "e\u0301te\u0301 \u200b\u2011 ﬁn\u202f!",
    "funder_text": ") Tj ET Q (",
}
CAP = {
    "profile": TitleProfile.CAP,
    "issuer_address": "Bâtiment B, escalier 3, 15-19 avenue Pierre-Mendès-France, 75646 Paris Cedex 13",
    "funder_name": "Centre communal d’action sociale de Saint-Maur",
    "face_value_cents": 99_850,
    "minutes_per_ticket": 150,
    "replaces_number": "1-0000042",
}
NAMES = pytest.mark.parametrize(
    "names", [{}, WIDE, LONG, FOREIGN, CAP], ids=["usual", "wide", "long", "foreign", "cap"]
)
BOTH = pytest.mark.parametrize("layout", list(Layout))
_UNPRINTABLE = 4.2 * MM
"""What an office printer leaves blank along each edge of the paper."""


@BOTH
@NAMES
def test_words_never_lie_on_one_another(make_sheet: Any, printed: Any, layout: Layout, names: dict[str, Any]) -> None:
    piece = printed(make_sheet(size=2, **names), layout=layout)
    for page in range(len(piece.pdf)):
        for (one, *a), (other, *b) in combinations(piece.lines(page), 2):
            across = min(a[2], b[2]) - max(a[0], b[0])
            down = min(a[3], b[3]) - max(a[1], b[1])
            assert not (across > 1 and down > 1.2), f"page {page}: {one!r} / {other!r}"


@BOTH
@NAMES
def test_words_stay_where_a_printer_reaches_and_off_the_cuts(
    make_sheet: Any, printed: Any, layout: Layout, names: dict[str, Any]
) -> None:
    piece = printed(make_sheet(size=10, **names), layout=layout)
    for page in range(len(piece.pdf)):
        width, height = piece.pdf[page].get_size()
        for char, left, bottom, right, top in piece.ink(page):
            inside = left > _UNPRINTABLE and right < width - _UNPRINTABLE
            assert inside and bottom > 3.5 * MM and top < height - _UNPRINTABLE, f"page {page}: {char!r}"


@BOTH
@NAMES
def test_nothing_is_written_on_the_code(make_sheet: Any, printed: Any, layout: Layout, names: dict[str, Any]) -> None:
    if layout is Layout.CUT_SHEETS:
        page, piece = 3, printed(*(make_sheet(booklet, size=1, **names) for booklet in range(1, 9)))
    else:
        page, piece = 1, printed(make_sheet(size=8, **names), layout=layout)
    for place in range(imposition.PLACES):
        x, y = imposition.corner(place)
        left, bottom = x + ticket.QR_X, y + ticket.QR_Y
        for char, *box in piece.ink(page):
            apart = (
                box[2] <= left or box[0] >= left + ticket.QR_BOX or box[3] <= bottom or box[1] >= bottom + ticket.QR_BOX
            )
            assert apart, f"{char!r} on the code of place {place}"


def test_a_foreign_script_is_replaced_and_emoji_are_dropped(make_sheet: Any, printed: Any) -> None:
    text = printed(make_sheet(**FOREIGN), layout=Layout.ONE_PER_DOCUMENT).all_text()
    assert "Financé par : Mairie de ????? (x) \\ ??" in text
    assert "Remis par été - fin !." in text
    assert ") Tj ET Q (" in text


def test_the_order_s_letter_does_not_push_the_mentions_out(make_sheet: Any, printed: Any) -> None:
    text = printed(make_sheet(funder_text="Chère Madame, cher Monsieur, " * 60), layout=Layout.CUT_SHEETS).all_text()
    assert "Émis par Métropole du Grand Paris. Financé par Ville de L’Haÿ-les-Roses." in text
    assert "Remis par CCAS de L’Haÿ-les-Roses." in text
    assert "cher Monsieur, Chère" in text
    assert "…" in text


def test_numbers_amounts_and_dates_are_never_cut(make_sheet: Any, printed: Any) -> None:
    piece = printed(make_sheet(size=10, **LONG, face_value_cents=99_850, minutes_per_ticket=150))
    text = piece.all_text()
    assert "Carnet n° 12-00001234567890123" in text
    assert "12-00001234567890122" in text
    assert text.count("998,50 €") >= 10
    assert text.count("2 heures 30") >= 10
