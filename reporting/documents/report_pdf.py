"""The printed wave report: the same report gives the same bytes, for ever."""

from io import BytesIO
from typing import Final

from passnum.kit.pdf.about import About
from passnum.kit.pdf.report import Column, ReportDocument
from passnum.kit.picture import to_drawing
from reporting.documents import wording
from reporting.documents.charts import funnel_picture, hours_map, month_picture
from reporting.queries import cards
from reporting.queries.breakdown import Label
from reporting.queries.cards import Figure, IndicatorCard
from reporting.queries.report import WaveReport

AUTHOR: Final = "Métropole du Grand Paris"
TEXT_WIDTH: Final = 481.0
"""Width of the text of an A4 page, in points: what drawings are made for."""
MAP_WIDTH: Final = 370.0
LETTERS_PER_SHARE: Final = 10.5


def wave_report_pdf(report: WaveReport) -> bytes:
    """Return the PDF of a report: tagged, fonts embedded, bookmarks, no date but those of the report."""
    name = f"Rapport de la vague {report.wave.number}"
    about = About(title=f"{name} — {report.wave.name}", author=AUTHOR, subject=wording.subtitle(report))
    footer = f"{report.wave.name} · {wording.subtitle(report)} · empreinte {report.digest[:8]}"
    doc = ReportDocument(about, footer=footer)
    _first_page(doc, report)
    _titles(doc, report)
    _indicators(doc, report)
    _tables(doc, report)
    _apart(doc, report)
    _method(doc, report)
    out = BytesIO()
    doc.write(out)
    return out.getvalue()


def _first_page(doc: ReportDocument, report: WaveReport) -> None:
    doc.title(f"Rapport de la vague {report.wave.number}", wording.subtitle(report))
    doc.paragraph(f"Pass numérique, {AUTHOR}. {report.wave.name}. {wording.scope(report)}.", "lead")
    doc.key_figures([(value, words) for value, words, _ in wording.key_figures(report)])
    doc.heading("En bref")
    doc.bullets(wording.brief(report))
    if said := wording.warnings(report):
        doc.heading("À lire avant de citer un chiffre", 3)
        doc.bullets(said)


def _titles(doc: ReportDocument, report: WaveReport) -> None:
    doc.heading("Où en sont les carnets et les tickets")
    doc.figure(
        to_drawing(funnel_picture(report), width=TEXT_WIDTH),
        alt="Étapes des tickets. "
        + "\u00a0; ".join(f"{label}\u00a0: {wording.number(count)}" for label, count in report.funnel)
        + ".",
        caption="Tickets qui ont atteint chaque étape, même s’ils l’ont quittée depuis",
    )
    doc.page_break()
    rows = [[s.label, wording.number(s.booklets), wording.number(s.tickets)] for s in report.states]
    total = ["Commandés", wording.number(report.ordered_booklets), wording.number(report.ordered_tickets)]
    doc.table(
        [
            Column("État", 2.4, is_row_header=True),
            Column("Carnets", align="right"),
            Column("Tickets", align="right"),
        ],
        rows,
        caption="IP2 – Carnets et tickets par état\u00a0: la somme des états égale ce qui est commandé",
        total=total,
    )
    doc.paragraph(cards.IP2.caveat, "small")


def _indicators(doc: ReportDocument, report: WaveReport) -> None:
    doc.heading("Indicateurs")
    doc.table(
        [
            Column("Code", 0.7),
            Column("Indicateur", 3.2, is_row_header=True),
            Column("Valeur", 1, align="right"),
            Column("Calcul", 1.8, align="right"),
            Column("Effectif", 1, align="right"),
            Column("Part manquante", 1.1, align="right"),
        ],
        [_indicator(figure) for figure in report.figures],
        caption="Valeurs, calculs et effectifs",
    )


def _card(card: IndicatorCard) -> list[str]:
    return [
        f"{card.code} – {card.name}",
        card.definition,
        f"{card.numerator} / {card.denominator}. Unité\u00a0: {card.unit}.",
        f"{card.source}. {card.caveat}",
    ]


def _indicator(figure: Figure) -> list[str]:
    return [
        figure.card.code,
        figure.card.name,
        wording.value_text(figure),
        wording.calculation(figure),
        wording.number(figure.n),
        wording.percent(figure.missing_share),
    ]


def _tables(doc: ReportDocument, report: WaveReport) -> None:
    for table in report.breakdowns:
        doc.heading(table.title)
        if table.code == "month" and (picture := month_picture(table)):
            doc.figure(
                to_drawing(picture, width=TEXT_WIDTH),
                alt="Tickets remis et heures utilisées par mois. Les chiffres sont dans le tableau qui suit.",
                caption="Tickets remis et heures utilisées, par mois",
            )
        if table.code == "use_commune":
            drawn = hours_map(report)
            doc.figure(drawn.drawing(MAP_WIDTH), alt=drawn.desc, caption="Heures utilisées, par commune du lieu")
        doc.paragraph(table.note, "small")
        for part in wording.parts(table):
            _table(doc, part)


def _table(doc: ReportDocument, part: wording.Part) -> None:
    doc.table(
        [
            Column(part.head, 2.6, is_row_header=True),
            *(Column(label, _width_of(label), align="right") for label in part.labels),
        ],
        [[_name(label), *shown] for label, shown in part.rows],
        caption=part.caption,
        total=["Total", *part.total],
        empty="Rien à cette date.",
    )


def _width_of(label: str) -> float:
    """Return a column's share of the width: what its longest word needs, so that no title is cut inside a word."""
    return max(1.0, max(len(word) for word in label.split()) / LETTERS_PER_SHARE)


def _name(label: Label) -> str:
    return f"{label.text} ({label.hint})" if label.hint else label.text


def _apart(doc: ReportDocument, report: WaveReport) -> None:
    doc.heading("Heures à part")
    doc.table(
        [
            Column("Heures", 2, is_row_header=True),
            Column("Nombre", 0.8, align="right"),
            Column("Ce que cela veut dire", 4),
        ],
        wording.apart_rows(report),
        caption="Heures en attente, contestées ou refusées",
    )


def _method(doc: ReportDocument, report: WaveReport) -> None:
    doc.heading("Méthode et limites")
    doc.bullets(wording.method(report))
    doc.heading("Fiches des indicateurs", 3)
    doc.table(
        [
            Column("Indicateur", 1.75, is_row_header=True),
            Column("Ce qu’il dit", 1.6),
            Column("Calcul et unité", 1.8),
            Column("Source et réserve", 2.5),
        ],
        [_card(figure.card) for figure in report.figures],
        caption="Définitions, calculs, sources et réserves",
    )
    doc.heading("Pour vérifier ce rapport", 3)
    doc.table(
        [Column("Quoi", 1, is_row_header=True), Column("Valeur", 3)],
        wording.identity(report),
        caption="Ce qui identifie ce rapport",
    )
