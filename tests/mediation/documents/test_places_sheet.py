"""The sheet of nearest places: one page, in each language, with a map; nothing runs over, nothing is left untranslated."""

import io
from dataclasses import fields, replace
from datetime import date

import pikepdf
import pypdfium2
import pytest

from mediation.documents.opening_hours import plain_hours
from mediation.documents.places_sheet import MOST_PLACES, PlacesSheet, SheetPlace, places_sheet_pdf
from mediation.sheet_words import SheetWords, languages
from mediation.standard import SERVICES

LANGUAGES = pytest.mark.parametrize("words", languages().values(), ids=list(languages()))
HOURS = "Mo-Fr 09:00-12:00,14:00-18:30; Sa 09:00-12:00; PH off"


def sheet_in(words: SheetWords, count: int = MOST_PLACES, **changes: object) -> PlacesSheet:
    place = SheetPlace(
        name="Médiathèque",
        address="3 place de l’Abbaye, 94000 Créteil",
        distance=words.distance(2.4),
        phone="01\u00a043\u00a000\u00a000\u00a000",
        hours=tuple(plain_hours(HOURS, words.hours)),
        services=tuple(words.need_named(service) for service in SERVICES),
        is_step_free=True,
        at=(48.7906, 2.4556),
    )
    places = tuple(replace(place, name=f"Médiathèque {rank}", at=(48.78 + rank / 100, 2.45)) for rank in range(count))
    sheet = PlacesSheet(words, "Créteil", "94028", date(2026, 12, 31), SERVICES[0], date(2026, 3, 2), places)
    return replace(sheet, **changes)  # type: ignore[arg-type]


def text_of(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    assert len(pdf) == 1
    return " ".join(pdf[0].get_textpage().get_text_bounded().split()).replace("\u00a0", " ")


def test_french_easy_french_and_english_come_first() -> None:
    assert list(languages())[:3] == ["fr", "fr-falc", "en"]


@LANGUAGES
def test_a_language_says_everything(words: SheetWords) -> None:
    assert all(getattr(words, field.name) for field in fields(words))
    assert words.reviewed_by
    assert set(words.needs) == set(SERVICES)
    assert len(words.months) == 12
    assert len(words.hours.days) == 7


@LANGUAGES
def test_one_page_says_where_when_and_how(words: SheetWords) -> None:
    data = places_sheet_pdf(sheet_in(words))
    assert data == places_sheet_pdf(sheet_in(words))
    told = text_of(data)
    for rank in range(MOST_PLACES):
        assert f"Médiathèque {rank}" in told
    assert told.count("01 43 00 00 00") == MOST_PLACES
    assert words.title in told
    assert words.day(date(2026, 12, 31)) in told
    pdf = pikepdf.open(io.BytesIO(data))
    assert str(pdf.Root.Lang) == words.language


def test_english_hours_and_dates_are_english() -> None:
    told = text_of(places_sheet_pdf(sheet_in(languages()["en"])))
    assert "Monday to Friday: 9:00 to 12:00 and 14:00 to 18:30" in told
    assert "Use it by 31 December 2026." in told
    assert "lundi" not in told


@pytest.mark.parametrize("changes", [{}, {"commune_code": "99999"}, {"need": ""}], ids=["whole", "unknown", "any need"])
def test_nothing_runs_over(changes: dict[str, str]) -> None:
    sheet = sheet_in(languages()["fr-falc"], **changes)
    hostile = replace(sheet.places[0], name="très long " * 30, address="x" * 255 + "\u202e🙂", services=("s" * 80,) * 9)
    data = places_sheet_pdf(replace(sheet, places=(hostile, *sheet.places[1:])))
    page = pypdfium2.PdfDocument(data)[0]
    width, height = page.get_size()
    text = page.get_textpage()
    for left, bottom, right, top in (text.get_rect(rank) for rank in range(text.count_rects())):
        assert 0 < left < right < width
        assert 0 < bottom < top < height


def test_a_place_that_nobody_located_leaves_the_map_out_and_none_is_said() -> None:
    words = languages()["fr"]
    lost = sheet_in(words, 2)
    assert words.scale.replace("\u00a0", " ") in text_of(places_sheet_pdf(lost))
    unlocated = replace(lost, places=(lost.places[0], replace(lost.places[1], at=None)))
    assert "1 km" not in text_of(places_sheet_pdf(unlocated))
    assert words.none in text_of(places_sheet_pdf(sheet_in(words, 0)))
    with pytest.raises(ValueError, match="at most"):
        places_sheet_pdf(sheet_in(words, MOST_PLACES + 1))
