"""Variable data for an industrial printer: one line per ticket, columns as docs/imprimeur.md says. Spendable."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from passnum.kit.codes.url import full_url
from passnum.kit.days import long_date
from passnum.kit.money import euros_short
from passnum.kit.pdf.fonts import printable
from vouchers.documents import wording
from vouchers.documents.sheet import BookletSheet

COLUMNS: Final = (
    "carnet",
    "position",
    "tickets_du_carnet",
    "ref",
    "code",
    "qr",
    "valable_jusqu_au",
    "valable_jusqu_au_iso",
    "duree",
    "valeur",
    "vague",
    "financeur",
    "distributeur",
    "mot_du_financeur",
    "mention",
)
# What a spreadsheet takes for a formula when a cell begins so (OWASP, « CSV injection »).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a free text on one line, that no spreadsheet takes for a formula."""
    line = " ".join(printable(text).split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def header() -> bytes:
    """Return the first line of the file: UTF-8 with its mark, semicolons, CRLF."""
    return b"\xef\xbb\xbf" + _written([COLUMNS])


def rows(sheets: Iterable[BookletSheet]) -> Iterator[bytes]:
    """Yield the lines of each booklet, in number order."""
    for sheet in sheets:
        yield _written(_rows_of(sheet))


def _written(lines: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode("utf-8")


def _rows_of(sheet: BookletSheet) -> Iterator[tuple[str, ...]]:
    ours = (
        long_date(sheet.valid_until),
        sheet.valid_until.isoformat(),
        wording.duration(sheet.minutes_per_ticket),
        euros_short(sheet.face_value_cents),
    )
    theirs = (sheet.wave_name, sheet.funder_name, sheet.distributor_name, sheet.funder_text)
    shared = (*ours, *map(harmless, theirs), harmless(wording.ticket_mention(sheet)))
    for position, face in enumerate(sheet.tickets, start=1):
        address = "".join(full_url(sheet.site_host, face.ref, face.payload))
        yield (
            sheet.booklet_number,
            str(position),
            str(sheet.size),
            face.ref,
            face.displayed_code,
            address,
            *shared,
        )
