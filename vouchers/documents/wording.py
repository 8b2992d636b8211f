"""Every word printed on a booklet, in plain French: short sentences, one idea each, the same word for the same thing.

Written after the rules of « facile à lire et à comprendre » (Inclusion Europe, 2009): no abbreviation without need, active
verbs, dates in full. The legal mentions keep the words of the law.
"""

from textwrap import shorten
from typing import Final

from passnum.kit.days import long_date
from passnum.kit.money import euros_short
from passnum.kit.pdf.text import typeset
from vouchers.documents.sheet import BookletSheet, TitleProfile

NBSP: Final = "\u00a0"
TITLE: Final = "Pass numérique"
USE_BEFORE: Final = "À utiliser jusqu’au"  # the printed day is included
PROMISE_SHORT: Final = "avec l’ordinateur, le téléphone, internet"
PROMISE_LONG: Final = "Une personne vous aide avec l’ordinateur, le téléphone, la tablette et internet."
CODE_LABEL: Final = f"Si le carré ne se lit pas, tapez ce code{NBSP}:"
STAMP_DATE: Final = f"Date{NBSP}: …… / …… / ………"
CCAS_STAMP: Final = "Cachet de qui remet le carnet"
STAMP_HANDED: Final = f"Remis le{NBSP}: …… / …… / ………"
GUIDE_TITLE: Final = "Comment faire" + NBSP + "?"
NOTICE_TITLE: Final = "À savoir"
TRIAL: Final = "SPÉCIMEN — données d’essai"
TRIAL_WORD: Final = "SPÉCIMEN"
TRIAL_WARNING: Final = "SPÉCIMEN — données d’essai — sans valeur"
PROOF_BAND: Final = f"BON À TIRER{NBSP}–{NBSP}SPÉCIMEN"
NATURE: Final = "médiation numérique"

LONGEST_FREE_TEXT: Final = 180
"""Two lines of the last leaf, in characters."""


