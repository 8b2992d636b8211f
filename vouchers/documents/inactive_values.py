"""The statement of *valeurs inactives* as a PDF and as a CSV. Bytes from plain data, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from passnum.kit.csv_out import csv_bytes
from passnum.kit.days import long_date
from passnum.kit.money import euros
from passnum.kit.pdf.report import About, Column, ReportDocument

HEAD = ("detenteur", "vague", "du", "au", "ligne", "carnets", "tickets", "valeur_faciale_centimes")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a wave's statement; exits are negative."""

    label: str
    booklets: int
    tickets: int
    cents: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One wave: its lines, and what was counted by hand on the last day, if it was."""

    wave: str
    lines: tuple[Line, ...]
    in_stock: int
    counted: int | None

    @property
    def count_sentence(self) -> str:
        """What the signed count says beside the register."""
        if self.counted is None:
            return (
                f"En stock ce jour d’après le registre : {self.in_stock} carnets. Aucun compte n’a été signé ce jour."
            )
        gap = self.counted - self.in_stock
        return (
            f"En stock ce jour d’après le registre : {self.in_stock} carnets. Compte signé ce jour : {self.counted}"
            f" carnets. Différence : {gap:+d}."
        )


def statement_csv(holder: str, starts_on: date, ends_on: date, sheets: Sequence[Sheet]) -> bytes:
    """Return one line of the file for each line of the statement; money in integer cents."""
    rows: list[Sequence[object]] = []
    for sheet in sheets:
        marks = (holder, sheet.wave, starts_on.isoformat(), ends_on.isoformat())
        rows += [(*marks, line.label, line.booklets, line.tickets, line.cents) for line in sheet.lines]
        rows.append((*marks, "En stock d’après le registre", sheet.in_stock, "", ""))
        if sheet.counted is not None:
            rows.append((*marks, "Compte signé", sheet.counted, "", ""))
    return csv_bytes(HEAD, rows)


def statement_pdf(holder: str, starts_on: date, ends_on: date, sheets: Sequence[Sheet]) -> bytes:
    """Return the statement to sign."""
    title = "État des valeurs inactives"
    period = f"Du {long_date(starts_on)} au {long_date(ends_on)}"
    report = ReportDocument(About(title=title, author=holder), footer=f"{title} – {holder} – {period}")
    report.title(title, f"{holder} – {period}")
    columns = [
        Column("Ligne", 3, is_row_header=True),
        Column("Carnets", align="right"),
        Column("Tickets", align="right"),
        Column("Valeur faciale", 1.4, align="right"),
    ]
    for sheet in sheets:
        report.heading(sheet.wave)
        rows = [[x.label, str(x.booklets), str(x.tickets), euros(x.cents)] for x in sheet.lines]
        report.table(columns, rows[:-1], total=rows[-1], caption=f"Mouvements de {sheet.wave}")
        report.paragraph(sheet.count_sentence)
    if not sheets:
        report.paragraph("Aucun carnet n’est passé par ce détenteur.")
    report.paragraph(
        "Établi d’après les seuls mouvements du registre. Un carnet envoyé et non reçu, ou manquant, reste à la charge"
        " de son expéditeur.",
        "small",
    )
    report.heading("Signatures", 3)
    report.paragraph("Le détenteur :                                                  Le comptable ou le régisseur :")
    return report.render()
