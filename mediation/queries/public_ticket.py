"""What the public page says of a ticket: nothing of the person, nothing of where hours were used."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mediation.queries.ticket import hours_left
from passnum.kit.clock import paris_date
from passnum.kit.codes.crockford import parse_ref
from passnum.kit.codes.errors import RefMalformed
from vouchers.models import Booklet, Ticket, Wave
from vouchers.states import TitleStatus, WaveStatus


class Fate(StrEnum):
    """What the person can do with the booklet today; one page for each."""

    USABLE = "USABLE"
    NOT_STARTED = "NOT_STARTED"
    NOT_READY = "NOT_READY"
    USED_UP = "USED_UP"
    REPLACED = "REPLACED"
    BLOCKED = "BLOCKED"
    ENDED = "ENDED"
    VOID = "VOID"


_BY_STATUS: dict[str, Fate] = {
    TitleStatus.REPLACED: Fate.REPLACED,
    TitleStatus.BLOCKED: Fate.BLOCKED,
    TitleStatus.CANCELLED: Fate.VOID,
    TitleStatus.DESTROYED: Fate.VOID,
    TitleStatus.EXPIRED: Fate.ENDED,
    TitleStatus.PRODUCED: Fate.NOT_READY,
    TitleStatus.IN_TRANSIT: Fate.NOT_READY,
    TitleStatus.MISSING: Fate.NOT_READY,
}


@dataclass(frozen=True, slots=True)
class PublicTicket:
    """A booklet as its bearer may see it. `is_used`: this very ticket, others of the booklet may remain."""

    fate: Fate
    wave: Wave
    distributor: str
    distributor_commune: str
    size: int
    hours_left: int
    is_used: bool
    is_in_grace: bool

    @property
    def valid_until(self) -> date:
        """The date that is printed."""
        return self.wave.valid_until

    @property
    def redeemable_until(self) -> date:
        """The last day of the grace period."""
        return self.wave.redeemable_until


def public_ticket(*, text: str, at: datetime) -> PublicTicket | None:
    """Return what the public may know of a ticket by its REF; None for a malformed, an unknown or a foreign one."""
    try:
        ref = parse_ref(text)
    except RefMalformed:
        return None
    ticket = (
        Ticket.objects.select_related("booklet__wave", "booklet__distributor", "booklet__holder")
        .filter(ref=ref)
        .first()
    )
    if ticket is None:
        return None
    booklet = ticket.booklet
    giver = booklet.holder or booklet.distributor
    left = hours_left(booklet=booklet).left
    day = paris_date(at)
    return PublicTicket(
        fate=_fate(ticket, booklet, left, at),
        wave=booklet.wave,
        distributor=giver.name,
        distributor_commune=giver.commune_code,
        size=booklet.size,
        hours_left=left,
        is_used=ticket.status == TitleStatus.REDEEMED,
        is_in_grace=booklet.wave.valid_until < day <= booklet.wave.redeemable_until,
    )


def _fate(ticket: Ticket, booklet: Booklet, left: int, at: datetime) -> Fate:
    """Same order as the counter's (mediation.policies.redemption), so that page and mediator say the same."""
    wave = booklet.wave
    alone = _BY_STATUS.get(ticket.status)
    if alone in {Fate.REPLACED, Fate.BLOCKED, Fate.VOID} and alone is not None:
        return alone
    # a used ticket of a booklet that was blocked or replaced since then shares its fate
    whole = _BY_STATUS.get(booklet.status)
    if whole in {Fate.REPLACED, Fate.BLOCKED} and whole is not None:
        return whole
    if alone == Fate.ENDED or wave.status == WaveStatus.CLOSED or not wave.is_redeemable_at(at):
        return Fate.ENDED
    if alone == Fate.NOT_READY or booklet.funded_at is None or wave.status != WaveStatus.OPEN:
        return Fate.NOT_READY
    if left == 0:
        return Fate.USED_UP
    return Fate.NOT_STARTED if paris_date(at) < wave.valid_from else Fate.USABLE
