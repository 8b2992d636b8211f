"""Figures and sentences of a report, as people read them. The page, the file of figures and the PDF say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from passnum.kit.clock import PARIS, paris_date
from passnum.kit.days import long_date
from passnum.kit.money import NARROW_NBSP, NBSP, euros_short, one_decimal, percent, share_in_points
from passnum.kit.pdf.text import typeset
from reporting.queries import cards
from reporting.queries.breakdown import Breakdown, Column, Label
from reporting.queries.cards import Figure, Scale
from reporting.queries.report import WaveReport
from vouchers.documents.wording import duration

MASKED: Final = "masqué"
NOTHING: Final = "–"
HASH_GROUP: Final = 8
BOOKLET_COLUMNS: Final = frozenset({"booklets", "started", "completed"})


def number(value: int) -> str:
    """« 9 600 »."""
    return f"{value:,}".replace(",", NARROW_NBSP)


def counted(value: int, noun: str, plural: str = "") -> str:
    """« 1 ticket », « 9 600 tickets »."""
    return f"{number(value)}{NBSP}{noun if abs(value) < 2 else plural or noun + 's'}"  # noqa: PLR2004 (French plural)


def instant(value: datetime) -> str:
    """« 3 mars 2027 à 14 h 05 », in Paris."""
    local = value.astimezone(PARIS)
    return f"{long_date(paris_date(value))} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def value_text(figure: Figure) -> str:
    """Return the value of an indicator at its scale; « – » without a base."""
    if figure.value is None:
        return NOTHING
    if figure.card.scale == Scale.SHARE:
        return percent(figure.value)
    return one_decimal(figure.value) if figure.card.scale == Scale.MEAN else number(figure.value)


def calculation(figure: Figure) -> str:
    """Return what was divided by what: « 5 412 / 7 712 »; the reason where there is no value."""
    if figure.reason:
        return figure.reason.capitalize()
    if figure.card.scale == Scale.COUNT or figure.denominator is None:
        return number(figure.numerator)
    return f"{number(figure.numerator)} / {number(figure.denominator)}"


def cell(column: Column, value: int | None, *, is_masked: bool) -> str:
    """Return a cell of a table: a count, a share, « masqué », « – » without a base."""
    if is_masked:
        return MASKED
    if value is None:
        return NOTHING
    return percent(value) if column.is_share else number(value)


def cells(table: Breakdown, counts: Sequence[int | None]) -> list[str]:
    """Return the cells of a row or of the total."""
    hidden = {column.code for column, count in zip(table.counts, counts, strict=True) if count is None}
    return [
        cell(column, value, is_masked=bool({column.code, column.part, column.whole} & hidden))
        for column, value in zip(table.columns, table.values(counts), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """A table as it is shown: a caption, its columns, its rows (name, second line, cells), its total."""

    ident: str
    caption: str
    head: str
    labels: tuple[str, ...]
    rows: tuple[tuple[Label, tuple[str, ...]], ...]
    total: tuple[str, ...]

    @property
    def labelled_rows(self) -> list[tuple[Label, list[tuple[str, str]]]]:
        """The rows, each cell with its column's title: what a narrow screen shows beside it."""
        return [(label, list(zip(self.labels, shown, strict=True))) for label, shown in self.rows]

    @property
    def labelled_total(self) -> list[tuple[str, str]]:
        """The total, in the same way."""
        return list(zip(self.labels, self.total, strict=True))


def parts(table: Breakdown) -> list[Part]:
    """Return a table of figures as tables that hold in a page: what became of titles is told in two, tickets, booklets."""
    codes = [column.code for column in table.columns]
    booklets = [rank for rank, code in enumerate(codes) if code in BOOKLET_COLUMNS]
    if len(booklets) < len(BOOKLET_COLUMNS):
        return [_part(table, table.code, table.caption, range(len(codes)))]
    tickets = [rank for rank in range(len(codes)) if rank not in booklets]
    return [
        _part(table, f"{table.code}-tickets", typeset(f"{table.caption} : tickets"), tickets),
        _part(table, f"{table.code}-carnets", typeset(f"{table.caption} : carnets"), booklets),
    ]


