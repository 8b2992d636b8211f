"""Files from outside: other encodings, other separators, broken, binary, hostile."""

from time import perf_counter

import pytest

from passnum.kit.csv_table import MAX_LINES, FileRefused, read_csv

KNOWN = {"id", "nom", "commune"}


def lines(data: bytes) -> list[tuple[int, list[str]]]:
    table = read_csv(data, known_columns=KNOWN)
    return [(line.number, [*line.cells.values(), *line.beyond]) for line in table.lines()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_header(delimiter: str) -> None:
    text = "id,nom,commune\n1,Été,Paris\n".replace(",", delimiter)
    assert lines(text.encode()) == [(2, ["1", "Été", "Paris"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_or_without_its_mark(encoding: str) -> None:
    table = read_csv("id,nom\n1,Médiathèque\n".encode(encoding), known_columns=KNOWN)
    assert table.columns == ("id", "nom")
    assert table.notices == ()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_another_encoding_is_read_and_told(encoding: str) -> None:
    table = read_csv("id,nom\n1,ascii\n2,L'Haÿ-les-Roses\n".encode(encoding), known_columns=KNOWN)
    assert [line.cells["nom"] for line in table.lines()] == ["ascii", "L'Haÿ-les-Roses"]
    assert "ligne 3" in table.notices[0]
    assert "Windows-1252" in table.notices[0]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending: str) -> None:
    assert lines(f"id,nom{ending}1,a{ending}2,b{ending}".encode()) == [(2, ["1", "a"]), (3, ["2", "b"])]


def test_line_numbers_are_those_of_the_file() -> None:
    data = b'id,nom\n\n1,"two\nlines"\n,,\n2,b\n'
    assert lines(data) == [(3, ["1", "two\nlines"]), (6, ["2", "b"])]


def test_names_of_columns_are_tidied() -> None:
    table = read_csv(b'" ID ",NOM,,\n1,a,,\n', known_columns=KNOWN)
    assert table.columns == ("id", "nom")
    (line,) = table.lines()
    assert line.cells == {"id": "1", "nom": "a"}
    assert (line.cell_count, line.beyond) == (4, ("", ""))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "vide"),
        (b" \r\n\n", "vide"),
        (b"id,nom\n1,a\0b\n", "ligne 2 porte un caractère nul"),
        ("id,nom\n1,a\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "classeur"),
        (b"\xd0\xcf\x11\xe0rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08rest", "compressé"),
        (b"id,nom\n1,\x81\xff\n", "encodage"),
        (b"1,a\n2,b\n", "en-tête manque"),
        (b"id,nom,ID\n1,a,2\n", "deux fois la même colonne"),
        (b"x" * 30_000, "trop longue"),
        (b'id,nom\n1,a\n2,"b\n3,c\n', "ligne 3"),
        (b'id,nom\n1,"a"b\n', "ligne 2"),
        (b"id,nom\n1," + b"a" * 300_000, "ligne 2"),
        (b"id,nom\n1" + b"," * 300_000, "ligne 2"),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_reason(data: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        lines(data)


def test_a_file_over_the_limit_is_not_even_decoded() -> None:
    with pytest.raises(FileRefused, match="dépasse 50 Mo"):
        read_csv(bytes(50_000_001), known_columns=KNOWN)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(FileRefused, match="coupez-le"):
        lines(b"id,nom\n" + b"1,a\n" * (MAX_LINES + 1))


def test_an_unclosed_quote_does_not_swallow_the_memory() -> None:
    started = perf_counter()
    with pytest.raises(FileRefused, match="ligne 2"):
        lines(b'id,nom\n1,"' + b"abc\n" * 5_000_000)
    assert perf_counter() - started < 5
