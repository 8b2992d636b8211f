"""Bulk insertion by COPY, in the caller's transaction: triggers and constraints hold as for INSERT."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

Cell = str | int | bool | bytes | datetime | None


def _cell(value: Cell | object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """COPY rows into a table of ours; `table` and `columns` are literals of the code, never input."""
    text = io.StringIO("".join("\t".join(map(_cell, row)) + "\n" for row in rows))
    # straight to the driver's cursor: Django's errors, like those of any other statement, are asked for
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", text)
