"""Read a CSV that came from outside: any tool, any encoding, sometimes hostile. Bytes in, lines out, no surprise.

What can be told line by line is left to the caller; what spoils the whole file (binary, broken quotes, no known
header) refuses it with one sentence that says what to do.
"""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from passnum.kit.errors import DomainError

MAX_BYTES: Final = 50_000_000
MAX_LINES: Final = 100_000
# A line of a table people fill has a few thousand characters; an unclosed quote swallows the rest of the file.
MAX_RECORD_CHARS: Final = 200_000
MAX_HEADER_CHARS: Final = 20_000
DELIMITERS: Final = (",", ";", "\t", "|")

_SIGNATURES: Final = (
    (
        b"PK\x03\x04",
        "C'est un classeur (xlsx ou ods) ou une archive\u00a0: enregistrez la feuille au format CSV UTF-8.",
    ),
    (b"\xd0\xcf\x11\xe0", "C'est un ancien classeur Excel (xls)\u00a0: enregistrez la feuille au format CSV UTF-8."),
    (b"%PDF", "C'est un PDF\u00a0: demandez le tableau au format CSV."),
    (b"\xff\xfe", "Le fichier est en UTF-16\u00a0: enregistrez-le au format CSV UTF-8."),
    (b"\xfe\xff", "Le fichier est en UTF-16\u00a0: enregistrez-le au format CSV UTF-8."),
    (b"\x1f\x8b", "Le fichier est compressé\u00a0: décompressez-le d'abord."),
)


class FileRefused(DomainError):
    """The file as a whole cannot be read."""

    code = "FILE_REFUSED"
    message = "{sentence}"
    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """A record: the number of its first line in the file, counted from 1, and its cells by column.

    `beyond` holds the cells that stand past the last column.
    """

    number: int
    cells: dict[str, str]
    cell_count: int
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A header understood, and the lines under it, read as they are asked for."""

    columns: tuple[str, ...]
    delimiter: str
    notices: tuple[str, ...]
    text: str

    def lines(self) -> Iterator[Line]:
        """Yield the lines that are not blank.

        Raises FileRefused where the quotes are broken or the file is too long.
        """
        records = _records(self.text, self.delimiter)
        next(records)
        for count, (number, cells) in enumerate(records, start=1):
            if count > MAX_LINES:
                raise FileRefused(sentence=f"Le fichier a plus de {MAX_LINES} lignes\u00a0: coupez-le en plusieurs.")
            cells_by_column = dict(zip(self.columns, cells, strict=False))
            yield Line(number, cells_by_column, len(cells), tuple(cells[len(self.columns) :]))


def read_csv(data: bytes, *, known_columns: Collection[str], max_bytes: int = MAX_BYTES) -> CsvTable:
    """Return the table of a file: encoding and separator are found, the header is the first line that is not blank.

    `known_columns` help to tell the separator. Raises FileRefused, with the reason and what to do.
    """
    if len(data) > max_bytes:
        raise FileRefused(sentence=f"Le fichier dépasse {max_bytes // 1_000_000} Mo\u00a0: coupez-le en plusieurs.")
    text, notices = decode(data)
    if not text.strip():
        raise FileRefused(sentence="Le fichier est vide.")
    delimiter = _delimiter(text, known_columns)
    _, header = next(_records(text, delimiter))
    columns = tuple(cell.strip().strip("\ufeff").lower() for cell in header)
    while columns and not columns[-1]:  # an office suite leaves empty columns on the right
        columns = columns[:-1]
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise FileRefused(sentence=f"L’en-tête porte deux fois la même colonne\u00a0: {', '.join(repeated)}.")
    return CsvTable(columns, delimiter, notices, text)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text and what should be told of its encoding (UTF-8, with or without mark; else Windows-1252).

    Raises FileRefused for what is not text.
    """
    for signature, sentence in _SIGNATURES:
        if data.startswith(signature):
            raise FileRefused(sentence=sentence)
    if (at := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise FileRefused(sentence=f"Le fichier n’est pas du texte\u00a0: la ligne {line} porte un caractère nul.")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as stopped:
        line = data.count(b"\n", 0, stopped.start) + 1
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as refused:
        raise FileRefused(
            sentence=f"L’encodage du fichier est inconnu (ligne {line})\u00a0: enregistrez-le au format CSV UTF-8."
        ) from refused
    return text, (
        f"Le fichier n'est pas en UTF-8 (ligne {line})\u00a0: il a été lu comme du Windows-1252. "
        "Vérifiez les accents des noms.",
    )


def _delimiter(text: str, known_columns: Collection[str]) -> str:
    head = text.lstrip("\r\n \t").split("\n", 1)[0]
    if len(head) > MAX_HEADER_CHARS:
        raise FileRefused(sentence="La première ligne est trop longue pour être un en-tête de colonnes.")

    def known(delimiter: str) -> int:
        return sum(cell.strip(' "\r\ufeff').lower() in known_columns for cell in head.split(delimiter))

    best = max(DELIMITERS, key=known)  # the first one wins a tie
    if not known(best):
        raise FileRefused(sentence="La première ligne ne porte aucun nom de colonne connu\u00a0: l’en-tête manque.")
    return best


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the number of its first line."""
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in io.StringIO(text, newline=""):
            taken += len(line)
            if taken > MAX_RECORD_CHARS:
                raise csv.Error("record too long")
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    number = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            raise FileRefused(
                sentence=f"Les guillemets de la ligne {number} ne se referment pas, ou cette ligne est trop longue\u00a0: "
                "corrigez-la, puis recommencez."
            ) from broken
        if any(cell.strip() for cell in cells):
            yield number, cells
        number, taken = reader.line_num + 1, 0
