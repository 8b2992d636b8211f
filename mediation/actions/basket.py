"""The tickets that somebody presents together, as the texts that were scanned or typed."""

from collections.abc import Sequence
from typing import Final

from mediation.queries.ticket import ReadCode, read_code
from passnum.kit.errors import DomainError, InvalidInput

# A basket holds a workshop's tickets; beyond, somebody scans a pile.
MOST_TICKETS: Final = 60


class TicketTwice(DomainError):
    code = "TICKET_TWICE"
    message = "Le même ticket est deux fois dans la liste. Retirez-en un."
    status = 422


def read_basket(codes: Sequence[str]) -> list[ReadCode]:
    """Read the codes of a basket. Raises InvalidInput, TicketTwice and what `read_code` raises."""
    if not codes:
        raise InvalidInput(sentence="Scannez ou tapez au moins un ticket.")
    if len(codes) > MOST_TICKETS:
        raise InvalidInput(sentence=f"Un acte prend au plus {MOST_TICKETS} tickets : faites-en plusieurs.")
    read = [read_code(text) for text in codes]
    check_each_once(read)
    return read


def check_each_once(codes: Sequence[ReadCode]) -> None:
    """Raise TicketTwice for a ticket that stands twice, scanned or typed."""
    seen: set[bytes] = set()
    for code in codes:  # scanned, a code has one digest; typed, one for each key: the same ticket shares one
        if not seen.isdisjoint(code.digests):
            raise TicketTwice
        seen.update(code.digests)
