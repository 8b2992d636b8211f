import pytest

from passnum.kit.collation import sort_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L'Haÿ-les-Roses", "L HAY LES ROSES"),
        ("L’HAŸ LES ROSES", "L HAY LES ROSES"),
        ("Épinay-sur-Seine", "EPINAY SUR SEINE"),
        ("Sacré-Cœur", "SACRE COEUR"),
        ("  a\u00a0b  ", "A B"),
        ("", ""),
    ],
)
def test_a_key_is_plain_capitals(text: str, key: str) -> None:
    assert sort_key(text) == key


def test_accents_do_not_move_a_name() -> None:
    assert sorted(["Évry", "Eaubonne", "Ézanville", "Étampes"], key=sort_key) == [
        "Eaubonne",
        "Étampes",
        "Évry",
        "Ézanville",
    ]
