"""The end of a wave recounted the slow way: each sealed movement replayed ticket by ticket, in plain Python."""

from collections import Counter
from datetime import datetime

from mediation.models import ClosingStatement, OwedDecision, RedemptionLine
from passnum.accounts.models import Organisation
from vouchers.models import Booklet, MovementLine, SealEntry, Ticket, Wave


def root_of(booklet: Booklet) -> Booklet:
    """The booklet that was ordered, however many times it was given again."""
    while booklet.replaces_id:
        booklet = Booklet.objects.get(pk=booklet.replaces_id)
    return booklet


def states_at(wave: Wave, seal_number: int) -> dict[tuple[int, int], str]:
    """The state of each ticket (booklet, position) of a wave, what was replaced left out."""
    states: dict[tuple[int, int], str] = {}
    for entry in SealEntry.objects.select_related("seal", "movement").order_by("seal__number", "position"):
        if entry.seal.number > seal_number:
            break
        for line in MovementLine.objects.filter(movement=entry.movement, booklet__wave=wave):
            for position in range(1, 11):
                if line.mask >> (position - 1) & 1:
                    states[line.booklet_id, position] = entry.movement.to_state
    return {place: state for place, state in states.items() if state != "REPLACED"}


def recount(wave: Wave, funder: Organisation, seal_number: int, at: datetime) -> Counter[str]:
    """Tickets of a funder by state; `residue` were funded and never used; `owed:…` by last decision known."""
    found: Counter[str] = Counter()
    for (pk, _), state in states_at(wave, seal_number).items():
        booklet = Booklet.objects.get(pk=pk)
        if booklet.funder_id != funder.pk:
            continue
        root = root_of(booklet)
        is_funded = root.funded_at is not None and root.funded_at <= at
        found[state] += 1
        found["residue"] += state != "REDEEMED" and is_funded
        found["unfunded"] += state != "REDEEMED" and not is_funded
    known = set(SealEntry.objects.filter(seal__number__lte=seal_number).values_list("movement_id", flat=True))
    for line in RedemptionLine.objects.filter(wave=wave, funder=funder, movement__isnull=False):
        decisions = [d for d in OwedDecision.objects.filter(line=line).order_by("rank") if d.movement_id in known]
        if decisions and decisions[-1].owed != "UNDONE":
            found[f"owed:{decisions[-1].owed}"] += line.tickets_count
    return +found


def told(statement: ClosingStatement) -> Counter[str]:
    """What a statement says, in the same words."""
    found: Counter[str] = Counter()
    owed = {
        "payable": "PAYABLE",
        "pending": "PENDING_CONFIRMATION",
        "contested": "CONTESTED",
        "refused": "REFUSED",
    }
    for line in statement.lines.all():
        for state in ("produced", "in_transit", "in_stock", "missing", "handed_over", "redeemed", "expired"):
            found[state.upper()] += getattr(line, state)
        for state in ("blocked", "cancelled", "destroyed"):
            found[state.upper()] += getattr(line, state)
        for name, value in owed.items():
            found[f"owed:{value}"] += getattr(line, name)
        found["residue"] += line.residue
        found["unfunded"] += line.unfunded
    return +found


def residue_by_status(wave: Wave, funder: Organisation) -> int:
    """The residue by the present statuses of the tickets: another source than the movements."""
    tickets = Ticket.objects.filter(booklet__wave=wave, booklet__funder=funder).exclude(
        status__in=["REDEEMED", "REPLACED"]
    )
    return sum(root_of(t.booklet).funded_at is not None for t in tickets.select_related("booklet"))
