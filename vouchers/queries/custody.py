"""The life of one booklet, read from the movements: places and dates, never a person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from vouchers.models import Booklet, Dispute, Handover, MovementLine, ProductionFile, Ticket
from vouchers.models.wave import LARGEST_BOOKLET
from vouchers.states import TICKET_MOVES, Act, HolderKind, TitleStatus

NOWHERE = "–"


@dataclass(frozen=True, slots=True)
class Custody:
    """One line of a booklet's history."""

    happened_at: datetime
    recorded_at: datetime
    act: str
    tickets: int
    source: str
    target: str
    by_role: str


def _place(kind: str, organisation: Organisation | None) -> str:
    if organisation:
        return organisation.name
    return NOWHERE if kind == HolderKind.VOID else str(HolderKind(kind).label)


def role_label(value: str) -> str:
    """Return the French name of the role copied onto a fact."""
    return str(Role(value).label) if value in Role.values else "Système"


def custody_of(*, booklet: Booklet) -> list[Custody]:
    """Return the movements of a booklet, oldest first, in one statement."""
    lines = MovementLine.objects.filter(booklet=booklet).select_related(
        "movement", "movement__from_organisation", "movement__to_organisation"
    )
    return [
        Custody(
            happened_at=line.movement.happened_at,
            recorded_at=line.movement.recorded_at,
            act=str(Act(line.movement.act).label),
            tickets=line.tickets_count,
            source=_place(line.movement.from_kind, line.movement.from_organisation),
            target=_place(line.movement.to_kind, line.movement.to_organisation),
            by_role=role_label(line.movement.by_role),
        )
        for line in lines.order_by("movement_id")
    ]


def ticket_states(*, booklet: Booklet) -> list[tuple[TitleStatus, int]]:
    """Return how many tickets of a booklet are in each state."""
    rows = Ticket.objects.filter(booklet=booklet).values("status").order_by("status").annotate(n=Count("pk"))
    return [(TitleStatus(row["status"]), row["n"]) for row in rows]


def blockable_tickets(*, booklet: Booklet) -> list[tuple[int, str]]:
    """Return (position, public reference) of the tickets that an opposition would block, in order."""
    left = Ticket.objects.filter(booklet=booklet, status=booklet.status)
    if booklet.status not in TICKET_MOVES[Act.BLOCK].sources:
        return []
    return list(left.order_by("position").values_list("position", "ref"))


def remainder_of(*, dispute: Dispute) -> QuerySet[Ticket]:
    """Return the tickets that an opposition may send to a replacement: blocked, and not named by another one.

    An hour given back to a booklet blocked meanwhile is in no mask: it goes with whichever opposition is replaced.
    """
    others = Dispute.objects.filter(booklet=dispute.booklet_id).exclude(pk=dispute.pk).values_list("mask", flat=True)
    taken = [p for p in range(1, LARGEST_BOOKLET + 1) if any(mask >> (p - 1) & 1 for mask in others)]
    blocked = Ticket.objects.filter(booklet=dispute.booklet_id, status=TitleStatus.BLOCKED)
    return blocked.exclude(position__in=taken).order_by("position")


def dispute_to_follow(*, booklet: Booklet) -> Dispute | None:
    """Return the latest opposition on a booklet that still waits for a replacement, else the latest one."""
    disputes = Dispute.objects.filter(booklet=booklet).select_related("movement", "replacement", "replacement__wave")
    found = list(disputes.order_by("-pk"))
    waiting = (d for d in found if d.replacement_id is None and remainder_of(dispute=d).exists())
    return next(waiting, found[0] if found else None)


def replacements_of(*, booklet: Booklet) -> list[Booklet]:
    """Return the booklets that took over tickets of this one, in number order."""
    return list(Booklet.objects.filter(replaces=booklet).select_related("wave").order_by("number"))


def current_handover(*, booklet: Booklet) -> Handover | None:
    """Return the hand-over that holds, None when the booklet was not handed over or it was undone."""
    given = Handover.objects.filter(booklet=booklet, undone_at__isnull=True)
    return given.select_related("distributor").first()


def replacement_file(*, booklet: Booklet) -> ProductionFile | None:
    """Return the one-booklet PDF of a replacement, once it is made."""
    if booklet.replaces_id is None:
        return None
    files = ProductionFile.objects.filter(order=booklet.order, first_number=booklet.number, last_number=booklet.number)
    return files.order_by("-pk").first()
