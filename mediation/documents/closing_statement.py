"""The contradictory statement and its credit note, to print: the frozen content, and the signatures received so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from passnum.kit.days import long_date
from passnum.kit.money import NARROW_NBSP, euros
from passnum.kit.pdf.about import About
from passnum.kit.pdf.report import Column, ReportDocument

TITLE: Final = "Décompte contradictoire et avoir"
AMENDMENT: Final = "Avenant au décompte et à l’avoir"
LETTERS_PER_SHARE: Final = 7.0
UNSIGNED: Final = "En attente de signature"

# What the lines say, in the order of reading; the first column is the count, the second its words.
_TITLES: Final = (
    ("ordered", "Commandés"),
    ("to_produce", "À faire"),
    ("redeemed", "Utilisés"),
    ("expired", "Périmés"),
    ("blocked", "Bloqués"),
    ("cancelled", "Annulés"),
    ("destroyed", "Détruits"),
)
_ELSEWHERE: Final = ("produced", "in_transit", "in_stock", "missing", "handed_over")
_USED: Final = (
    ("redeemed", "Utilisés"),
    ("payable", "Dus aux lieux"),
    ("pending", "En attente"),
    ("contested", "Contestés"),
    ("refused", "Non dus"),
    ("awaiting", "Heures contestées sans ticket"),
    ("late_handed", "Remis après la demande de gel"),
)
_RESIDUE: Final = (
    ("funded", "Financés"),
    ("residue", "Financés, jamais utilisés"),
    ("unfunded", "Non financés, jamais utilisés"),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """One side: who it is, who signed for which organisation and when; `signed` empty while it has not."""

    side: str
    organisation: str
    signer: str
    signed: str


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """`content` is the frozen text, parsed; `digest` the SHA-256 of its bytes in hexadecimal."""

    content: Mapping[str, Any]
    digest: str
    drawn_on: date
    signatures: Sequence[Signature]

    @property
    def is_signed(self) -> bool:
        """Tell whether both sides signed."""
        return all(one.signed for one in self.signatures)


def statement_pdf(sheet: StatementSheet) -> bytes:
    """Return the PDF: tagged, fonts embedded; same content and signatures, same bytes."""
    content = sheet.content
    title = AMENDMENT if content["amends"] else TITLE
    about = About(
        title=f"{title} {content['number']}", author=content["issuer"]["name"], subject=content["wave"]["name"]
    )
    doc = ReportDocument(about, footer=f"{content['number']} · {content['funder']['name']} · {sheet.digest[:16]}")
    _head(doc, sheet, title)
    _orders(doc, content)
    _signatures(doc, sheet)
    _proof(doc, sheet)
    out = BytesIO()
    doc.write(out)
    return out.getvalue()


def _count(value: int) -> str:
    return f"{value:,}".replace(",", NARROW_NBSP)


def _day(text: str) -> str:
    return long_date(date.fromisoformat(text))


def _signed_euros(cents: int) -> str:
    return euros(cents) if cents <= 0 else f"+{euros(cents)}"


def _head(doc: ReportDocument, sheet: StatementSheet, title: str) -> None:
    content, wave = sheet.content, sheet.content["wave"]
    doc.title(f"{title}", f"N° {content['number']}, établi le {long_date(sheet.drawn_on)}")
    if content["amends"]:
        doc.paragraph(
            f"Ce document complète le décompte {content['amends']} et ne le remplace pas : il porte la différence"
            " constatée depuis.",
            "lead",
        )
    credit = content["credited_before_cents"] + content["change_cents"]
    figures = [
        (euros(credit), "avoir en tout"),
        (_count(sum(one["residue"] for one in content["orders"])), "tickets financés, jamais utilisés"),
        (euros(wave["face_value_cents"]), "valeur faciale d’un ticket"),
    ]
    if content["amends"]:
        figures.insert(0, (_signed_euros(content["change_cents"]), "porté par cet avenant"))
    doc.key_figures(figures)
    doc.table(
        [Column("Quoi", 1, is_row_header=True), Column("Valeur", 2.6)],
        [
            ["Fournisseur des chèques", _party(content["issuer"])],
            ["Financeur", _party(content["funder"])],
            ["Vague", f"{wave['name']}, marché {wave['contract']}"],
            ["Validité imprimée", f"du {_day(wave['valid_from'])} au {_day(wave['valid_until'])}"],
            ["Dernier jour d’utilisation", _day(wave["redeemable_until"])],
            ["TVA", "Sans objet : la valeur faciale n’en porte pas."],
        ],
        caption="Les parties et la vague",
    )


def _party(party: Mapping[str, str]) -> str:
    siret = party.get("siret", "")
    groups = (siret[:3], siret[3:6], siret[6:9], siret[9:])
    told = [party["name"], party.get("address", ""), f"SIRET {NARROW_NBSP.join(groups)}" if siret else ""]
    return ", ".join(part for part in told if part)


def _orders(doc: ReportDocument, content: Mapping[str, Any]) -> None:
    orders, value = content["orders"], content["wave"]["face_value_cents"]
    doc.heading("Commande par commande")
    _table(doc, orders, _TITLES, "Ce que sont devenus les tickets", rest="Ailleurs")
    doc.paragraph(
        "« À faire » : commandés et jamais produits. « Bloqués » : en opposition. « Ailleurs » : encore chez l’imprimeur, en"
        " transit, en stock, manquants, ou remis sans être périmés à la date du décompte.",
        "small",
    )
    _table(doc, orders, _USED, "Les tickets utilisés et ce qui en est dû")
    _table(doc, orders, _RESIDUE, "Ce qui est crédité", value=value)
    doc.paragraph(
        "L’avoir vaut les tickets financés et jamais utilisés, à la valeur faciale. Un ticket qu’aucune preuve de"
        " financement n’a couvert ne vaut rien : il n’est pas crédité. Une remise faite après la demande de gel est à la"
        " charge du financeur : ses heures utilisées sont dues comme les autres.",
        "small",
    )
    doc.table(
        [Column("Commande", 1, is_row_header=True), Column("SIRET"), Column("Code service"), Column("N° d’engagement")],
        [[o["reference"], o["siret"], o["service_code"] or "–", o["commitment_number"] or "–"] for o in orders],
        caption="Références des commandes",
    )


def _table(
    doc: ReportDocument,
    orders: Sequence[Mapping[str, Any]],
    names: Sequence[tuple[str, str]],
    caption: str,
    *,
    rest: str = "",
    value: int = 0,
) -> None:
    def cells(one: Mapping[str, int]) -> list[str]:
        counted = [_count(one[name]) for name, _ in names]
        counted += [_count(sum(one[name] for name in _ELSEWHERE))] if rest else []
        return counted + ([euros(one["residue"] * value)] if value else [])

    every = (*(name for name, _ in names), *_ELSEWHERE, "residue")
    total = {name: sum(one[name] for one in orders) for name in every}
    titles = [*(label for _, label in names), *([rest] if rest else []), *(["Avoir"] if value else [])]
    doc.table(
        [Column("Commande", 1.45, is_row_header=True), *(Column(t, _width(t), align="right") for t in titles)],
        [[one["reference"], *cells(one)] for one in orders],
        caption=caption,
        total=["Ensemble", *cells(total)],
    )


def _width(title: str) -> float:
    """Return a column's share of the width: what its longest word needs, so that no title is cut inside a word."""
    return max(1.0, max(len(word) for word in title.split()) / LETTERS_PER_SHARE)


def _signatures(doc: ReportDocument, sheet: StatementSheet) -> None:
    doc.heading("Signatures")
    doc.paragraph(
        "Signé des deux côtés : l’avoir tient."
        if sheet.is_signed
        else "L’avoir tient quand les deux côtés ont signé, par deux personnes de deux organisations."
    )
    doc.table(
        [Column("Côté", 1, is_row_header=True), Column("Organisation", 1.4), Column("Par", 1.2), Column("Le", 1.2)],
        [[s.side, s.organisation, s.signer or "–", s.signed or UNSIGNED] for s in sheet.signatures],
        caption="Signatures reçues",
    )


def _proof(doc: ReportDocument, sheet: StatementSheet) -> None:
    seal = sheet.content["seal"]
    doc.heading("Pour vérifier", 3)
    doc.table(
        [Column("Quoi", 1, is_row_header=True), Column("Valeur", 3)],
        [
            ["Compté jusqu’au scellé", str(seal["number"])],
            ["Empreinte du scellé", seal["hash"]],
            ["Empreinte du contenu (SHA-256)", sheet.digest],
        ],
        caption="Ce qui identifie ce décompte",
    )
