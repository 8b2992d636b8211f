"""Record an act after it happened: a paper day typed in later, or a device's offline queue.

That the hour happened is always kept; what is owed is decided by `mediation.policies.late`, ticket by ticket.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from mediation.actions.attempt import check_guesses, record_attempt
from mediation.actions.owed import record_first_decision
from mediation.actions.redemption import (
    CONSUMED,
    ActDetails,
    canonical_details,
    check_details,
    create_line,
    create_redemption,
    is_denied,
    is_pending,
    lock_tickets,
    read_basket,
    sealed_details,
)
from mediation.models import AttemptKind, Redemption, Service, Site
from mediation.policies.late import Past, Ruling, rule_late_ticket
from mediation.policies.redemption import check_length, place_of
from mediation.queries.ticket import ReadCode, site_scope
from mediation.states import Owed
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from passnum.kit.idempotency import claim
from vouchers.models import Booklet, Dispute, Movement, Ticket
from vouchers.register.writer import Context, Line, Place, declare, mask_of, record_movement
from vouchers.states import Act, HolderKind, TitleStatus


class DateOutOfReach(DomainError):
    code = "DATE_OUT_OF_REACH"
    message = "La saisie différée est possible pendant {days} jours, jamais pour un acte à venir. Vérifiez la date."
    status = 422


def attempt_late_entry(
    *,
    codes: Sequence[str],
    site: Site,
    service: Service,
    details: ActDetails,
    happened_at: datetime,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
    is_offline: bool = False,
) -> Redemption:
    """Record a late act and keep the attempt.

    Raises NotAllowed, DateOutOfReach, KeyReused, TicketUnknown, InvalidInput and the sentences of the codes; a ticket
    that was not good at that time is no error: it is recorded, not owed.
    """
    digests: list[bytes] = []
    try:
        check_guesses(by=by, at=at)
        read = read_basket(codes)
        digests = [code.digests[0] for code in read]
        with transaction.atomic():
            redemption, is_replay = _record(
                read,
                site,
                service,
                details,
                happened_at,
                by=by,
                at=at,
                key=key,
                device_at=device_at,
                offline=is_offline,
            )
            record_attempt(
                kind=AttemptKind.REDEEM,
                site=site,
                digests=digests,
                by=by,
                at=at,
                key=key,
                redemption=redemption,
                device_at=device_at,
                is_replay=is_replay,
            )
    except DomainError as refusal:
        record_attempt(kind=AttemptKind.REDEEM, site=site, digests=digests, by=by, at=at, reason=refusal.code, key=key)
        raise
    return redemption


def _record(
    codes: Sequence[ReadCode],
    site: Site,
    service: Service,
    details: ActDetails,
    happened_at: datetime,
    *,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None,
    offline: bool,
) -> tuple[Redemption, bool]:
    """Record the act, or find the one this key had; tell which."""
    check_acts_for(by, site.operator, Role.MEDIATOR, Role.SITE_MANAGER)
    check_details(details)
    uid = uuid4()
    content = {
        "codes": sorted(c.identity.hex() for c in codes),
        "service": service.uid,
        "details": canonical_details(details),
        "happened_at": happened_at,
    }
    claimed = claim(key=key, act="LATE_ENTRY", scope=site_scope(site.uid), content=content, result=uid, at=at)
    if claimed.result:
        return Redemption.objects.get(uid=claimed.result), True
    tickets = lock_tickets(codes, happened_at=happened_at, by=by, at=at)
    days = min(t.booklet.wave.late_entry_days for t in tickets)
    age = (paris_date(at) - paris_date(happened_at)).days  # days of Paris: one in the year has 25 hours
    if happened_at > at or (not offline and age > days):
        raise DateOutOfReach(days=days)
    check_length(tickets, minutes=details.minutes, act_type=details.type)
    place = place_of(site=site, service=service, happened_at=happened_at)
    rulings = [(t, rule_late_ticket(t, past=_past(t), place=place, happened_at=happened_at, at=at)) for t in tickets]
    context = Context(
        happened_at=happened_at,
        at=at,
        by=by,
        key=key,
        subject=uid,
        details={**sealed_details(site, service, details), "late": True},
    )
    redemption = create_redemption(
        site, service, details, context=context, device_at=device_at, is_offline=offline, is_late_entry=not offline
    )
    _write_lines(redemption, rulings, context)
    record_audit(act="LATE_ENTRY", subject_type="redemption", subject=uid, by=by, at=at)
    return redemption, False


def _past(ticket: Ticket) -> Past:
    """Read what a late ruling needs: when it was blocked, and the locked row that replaced it."""
    disputes = Dispute.objects.filter(booklet=ticket.booklet).order_by("happened_at")
    blocked = next((d.happened_at for d in disputes if d.mask >> (ticket.position - 1) & 1), None)
    successor = None
    if ticket.status == TitleStatus.REPLACED:
        list(Booklet.objects.select_for_update(no_key=True).filter(replaces=ticket.booklet))
        successor = (
            Ticket.objects.select_for_update(no_key=True, of=("self",))
            .select_related("booklet", "booklet__wave")
            .filter(uid=ticket.uid)
            .exclude(status=TitleStatus.REPLACED)
            .first()
        )
    return Past(
        blocked_at=blocked,
        successor=successor,
        is_pending=is_pending(ticket.booklet),
        is_denied=is_denied(ticket.booklet),
    )


def _write_lines(redemption: Redemption, rulings: list[tuple[Ticket, Ruling]], context: Context) -> None:
    """One line per booklet and outcome of the ticket presented; movements for what is consumed."""
    groups: dict[tuple[Booklet, Owed, str, str], list[int]] = defaultdict(list)
    for ticket, ruling in rulings:
        consumed = ruling.consumes or ticket
        state = str(ruling.consumes.status) if ruling.consumes else ""
        groups[(consumed.booklet, ruling.owed, ruling.reason, state)].append(consumed.position)
    for (booklet, owed, reason, state), positions in groups.items():
        mask = mask_of(positions)
        if state:
            movement: Movement | None = _consume(booklet, mask, state, context)
        else:
            movement = None
        line = create_line(redemption, booklet, mask, movement)
        told = movement or declare(
            Act.RECORD_CONTESTED,
            place=CONSUMED,
            context=Context(
                happened_at=context.happened_at,
                at=context.at,
                by=context.by,
                key=context.key,
                subject=context.subject,
                details={
                    **context.details,
                    "booklet": [booklet.wave.number, booklet.number],
                    "mask": mask,
                    "owed": owed.value,
                    "reason": reason,
                },
            ),
        )
        record_first_decision(line, owed=owed, reason=reason, movement=told)


def _consume(booklet: Booklet, mask: int, state: str, context: Context) -> Movement:
    kind = HolderKind.PERSON if state == TitleStatus.HANDED_OVER else HolderKind.VOID
    return record_movement(
        Act.REDEEM, source=Place(state, kind), target=CONSUMED, lines=[Line(booklet.pk, mask)], context=context
    )
