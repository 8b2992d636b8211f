"""What a booklet says on paper: plain values, checked once, ready to draw.

Nothing here is read from the database and nothing is kept: the spendable codes live in memory for the time of the drawing.
"""

from collections.abc import Hashable
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Final

from passnum.kit.codes.code import CODE_LENGTH, display
from passnum.kit.codes.crockford import REF_LENGTH
from passnum.kit.errors import DomainError
from passnum.kit.pdf.fonts import printable

MOST_TICKETS: Final = 10
MOST_CENTS: Final = 99_900
MOST_MINUTES: Final = 600
LONGEST_NUMBER: Final = 20
"""Bounds of what the drawing never cuts: amounts, durations and numbers, unlike names."""


class SheetIncomplete(DomainError):
    """A booklet that cannot be printed as it is."""

    code = "SHEET_INCOMPLETE"
    message = "Ce carnet ne peut pas être imprimé : {reason}"
    status = 422


class TitleProfile(Enum):
    """Which law the title follows; only the printed mentions change."""

    MARCHE = "marche"
    CAP = "cap"


class Layout(Enum):
    """How the leaves are laid on A4 paper."""

    CUT_SHEETS = "cut_sheets"
    ONE_PER_DOCUMENT = "one_per_document"

    @property
    def label(self) -> str:
        """French name of the layout."""
        return {
            Layout.CUT_SHEETS: "Planches A4 à découper",
            Layout.ONE_PER_DOCUMENT: "Un carnet par document",
        }[self]


@dataclass(frozen=True, slots=True)
class TicketFace:
    """One title: its public reference (10 letters), its spendable code (13 letters) and its signed payload (base32)."""

    ref: str
    code: str
    payload: str

    @property
    def displayed_code(self) -> str:
        """« XXXX XXXX XXXXX »."""
        return display(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookletSheet:
    """One booklet to print. Names are cleaned and fitted to their boxes; amounts in cents, lengths of time in minutes."""

    wave_name: str
    """Up to 20 characters it is read at arm's length; beyond, it shrinks."""
    wave_number: int
    """The wave's short number, from 1: gives the shape that tells two waves apart without colour."""
    booklet_number: str
    """Number in the continuous legal series (R.1611-8 CGCT, 3°)."""
    issuer_name: str
    funder_name: str
    tickets: tuple[TicketFace, ...]
    valid_until: date
    site_host: str
    """Host of the QR address and of the public pages, without scheme: « pass.exemple.fr »."""
    face_value_cents: int = 1000
    minutes_per_ticket: int = 60
    issuer_address: str = ""
    """Required by the CAP profile (R.1611-8 CGCT, 1°)."""
    funder_text: str = ""
    """What the funder wants said, cut at 180 characters."""
    distributor_name: str = ""
    grace_sentence: str = ""
    """What happens after `valid_until`, in the words of the wave; cut at 180 characters."""
    help_phone: str = ""
    profile: TitleProfile = TitleProfile.MARCHE
    is_trial: bool = False
    replaces_number: str = ""
    """Number of the booklet that this one replaces."""
    is_reprint: bool = False
    logo: bytes = b""
    """PNG or JPEG of the funder, printed on the cover."""

    def __post_init__(self) -> None:
        """Raise SheetIncomplete when a mention is missing or impossible."""
        reason = self._fault()
        if reason:
            raise SheetIncomplete(reason=reason)

    def _fault(self) -> str:
        if not 1 <= len(self.tickets) <= MOST_TICKETS:
            return f"un carnet porte de 1 à {MOST_TICKETS} tickets."
        if not 1 <= self.face_value_cents <= MOST_CENTS or not 1 <= self.minutes_per_ticket <= MOST_MINUTES:
            return f"un ticket vaut de 0,01 à {MOST_CENTS // 100} euros et de 1 à {MOST_MINUTES} minutes."
        if self.wave_number < 1:
            return "le numéro de la vague commence à 1."
        required = (self.wave_name, self.booklet_number, self.issuer_name, self.funder_name, self.site_host)
        if not all(printable(text).strip() for text in required):
            return "il manque la vague, le numéro, l’émetteur, le financeur ou l’adresse du site."
        if max(len(self.booklet_number), len(self.replaces_number)) > LONGEST_NUMBER:
            return f"un numéro de carnet a {LONGEST_NUMBER} caractères au plus."
        if self.profile is TitleProfile.CAP and not printable(self.issuer_address).strip():
            return "un chèque d’accompagnement personnalisé porte l’adresse de l’émetteur (article R. 1611-8 du CGCT)."
        if any(len(face.ref) != REF_LENGTH or len(face.code) != CODE_LENGTH for face in self.tickets):
            return "une référence ou un code n’a pas la bonne longueur."
        return ""

    @property
    def look(self) -> tuple[Hashable, ...]:
        """All that the drawing depends on apart from its own number and codes: sheets of one look share drawings."""
        return (self.size, *_look(self))

    @property
    def size(self) -> int:
        """Number of tickets."""
        return len(self.tickets)

    @property
    def value_cents(self) -> int:
        """Face value of the whole booklet."""
        return self.size * self.face_value_cents


_look: Final = attrgetter(*(f.name for f in fields(BookletSheet) if f.name not in {"booklet_number", "tickets"}))


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What was written."""

    pages: int
    tickets: int
    booklets: int
