"""The report (procès-verbal) of the destruction of a sealed lot. Actors are named by role and organisation, no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from passnum.kit.clock import paris_date
from passnum.kit.days import long_date
from passnum.kit.money import euros
from passnum.kit.pdf.report import About, Column, ReportDocument


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, as the register names them, and when."""

    role: str
    organisation: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class DestructionSheet:
    """What the report says; `number` None before the second signature."""

    number: int | None
    lot_number: int
    seal_reference: str
    holder: str
    wave: str
    method: str
    spans: Sequence[tuple[str, int]]
    booklets: int
    tickets: int
    cents: int
    signatures: Sequence[Signature]


def destruction_pdf(sheet: DestructionSheet) -> bytes:
    """Return the report as a PDF."""
    name = f"n° {sheet.number}" if sheet.number else "(projet, non contresigné)"
    title = f"Procès-verbal de destruction {name}"
    report = ReportDocument(About(title=title, author=sheet.holder), footer=title)
    report.title(title, f"{sheet.wave} – lot scellé n° {sheet.lot_number}")
    report.paragraph(
        f"Les carnets ci-dessous, comptés puis placés sous le scellé {sheet.seal_reference} et gardés par {sheet.holder},"
        f" {'ont été détruits' if sheet.number else 'sont à détruire'} par : {sheet.method.lower()}."
    )
    report.key_figures(
        [(str(sheet.booklets), "carnets"), (str(sheet.tickets), "tickets"), (euros(sheet.cents), "valeur faciale")]
    )
    report.table(
        [Column("Numéros", 3, is_row_header=True), Column("Carnets", align="right")],
        [[words, str(count)] for words, count in sheet.spans],
        caption="Carnets du lot",
        total=["Total", str(sheet.booklets)],
    )
    report.heading("Signatures")
    rows = [[s.role, s.organisation, long_date(paris_date(s.signed_at)), ""] for s in sheet.signatures]
    report.table(
        [Column("Rôle", 2), Column("Organisation", 2), Column("Signé le", 1.4), Column("Nom et signature", 2)],
        rows,
        caption="Deux personnes différentes ont signé dans le registre" if sheet.number else "Première signature",
    )
    return report.render()
