"""Write a CSV for an office suite: UTF-8 with its mark, RFC 4180, no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# A spreadsheet takes a cell that begins so for a formula (OWASP, *CSV Injection*).
_FORMULA_STARTS: Final = ("=", "+", "@", "\t", "\r", "\n")


def _neutral(cell: str) -> str:
    text = cell.lstrip(" ")
    is_formula = text.startswith(_FORMULA_STARTS) or (text.startswith("-") and not text[1:].isdecimal())
    return f"'{cell}" if is_formula else cell


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_neutral(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