def duration(minutes: int) -> str:
    """« 1 heure », « 8 heures », « 45 minutes », « 1 heure 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}minutes"
    text = f"{hours}{NBSP}heure{'s' if hours > 1 else ''}"
    return f"{text}{NBSP}{rest:02d}" if rest else text


def promise(sheet: BookletSheet) -> str:
    """What the booklet gives: « 8 heures d’aide »."""
    return f"{duration(sheet.size * sheet.minutes_per_ticket)} d’aide"


def tickets(count: int) -> str:
    """« 1 ticket », « 8 tickets »."""
    return f"{count}{NBSP}ticket{'s' if count > 1 else ''}"


def value(sheet: BookletSheet) -> str:
    """« 8 tickets de 10 € : 80 € »."""
    each = euros_short(sheet.face_value_cents)
    if sheet.size == 1:
        return f"{tickets(1)} de{NBSP}{each}"
    return f"{tickets(sheet.size)} de{NBSP}{each}, soit{NBSP}{euros_short(sheet.value_cents)}"


def number(sheet: BookletSheet) -> str:
    """« Carnet n° 2-0001234 »."""
    return f"Carnet n°{NBSP}{sheet.booklet_number}"


def ticket_rank(position: int, size: int) -> str:
    """« Ticket 3 sur 8 »."""
    return f"Ticket {position} sur {size}"


def ticket_reference(ref: str, position: int) -> str:
    """« ticket 3 - réf. … » in ASCII, for the fast path of the drawing."""
    return f"ticket {position}   REF {ref[:5]} {ref[5:]}"


def qr_alt(position: int, size: int) -> str:
    """What stands for the code when it is not seen."""
    return f"Code QR du ticket {position} sur {size}"


def places_page(sheet: BookletSheet) -> str:
    """Where the list of places is, as one types it."""
    return f"{sheet.site_host.lower()}/ou-utiliser"


def site_stamp(sheet: BookletSheet) -> str:
    """The label of the frame for the site; a CAP must bear its name, number and address (R.1611-8 CGCT, III)."""
    return f"Cachet du lieu{NBSP}: nom, n° SIRET, adresse" if sheet.profile is TitleProfile.CAP else "Cachet du lieu"


def steps(sheet: BookletSheet) -> tuple[tuple[str, str, str], ...]:
    """The three steps: what to do, an address to type if any, and how."""
    phone = f", ou appelez le{NBSP}{no_break(sheet.help_phone)}" if sheet.help_phone else ""
    return (
        (
            "Choisissez un lieu.",
            places_page(sheet),
            f"Pas d’internet{NBSP}? Demandez à votre CCAS{phone}.",
        ),
        (
            "Venez avec ce carnet.",
            "",
            "Une personne vous aide sur place. Il faut parfois prendre rendez-vous.",
        ),
        (
            f"Donnez {tickets(1)} pour {duration(sheet.minutes_per_ticket)}.",
            "",
            "Le lieu garde le ticket. Vous gardez le carnet.",
        ),
    )


def lost(sheet: BookletSheet) -> str:
    """What to do when the booklet is lost or stolen."""
    return f"Carnet perdu ou volé{NBSP}? Dites-le vite à votre CCAS{NBSP}: il peut le bloquer et le remplacer."


def notices(sheet: BookletSheet) -> list[str]:
    """The mentions of the last leaf. Those that could be cut for want of room come last."""
    lines = [
        f"Ce carnet contient {value(sheet)}. Il est à utiliser jusqu’au {long_date(sheet.valid_until)}.",
        "Un ticket ne s’échange pas contre de l’argent. On ne rend pas la monnaie. On ne peut pas le couper en deux.",
        "Les codes valent de l’argent. Ne les donnez qu’au lieu qui vous aide.",
    ]
    if sheet.grace_sentence:
        lines.insert(1, _keyed_in(sheet.grace_sentence))
    if sheet.replaces_number:
        lines.insert(0, replacement(sheet))
    if sheet.is_reprint:
        lines.insert(0, "Carnet réimprimé. Il remplace l’exemplaire précédent.")
    if sheet.profile is TitleProfile.CAP:
        lines.append(cap_mention(sheet))
    lines.append(f"Émis par {issuer(sheet)}. Financé par {sheet.funder_name}.")
    if sheet.distributor_name:
        lines.append(f"Remis par {sheet.distributor_name}.")
    if sheet.funder_text:
        lines.append(_keyed_in(sheet.funder_text))
    return lines


def short_note(sheet: BookletSheet) -> str:
    """The line under the number on the cover: what this booklet replaces, or nothing."""
    if sheet.replaces_number:
        return f"Remplace le carnet n°{NBSP}{sheet.replaces_number}"
    return "Carnet réimprimé" if sheet.is_reprint else ""


def funder(sheet: BookletSheet) -> str:
    """Who pays, on the cover."""
    return f"Financé par{NBSP}: {sheet.funder_name}"


def replacement(sheet: BookletSheet) -> str:
    """Which booklet this one replaces."""
    return f"Carnet de remplacement du carnet n°{NBSP}{sheet.replaces_number}, qui ne peut plus servir."


def issuer(sheet: BookletSheet) -> str:
    """Name and address of the issuer."""
    return f"{sheet.issuer_name}, {sheet.issuer_address}" if sheet.issuer_address else sheet.issuer_name


def cap_mention(sheet: BookletSheet) -> str:
    """The mentions of a « chèque d'accompagnement personnalisé » (L.1611-6, R.1611-6 and R.1611-8 CGCT)."""
    return (
        f"Chèque d’accompagnement personnalisé (articles L.{NBSP}1611-6 et R.{NBSP}1611-6 du code général des"
        f" collectivités territoriales). Valable pendant l’année civile {sheet.valid_until.year}. Sans remboursement en"
        f" argent, total ou partiel. Prestation{NBSP}: {NATURE}."
    )


def ticket_mention(sheet: BookletSheet) -> str:
    """The small print of each ticket: who issues, who pays; for a CAP all that R.1611-8 CGCT wants on the title."""
    text = f"Émis par {issuer(sheet)}. Financé par {sheet.funder_name}."
    if sheet.profile is TitleProfile.CAP:
        return (
            f"Chèque d’accompagnement personnalisé, année civile {sheet.valid_until.year}. {text}"
            f" Prestation{NBSP}: {NATURE}."
        )
    return f"{text} Ni{NBSP}échange contre de l’argent, ni{NBSP}monnaie rendue."


def no_break(text: str) -> str:
    """Keep a phone number on one line."""
    return text.replace(" ", NBSP)


def _keyed_in(sentence: str) -> str:
    """Cut a free text between two words, so that a long letter does not shrink the mentions, and typeset it."""
    return typeset(shorten(sentence, LONGEST_FREE_TEXT, placeholder="…"))
