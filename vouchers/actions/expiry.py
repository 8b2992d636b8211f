"""End of validity: what was not used by the end of the grace period is worth nothing any more."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError
from vouchers.models import Booklet, Ticket, Wave
from vouchers.register.writer import Context, Line, Place, mask_of, record_movement
from vouchers.states import TICKET_MOVES, Act, HolderKind, TitleStatus

EXPIRED = Place(TitleStatus.EXPIRED, HolderKind.VOID)
EXPIRABLE = TICKET_MOVES[Act.EXPIRE].sources
# Booklets per transaction: bounds locks; asked again after a crash, what is left expires.
BATCH_BOOKLETS = 500


class StillRedeemable(DomainError):
    code = "WAVE_STILL_REDEEMABLE"
    message = "La vague « {wave} » s’utilise encore jusqu’au {until} inclus : rien n’est périmé."
    status = 409


def expire_wave(*, wave: Wave, by: Actor, at: datetime) -> int:
    """Expire every unused ticket of a wave whose grace has passed; return how many. May be run again.

    Raises NotAllowed, StillRedeemable.
    """
    check_role(by, Role.PILOT)
    if wave.is_redeemable_at(at):
        raise StillRedeemable(wave=wave.name, until=wave.redeemable_until.strftime("%d/%m/%Y"))
    expired = 0
    unused = Ticket.objects.filter(booklet=OuterRef("pk"), status__in=EXPIRABLE)
    while True:
        with transaction.atomic():
            booklets = list(
                Booklet.objects.select_for_update(no_key=True)
                .filter(Exists(unused), wave=wave)
                .order_by("number")[:BATCH_BOOKLETS]
            )
            if not booklets:
                return expired
            expired += _expire(booklets, wave=wave, by=by, at=at)


def _expire(booklets: list[Booklet], *, wave: Wave, by: Actor, at: datetime) -> int:
    by_pk = {b.pk: b for b in booklets}
    # tickets of one booklet may have parted (some used, some blocked): each leaves from where it is
    leaving: dict[Place, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    tickets = Ticket.objects.select_for_update(no_key=True).filter(booklet__in=booklets, status__in=EXPIRABLE)
    for t in tickets.order_by("booklet_id", "position"):
        b = by_pk[t.booklet_id]
        place = Place(t.status, HolderKind(b.holder_kind), b.holder_id) if t.status == b.status else _void_or_person(t)
        leaving[place][t.booklet_id].append(t.position)
    context = Context(happened_at=at, at=at, by=by, subject=wave.uid)
    count = 0
    for place, positions in sorted(leaving.items(), key=lambda item: (item[0].state, item[0].organisation_id or 0)):
        lines = [Line(pk, mask_of(found)) for pk, found in sorted(positions.items())]
        movement = record_movement(Act.EXPIRE, source=place, target=EXPIRED, lines=lines, context=context)
        count += movement.tickets_count
        _project(movement.pk, place, list(positions))
    record_audit(act="EXPIRE", subject_type="wave", subject=wave.uid, by=by, at=at, tickets=count)
    return count


def _void_or_person(ticket: Ticket) -> Place:
    if ticket.status == TitleStatus.BLOCKED:
        return Place(ticket.status, HolderKind.VOID)
    return Place(ticket.status, HolderKind.PERSON)


def _project(movement_id: int, place: Place, booklet_ids: list[int]) -> None:
    Booklet.objects.filter(pk__in=booklet_ids, status=place.state).update(
        status=TitleStatus.EXPIRED, holder_kind=HolderKind.VOID, holder=None, movement_id=movement_id
    )