def _part(table: Breakdown, ident: str, caption: str, kept: Sequence[int]) -> Part:
    def line(counts: Sequence[int | None]) -> tuple[str, ...]:
        shown = cells(table, counts)
        return tuple(shown[rank] for rank in kept)

    return Part(
        ident=ident,
        caption=caption,
        head=table.head,
        labels=tuple(table.columns[rank].short or table.columns[rank].label for rank in kept),
        rows=tuple((row.label, line(row.counts)) for row in table.rows),
        total=line(table.total),
    )


def hidden_or(value: int | None) -> str:
    """Return a count told apart; « moins de 5 » where it is masked."""
    return "moins de 5" if value is None else number(value)


def grouped_hash(text: str) -> str:
    """Return a hash in groups that one can compare aloud."""
    return " ".join(text[at : at + HASH_GROUP] for at in range(0, len(text), HASH_GROUP))


def subtitle(report: WaveReport) -> str:
    """Return the line under the title: both marks."""
    return typeset(f"Arrêté au {long_date(report.as_of.cut_off_on)}, d’après le scellé n°\u00a0{report.seal.number}")


def scope(report: WaveReport) -> str:
    """Return whose titles are counted."""
    return f"Titres financés par {report.funder}" if report.funder else "Tous les titres de la vague"


def key_figures(report: WaveReport) -> list[tuple[str, str, str]]:
    """Return the figures of the first page: value, words, detail."""
    handed, ordered = report.figure(cards.USE_RATE_HANDED.code), report.figure(cards.USE_RATE_ORDERED.code)
    started, completed = report.figure(cards.STARTED.code), report.figure(cards.COMPLETED.code)
    hours = report.figure(cards.HOURS.code)
    return [
        (number(report.ordered_tickets), "tickets commandés", counted(report.ordered_booklets, "carnet")),
        (number(handed.denominator or 0), "tickets remis", counted(started.denominator or 0, "carnet")),
        (number(hours.numerator), "heures utilisées", counted(hours.n, "acte")),
        (value_text(handed), "des tickets remis sont utilisés", calculation(handed)),
        (value_text(ordered), "des tickets commandés sont utilisés", calculation(ordered)),
        (value_text(started), "des carnets remis sont commencés", calculation(started)),
        (value_text(completed), "des carnets remis sont terminés", calculation(completed)),
        (
            value_text(report.figure(cards.MEAN_TICKETS.code)),
            "tickets utilisés par carnet commencé",
            calculation(report.figure(cards.MEAN_TICKETS.code)),
        ),
    ]


def brief(report: WaveReport) -> list[str]:
    """Return what the report says, in a few sentences."""
    day = long_date(report.as_of.cut_off_on)
    if report.is_empty:
        return [
            typeset(
                f"Au {day}, aucune commande n’est approuvée dans cette vague\u00a0: tous les chiffres sont à zéro,"
                " et ce rapport est complet."
            )
        ]
    handed, started = report.figure(cards.USE_RATE_HANDED.code), report.figure(cards.STARTED.code)
    hours = report.figure(cards.HOURS.code)
    said = [
        f"Au {day}, {counted(report.ordered_tickets, 'ticket')} sont commandés, {number(handed.denominator or 0)} sont"
        f" remis à une personne et {number(hours.numerator)} ont payé une heure d’accompagnement."
    ]
    if not report.has_use:
        return [
            typeset(s) for s in [*said, "Aucune heure n’est encore utilisée\u00a0: les taux sont à zéro, ou sans base."]
        ]
    completed = report.figure(cards.COMPLETED.code).numerator
    said.append(
        f"Sur {counted(started.denominator or 0, 'carnet')} remis, {number(started.numerator)} sont commencés et"
        f" {number(completed)} terminés."
    )
    said.append(_where(report))
    if report.wave.target_hours and not report.funder:
        reached = percent(share_in_points(hours.numerator, report.wave.target_hours))
        said.append(
            f"L’objectif de la vague est de {counted(report.wave.target_hours, 'heure')}\u00a0: {reached} en est atteint."
        )
    return [typeset(sentence) for sentence in said]


def _where(report: WaveReport) -> str:
    communes = len(report.breakdown("use_commune").rows)
    share = percent(report.figure(cards.COLLECTIVE.code).value)
    places = "" if report.is_masked else f"dans {counted(len(report.breakdown('site').rows), 'lieu', 'lieux')} de "
    where = f"{places}{counted(communes, 'commune')}" if places else f"dans {counted(communes, 'commune')}"
    return f"Les heures ont eu lieu {where}\u00a0; {share} étaient des ateliers collectifs."


