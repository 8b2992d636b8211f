"""What a wave report holds: plain frozen values, no row of the database."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from passnum.kit.canonical import digest_of
from reporting.queries import cards
from reporting.queries.breakdown import Breakdown
from reporting.queries.cards import Figure
from reporting.queries.pair import AsOf, KnownSeal


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What never changes of a wave, and the name its issuer had."""

    number: int
    name: str
    a_on: date
    evaluation_due_on: date
    issuer: str
    contract_number: str
    ticket_minutes: int
    face_value_cents: int
    target_hours: int | None


@dataclass(frozen=True, slots=True)
class StateCount:
    """Booklets and tickets in one state (IP2)."""

    state: str
    label: str
    booklets: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Hours to be told apart. The first three took a ticket and are in the figures; the others are in none.

    None is masked.
    """

    pending: int | None
    contested: int | None
    refused: int | None
    not_counted_contested: int | None
    not_counted_refused: int | None


@dataclass(frozen=True, slots=True)
class WaveReport:
    """A report. Two reports of the same wave, pair and funder are equal, whenever they are computed."""

    wave: WaveFacts
    as_of: AsOf
    seal: KnownSeal
    software_version: str
    funder: str
    is_masked: bool
    states: tuple[StateCount, ...]
    funnel: tuple[tuple[str, int], ...]
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    apart: Apart

    @property
    def ordered_tickets(self) -> int:
        """Tickets ordered: what the states add up to."""
        return sum(state.tickets for state in self.states)

    @property
    def ordered_booklets(self) -> int:
        """Booklets ordered."""
        return sum(state.booklets for state in self.states)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was ordered."""
        return self.ordered_tickets == 0

    @property
    def has_use(self) -> bool:
        """Tell whether an hour was used."""
        return self.figure(cards.HOURS.code).numerator > 0

    def figure(self, code: str) -> Figure:
        """Return an indicator by the code of its card."""
        return next(figure for figure in self.figures if figure.card.code == code)

    def breakdown(self, code: str) -> Breakdown:
        """Return a table by its code."""
        return next(table for table in self.breakdowns if table.code == code)

    def content(self) -> dict[str, Any]:
        """Return the report as plain values (canonical form: integers, texts, dates)."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the report's canonical form: what is printed to recognise it."""
        return digest_of(self.content()).hex()
