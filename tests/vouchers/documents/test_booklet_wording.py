"""Plain French, typeset as French is."""

import re
from datetime import date
from typing import Any

import pytest

from passnum.kit.days import long_date
from vouchers.documents import wording
from vouchers.documents.sheet import Layout, TitleProfile


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(60, "1 heure"), (480, "8 heures"), (45, "45 minutes"), (90, "1 heure 30"), (125, "2 heures 05")],
)
def test_durations_are_spelled_out(minutes: int, words: str) -> None:
    assert wording.duration(minutes).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 12, 31), "31 décembre 2027"),
        (date(2028, 1, 1), "1er janvier 2028"),
        (date(2027, 8, 9), "9 août 2027"),
    ],
)
def test_dates_are_spelled_out(day: date, words: str) -> None:
    assert long_date(day).replace("\u00a0", " ") == words


def test_one_ticket_is_singular(make_sheet: Any) -> None:
    assert wording.value(make_sheet(size=1)).replace("\u00a0", " ") == "1 ticket de 10 €"
    assert wording.promise(make_sheet(size=1)).replace("\u00a0", " ") == "1 heure d’aide"


@pytest.mark.parametrize("profile", list(TitleProfile))
def test_every_sentence_is_typeset_and_ends(make_sheet: Any, profile: TitleProfile) -> None:
    sheet = make_sheet(profile=profile, issuer_address="1 rue X, 75000 Paris", replaces_number="1-1", is_reprint=True)
    sentences = [*wording.notices(sheet), *(how for _, _, how in wording.steps(sheet)), wording.lost(sheet)]
    for sentence in [*sentences, wording.ticket_mention(sheet)]:
        assert sentence.endswith("."), sentence
        assert not re.search(r" [:;?!»]|« ", sentence), sentence
        assert "'" not in sentence, sentence


def test_steps_are_short_sentences(make_sheet: Any) -> None:
    for what, _, how in wording.steps(make_sheet()):
        for sentence in re.split(r"(?<=[.?]) ", f"{what} {how}"):
            assert len(sentence.split()) <= 14, sentence


def test_layouts_have_french_names() -> None:
    assert {layout.label for layout in Layout} == {"Planches A4 à découper", "Un carnet par document"}
