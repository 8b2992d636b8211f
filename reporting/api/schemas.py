"""What the API says of a wave report. The shape follows `reporting.queries.report`."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from reporting.documents import wording
from reporting.queries.breakdown import Breakdown
from reporting.queries.cards import Figure
from reporting.queries.report import WaveReport

MASKED = "null : case masquée (secret statistique), ou part sans base."


class ReportWaveOut(Schema):
    number: int = Field(description="Numéro court de la vague.", examples=[2])
    name: str
    a_on: date = Field(description="Date A de la vague.")
    evaluation_due_on: date = Field(description="A + 6 mois.")


class ReportPairOut(Schema):
    """The two marks of a report: ask for the same pair, get the same figures."""

    cut_off_on: date = Field(description="Jour d'arrêté (Paris, compris).")
    seal: int = Field(description="Numéro du dernier scellé lu.")
    seal_hash: str = Field(description="Empreinte SHA-256 du scellé, en hexadécimal.")
    sealed_at: datetime = Field(description="Instant de fermeture du scellé (UTC).")


class ReportStateOut(Schema):
    state: str = Field(examples=["HANDED_OVER"])
    label: str
    booklets: int
    tickets: int


class ReportIndicatorOut(Schema):
    code: str = Field(examples=["IR1.1"])
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    source: str
    caveat: str
    value: int | None = Field(
        description="Nombre ; centièmes de pour cent (SHARE) ou d’unité (MEAN), tronqués. null : sans base."
    )
    scale: str = Field(examples=["SHARE"])
    value_text: str = Field(description="La valeur comme on la lit.", examples=["81,5 %"])
    reason: str = Field(description="Pourquoi il n'y a pas de valeur.")
    numerator_count: int
    denominator_count: int | None
    n: int = Field(description="Effectif derrière le chiffre.")
    missing_share: int | None = Field(description="Part manquante, en centièmes de pour cent.")


class ReportColumnOut(Schema):
    code: str
    label: str
    is_share: bool = Field(description="Part en centièmes de pour cent, tronquée ; sinon un nombre.")


class ReportRowOut(Schema):
    key: str = Field(
        description="Identifiant public, code INSEE, code du service ou mois AAAA-MM ; vide : non renseigné."
    )
    label: str
    hint: str
    values: list[int | None] = Field(description=MASKED)


class ReportBreakdownOut(Schema):
    code: str = Field(examples=["use_commune"])
    title: str
    note: str
    columns: list[ReportColumnOut]
    rows: list[ReportRowOut]
    total: list[int | None]
    missing: int = Field(description="Effectif pour lequel le critère n'est pas renseigné.")


class ReportApartOut(Schema):
    """Hours told apart; the first three are in the figures, the last two are in none."""

    pending: int | None
    contested: int | None
    refused: int | None
    not_counted_contested: int | None
    not_counted_refused: int | None


class WaveReportOut(Schema):
    wave: ReportWaveOut
    pair: ReportPairOut
    funder: str = Field(description="Le financeur dont les titres sont comptés ; vide : tous.")
    is_masked: bool
    warnings: list[str]
    states: list[ReportStateOut]
    ordered_booklets: int
    ordered_tickets: int
    indicators: list[ReportIndicatorOut]
    breakdowns: list[ReportBreakdownOut]
    apart: ReportApartOut
    software_version: str
    digest: str = Field(description="Empreinte SHA-256 du contenu du rapport : la même que sur le PDF.")


def _indicator(figure: Figure) -> ReportIndicatorOut:
    card = figure.card
    return ReportIndicatorOut(
        code=card.code,
        name=card.name,
        definition=card.definition,
        numerator=card.numerator,
        denominator=card.denominator,
        unit=card.unit,
        source=card.source,
        caveat=card.caveat,
        value=figure.value,
        scale=card.scale.value,
        value_text=wording.value_text(figure),
        reason=figure.reason,
        numerator_count=figure.numerator,
        denominator_count=figure.denominator,
        n=figure.n,
        missing_share=figure.missing_share,
    )


def _breakdown(table: Breakdown) -> ReportBreakdownOut:
    return ReportBreakdownOut(
        code=table.code,
        title=table.title,
        note=table.note,
        columns=[ReportColumnOut(code=c.code, label=c.label, is_share=c.is_share) for c in table.columns],
        rows=[
            ReportRowOut(key=row.key, label=row.label.text, hint=row.label.hint, values=list(table.values(row.counts)))
            for row in table.rows
        ],
        total=list(table.values(table.total)),
        missing=table.missing,
    )


def report_out(report: WaveReport) -> WaveReportOut:
    """Return a report in the shape of the API."""
    wave, apart = report.wave, report.apart
    return WaveReportOut(
        wave=ReportWaveOut(
            number=wave.number, name=wave.name, a_on=wave.a_on, evaluation_due_on=wave.evaluation_due_on
        ),
        pair=ReportPairOut(
            cut_off_on=report.as_of.cut_off_on,
            seal=report.seal.number,
            seal_hash=report.seal.hash,
            sealed_at=report.seal.sealed_at,
        ),
        funder=report.funder,
        is_masked=report.is_masked,
        warnings=wording.warnings(report),
        states=[
            ReportStateOut(state=s.state, label=s.label, booklets=s.booklets, tickets=s.tickets) for s in report.states
        ],
        ordered_booklets=report.ordered_booklets,
        ordered_tickets=report.ordered_tickets,
        indicators=[_indicator(figure) for figure in report.figures],
        breakdowns=[_breakdown(table) for table in report.breakdowns],
        apart=ReportApartOut(
            pending=apart.pending,
            contested=apart.contested,
            refused=apart.refused,
            not_counted_contested=apart.not_counted_contested,
            not_counted_refused=apart.not_counted_refused,
        ),
        software_version=report.software_version,
        digest=report.digest,
    )