def warnings(report: WaveReport) -> list[str]:
    """Return what the reader must know before quoting a figure."""
    said = []
    if report.seal.ends_before(report.as_of.cut_off_on):
        said.append(
            f"Le scellé n°\u00a0{report.seal.number} a été fermé le {instant(report.seal.sealed_at)}, avant la fin du jour"
            " d’arrêté\u00a0: ce qui s’est passé ou a été enregistré ensuite n’est pas compté. Un scellé plus récent le"
            " comptera."
        )
    waiting = next(state.tickets for state in report.states if state.state == "HANDED_OVER")
    if waiting:
        said.append(
            f"{counted(waiting, 'ticket')} remis peuvent encore servir\u00a0: les taux d’utilisation sont provisoires."
        )
    if report.is_masked:
        said.append(
            "Les cases de moins de 5 sont masquées, et d’autres avec elles quand elles permettraient de les retrouver."
            " Les totaux portent sur vos propres titres\u00a0: ils restent entiers."
        )
    return [typeset(sentence) for sentence in said]


def apart_rows(report: WaveReport) -> list[tuple[str, str, str]]:
    """Return the hours told apart: what, how many, what it means."""
    apart = report.apart
    rows = [
        (
            "En attente de confirmation",
            hidden_or(apart.pending),
            "Comptées\u00a0: la remise du carnet n’avait pas été notée, le distributeur doit la confirmer.",
        ),
        (
            "Contestées, ticket consommé",
            hidden_or(apart.contested),
            "Comptées\u00a0: le distributeur dément la remise, ou l’acte attend une décision des finances.",
        ),
        (
            "Refusées au paiement, ticket consommé",
            hidden_or(apart.refused),
            "Comptées\u00a0: l’heure a eu lieu, elle n’est pas due au lieu.",
        ),
        (
            "Contestées, aucun ticket consommé",
            hidden_or(apart.not_counted_contested),
            "Non comptées\u00a0: déclarées par un lieu, elles n’ont pris aucun ticket.",
        ),
        (
            "Refusées, aucun ticket consommé",
            hidden_or(apart.not_counted_refused),
            "Non comptées\u00a0: déclarées par un lieu, elles n’ont pris aucun ticket.",
        ),
    ]
    return [(name, count, typeset(meaning)) for name, count, meaning in rows]


def method(report: WaveReport) -> list[str]:
    """Return how the figures are made, in sentences."""
    hour, value = duration(report.wave.ticket_minutes), euros_short(report.wave.face_value_cents)
    said = [
        "Chaque chiffre est recompté à partir des lignes du registre des titres. Aucun n’est lu dans un état"
        " enregistré à l’avance.",
        "Un fait compte s’il s’est passé au plus tard le jour d’arrêté (heure de Paris) et s’il figure dans un scellé"
        " jusqu’à celui qui est nommé. Le même couple redonne le même rapport, à l’octet près, quel que soit le jour"
        " où il est calculé.",
        "Un acte enregistré en retard entre dans un scellé plus récent\u00a0: il ne change pas ce rapport, il change le"
        " suivant.",
        "Les noms des organisations et des lieux, et leurs communes, sont ceux du jour d’arrêté tels qu’on les"
        " connaissait au scellé.",
        f"Un ticket vaut {hour} d’accompagnement et {value} de valeur faciale.",
        "Le registre ne contient aucun nom de personne. Un carnet n’est pas une personne.",
    ]
    return [typeset(sentence) for sentence in said]


def identity(report: WaveReport) -> list[tuple[str, str]]:
    """Return what makes the report recognisable and verifiable."""
    return [
        ("Vague", f"{report.wave.name} (n°{NBSP}{report.wave.number})"),
        ("Périmètre", scope(report)),
        ("Date A", long_date(report.wave.a_on)),
        ("Évaluation prévue", typeset(f"{long_date(report.wave.evaluation_due_on)} (A + 6 mois)")),
        ("Fournisseur des chèques", f"{report.wave.issuer}, marché {report.wave.contract_number}"),
        ("Arrêté au", long_date(report.as_of.cut_off_on)),
        ("Scellé", typeset(f"n°\u00a0{report.seal.number}, fermé le {instant(report.seal.sealed_at)}")),
        ("Empreinte du scellé", grouped_hash(report.seal.hash)),
        ("Empreinte du rapport", grouped_hash(report.digest)),
        ("Logiciel", f"Pass numérique {report.software_version}"),
    ]
