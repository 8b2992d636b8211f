import pytest

from mediation.documents.opening_hours import plain_hours


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Mo-Fr 08:30-17:30", ["du lundi au vendredi : de 8 h 30 à 17 h 30"]),
        (
            "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",
            [
                "du lundi au vendredi : de 9 h à 12 h et de 14 h à 18 h",
                "le samedi : de 9 h à 12 h",
                "fermé les jours fériés",
            ],
        ),
        ("Mo,We,Fr 9:00-12:00", ["le lundi, le mercredi et le vendredi : de 9 h à 12 h"]),
        ("Mo-We,Sa 10:00-24:00;", ["du lundi au mercredi et le samedi : de 10 h à 24 h"]),
        ("Tu 09:00-12:00, 13:00-17:00", ["le mardi : de 9 h à 12 h et de 13 h à 17 h"]),
        ("We off", ["le mercredi : fermé"]),
    ],
)
def test_what_is_surely_understood_is_told(text: str, lines: list[str]) -> None:
    assert [line.replace("\u00a0", " ") for line in plain_hours(text)] == lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24/7",
        "week 1-5 Mo 10:00-12:00",
        "Jul-Aug Mo 10:00-12:00",
        'Mo 10:00-12:00 "sur rendez-vous"',
        "Mo sunrise-sunset",
        "Mo 25:00-26:00",
        "Mo 10:75-12:00",
        "Mo 10:00",
        "Lu-Ve 9h-12h",
        "Mo-Fr 09:00-12:00; et le samedi",
    ],
)
def test_a_doubt_says_nothing(text: str) -> None:
    assert plain_hours(text) == []
