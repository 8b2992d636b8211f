"""The quote (devis) and the order (bon de commande) as PDF: face value without VAT, fees apart, who is invoiced.

Same order, same bytes: no date but those of the order itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from passnum.kit.days import long_date
from passnum.kit.money import euros, euros_short
from passnum.kit.pdf.about import About
from passnum.kit.pdf.report import Column, ReportDocument

NOTHING: Final = "–"


class PaperKind(Enum):
    """What the paper is: nobody approved a quote."""

    QUOTE = "Devis"
    ORDER = "Bon de commande"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """So many booklets of one size for one distributor, those taken back apart."""

    distributor: str
    size: int
    quantity: int

    @property
    def tickets(self) -> int:
        """Number of tickets."""
        return self.size * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaper:
    """What the paper says; amounts in cents."""

    kind: PaperKind
    reference: str
    revision: int
    status: str
    wave_name: str
    contract_number: str
    issuer_name: str
    issuer_address: str
    funder_name: str
    siret: str
    """14 figures in groups, ready to read."""
    service_code: str
    commitment_number: str
    written_on: date
    approved_on: date | None
    valid_until: date
    face_value_cents: int
    fees_cents: int
    eligible_publics: str
    perimeter: str
    handed_over: str
    """When the funder wants booklets handed over, ready to read."""
    lines: tuple[PaperLine, ...]

    @property
    def tickets(self) -> int:
        """Tickets of all lines."""
        return sum(line.tickets for line in self.lines)

    @property
    def value_cents(self) -> int:
        """Face value of all tickets."""
        return self.tickets * self.face_value_cents


def order_paper_pdf(paper: OrderPaper) -> bytes:
    """Return the PDF: tagged, fonts embedded."""
    name = f"{paper.kind.value} {paper.reference}"
    subject = f"{paper.funder_name}, {paper.wave_name}"
    doc = ReportDocument(
        About(title=name, author=paper.issuer_name, subject=subject),
        footer=f"{name}, révision {paper.revision} · {paper.status}",
    )
    doc.title(name, subject)
    _parties(doc, paper)
    _lines(doc, paper)
    _totals(doc, paper)
    _terms(doc, paper)
    return doc.render()


def _parties(doc: ReportDocument, paper: OrderPaper) -> None:
    doc.heading("Qui et quoi")
    approved = f", approuvé le {long_date(paper.approved_on)}" if paper.approved_on else ""
    doc.table(
        [Column("Mention", 1.2, is_row_header=True), Column("Valeur", 2.4)],
        [
            ("Financeur, à facturer", paper.funder_name),
            ("SIRET", paper.siret),
            ("Code service", paper.service_code or NOTHING),
            ("Numéro d’engagement", paper.commitment_number or NOTHING),
            ("Émetteur des titres", ", ".join(filter(None, (paper.issuer_name, paper.issuer_address)))),
            ("Marché", paper.contract_number),
            ("Vague", f"{paper.wave_name}, titres à utiliser jusqu’au {long_date(paper.valid_until)}"),
            ("Écrit", f"le {long_date(paper.written_on)}{approved}"),
            ("Révision", str(paper.revision)),
        ],
        caption="Mentions de facturation",
    )


def _lines(doc: ReportDocument, paper: OrderPaper) -> None:
    doc.heading("Carnets, par distributeur")
    rows = [
        (
            line.distributor,
            str(line.quantity),
            str(line.size),
            str(line.tickets),
            euros(line.tickets * paper.face_value_cents),
        )
        for line in paper.lines
    ]
    doc.table(
        [
            Column("Distributeur", 2.4, is_row_header=True),
            Column("Carnets", 0.9, "right"),
            Column("Tickets par carnet", 1.1, "right"),
            Column("Tickets", 0.9, "right"),
            Column("Valeur", 1.3, "right"),
        ],
        rows,
        caption=f"Un ticket vaut une heure, {euros_short(paper.face_value_cents)}",
        total=(
            "Total",
            str(sum(line.quantity for line in paper.lines)),
            "",
            str(paper.tickets),
            euros(paper.value_cents),
        ),
        empty="Tous les carnets sont annulés.",
    )


def _totals(doc: ReportDocument, paper: OrderPaper) -> None:
    doc.heading("Montant")
    doc.table(
        [Column("Poste", 2.4, is_row_header=True), Column("Montant", 1.2, "right")],
        [
            ("Valeur faciale des titres, sans TVA", euros(paper.value_cents)),
            ("Frais, hors valeur faciale", euros(paper.fees_cents)),
        ],
        caption="Valeur faciale et frais",
        total=("Total", euros(paper.value_cents + paper.fees_cents)),
    )
    doc.paragraph(
        "La valeur faciale des titres ne porte pas de TVA\u00a0; les frais la portent selon le régime de l’émetteur, sur sa"
        " facture.",
        "small",
    )


def _terms(doc: ReportDocument, paper: OrderPaper) -> None:
    if paper.eligible_publics:
        doc.heading("Publics visés")
        doc.paragraph(paper.eligible_publics)
    if paper.perimeter:
        doc.heading("Périmètre")
        doc.paragraph(paper.perimeter)
    if paper.handed_over:
        doc.heading("Dates de remise")
        doc.paragraph(paper.handed_over)
    doc.heading("Conditions")
    said = [
        "Rien n’est imprimé avant que le financeur ait approuvé le bon à tirer.",
        "Un carnet ne s’utilise qu’une fois son financement prouvé et vérifié.",
        "Ce qui n’a pas été utilisé à la fin de la validité est repris à sa valeur faciale (avoir).",
    ]
    if paper.kind is PaperKind.QUOTE:
        said.insert(0, "Ce devis n’engage personne tant que la Métropole n’a pas approuvé la commande.")
    doc.bullets(said)
