"""Consume one ticket per hour of one act, and owe the place their face value. This is where money is created."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from mediation.actions.attempt import check_guesses, record_attempt
from mediation.actions.owed import record_first_decision
from mediation.coop import ActType, Equipment, PlaceType, Theme
from mediation.models import ActRecord, AttemptKind, Redemption, RedemptionLine, Service, Site
from mediation.policies.redemption import (
    TicketUnknown,
    check_length,
    check_place,
    check_ticket_alive,
    check_wave,
    place_of,
)
from mediation.queries.ticket import ReadCode, last_use, read_code, site_scope, tickets_of
from mediation.states import Owed
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.idempotency import claim
from vouchers.actions.handover import hand_over_at_use
from vouchers.models import Booklet, ConfirmationOutcome, Handover, HandoverChannel, Movement, Ticket
from vouchers.register.writer import Context, Line, Place, mask_of, record_movement
from vouchers.states import Act, HolderKind, TitleStatus

WITH_PERSON = Place(TitleStatus.HANDED_OVER, HolderKind.PERSON)
CONSUMED = Place(TitleStatus.REDEEMED, HolderKind.CONSUMED)
# A basket holds a workshop's tickets; beyond, somebody scans a pile.
MOST_TICKETS = 60
MINUTES_PER_DAY = 1440
# A device's clock may run ahead of ours by this much.
CLOCK_TOLERANCE = timedelta(minutes=5)


class TicketTwice(DomainError):
    code = "TICKET_TWICE"
    message = "Le même ticket est deux fois dans la liste. Retirez-en un."
    status = 422


@dataclass(frozen=True, slots=True)
class ActDetails:
    """What the act was: real minutes and La Coop's values (mediation/coop.py)."""

    minutes: int
    type: str = ActType.INDIVIDUEL
    place_type: str = PlaceType.LIEU_ACTIVITE
    themes: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    autonomy: str = ""
    is_first: bool | None = None
    extra_paid_cents: int = 0


def check_details(details: ActDetails) -> None:
    """Hold the answers to the national lists. Raises InvalidInput."""
    for values, choices, name in (
        ((details.type,), ActType, "type d'accompagnement"),
        ((details.place_type,), PlaceType, "type de lieu"),
        (details.themes, Theme, "thème"),
        (details.equipment, Equipment, "matériel"),
    ):
        strangers = [v for v in values if v not in choices.values]
        if strangers:
            raise InvalidInput(sentence=f"Ce {name} n'est pas dans la liste : choisissez-en un autre.")
    if not 1 <= details.minutes <= MINUTES_PER_DAY:
        raise InvalidInput(sentence="Indiquez la durée en minutes, de 1 à 1440.")
    if details.extra_paid_cents < 0:
        raise InvalidInput(sentence="Le reste à charge ne peut pas être négatif.")


def canonical_details(details: ActDetails) -> dict[str, object]:
    """Return every answer of an act, whatever the order of its lists: what a repeated request must repeat."""
    return asdict(details) | {"themes": sorted(details.themes), "equipment": sorted(details.equipment)}


def read_basket(codes: Sequence[str]) -> list[ReadCode]:
    """Read the codes of a basket. Raises InvalidInput, TicketTwice and what `read_code` raises."""
    if not codes:
        raise InvalidInput(sentence="Scannez ou tapez au moins un ticket.")
    if len(codes) > MOST_TICKETS:
        raise InvalidInput(sentence=f"Un acte prend au plus {MOST_TICKETS} tickets : faites-en plusieurs.")
    read = [read_code(text) for text in codes]
    seen: set[bytes] = set()
    for code in read:  # scanned, a code has one digest; typed, one for each key: the same ticket shares one
        if not seen.isdisjoint(code.digests):
            raise TicketTwice
        seen.update(code.digests)
    return read


def attempt_redemption(
    *,
    codes: Sequence[str],
    site: Site,
    service: Service,
    details: ActDetails,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
) -> Redemption:
    """Redeem and keep the attempt, whatever its outcome. The door for pages and API.

    Raises what `redeem_tickets` raises, TooManyAttempts, and the sentences of `passnum.kit.codes`.
    """
    digests: list[bytes] = []
    try:
        check_guesses(by=by, at=at)
        read = read_basket(codes)
        digests = [code.digests[0] for code in read]
        with transaction.atomic():
            redemption, is_replay = redeem_tickets(
                codes=read, site=site, service=service, details=details, by=by, at=at, key=key, device_at=device_at
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
        record_attempt(
            kind=AttemptKind.REDEEM,
            site=site,
            digests=digests,
            by=by,
            at=at,
            reason=refusal.code,
            key=key,
            device_at=device_at,
        )
        raise
    return redemption


@transaction.atomic
def redeem_tickets(
    *,
    codes: Sequence[ReadCode],
    site: Site,
    service: Service,
    details: ActDetails,
    by: Actor,
    at: datetime,
    key: UUID,
    device_at: datetime | None = None,
) -> tuple[Redemption, bool]:
    """Consume one ticket per hour of one act, online; tell also whether this key had been served before.

    Raises NotAllowed, KeyReused, InvalidInput, and the refusals of `mediation.policies.redemption`, in their order.
    """
    check_acts_for(by, site.operator, Role.MEDIATOR, Role.SITE_MANAGER)
    check_details(details)
    uid = uuid4()
    content = {
        "codes": sorted(c.identity.hex() for c in codes),
        "service": service.uid,
        "details": canonical_details(details),
    }
    claimed = claim(key=key, act="REDEEM", scope=site_scope(site.uid), content=content, result=uid, at=at)
    if claimed.result:
        return Redemption.objects.get(uid=claimed.result), True
    tickets = lock_tickets(codes, happened_at=at, by=by, at=at)
    _check(tickets, site=site, service=service, details=details, happened_at=at)
    context = Context(
        happened_at=at, at=at, by=by, key=key, subject=uid, details=sealed_details(site, service, details)
    )
    redemption = write_redemption(
        tickets, site=site, service=service, details=details, context=context, device_at=device_at
    )
    return redemption, False


def lock_tickets(codes: Sequence[ReadCode], *, happened_at: datetime, by: Actor, at: datetime) -> list[Ticket]:
    """Lock the tickets of codes, booklets first where a hand-over must be noticed. Raises TicketUnknown."""
    found = tickets_of(codes)
    if len(found) != len(codes):
        raise TicketUnknown
    for booklet in sorted({t.booklet for t in found.values()}, key=lambda b: b.pk):
        _notice_handover(booklet, happened_at=happened_at, by=by, at=at)
    return list(
        Ticket.objects.select_for_update(no_key=True, of=("self",))
        .select_related("booklet", "booklet__wave", "booklet__order", "booklet__funder", "booklet__distributor")
        .filter(pk__in=[t.pk for t in found.values()])
        .order_by("pk")
    )


def _notice_handover(booklet: Booklet, *, happened_at: datetime, by: Actor, at: datetime) -> None:
    """*Remise constatée à l'usage*: funded, received, in validity, but nobody recorded the hand-over."""
    locked = Booklet.objects.filter(pk=booklet.pk, status=TitleStatus.IN_STOCK).select_related("wave").first()
    if locked is None or locked.funded_at is None or locked.funded_at > happened_at:
        return
    if not locked.wave.is_redeemable_at(happened_at):
        return
    hand_over_at_use(booklet=locked, happened_at=happened_at, by=by, at=at)


def _check(
    tickets: Sequence[Ticket], *, site: Site, service: Service, details: ActDetails, happened_at: datetime
) -> None:
    used = last_use(tickets=tickets, site_id=site.pk)
    for t in tickets:
        check_ticket_alive(t, used=used.get(t.pk), happened_at=happened_at)
    for t in tickets:
        check_wave(t, happened_at=happened_at)
    place = place_of(site=site, service=service, happened_at=happened_at)
    for wave in {t.booklet.wave_id: t.booklet.wave for t in tickets}.values():
        check_place(place, wave)
    check_length(tickets, minutes=details.minutes, act_type=details.type)


def sealed_details(site: Site, service: Service, details: ActDetails) -> dict[str, object]:
    """What the seal covers of an act beside its tickets; nothing of the person."""
    return {
        "site": str(site.uid),
        "commune": site.commune_code,
        "service": service.code,
        "minutes": details.minutes,
        "type": details.type,
        "extra_paid_cents": details.extra_paid_cents,
    }


def is_pending(booklet: Booklet) -> bool:
    """Tell whether the hand-over of a booklet was noticed at use and still waits for the distributor's word."""
    return Handover.objects.filter(
        booklet=booklet, undone_at__isnull=True, channel=HandoverChannel.AT_USE, confirmation__isnull=True
    ).exists()


def is_denied(booklet: Booklet) -> bool:
    """Tell whether the distributor said that it never gave this booklet: its hours are contested from then on."""
    return Handover.objects.filter(
        booklet=booklet, undone_at__isnull=True, confirmation__outcome=ConfirmationOutcome.DENIED
    ).exists()


def _owed_of(booklet: Booklet) -> tuple[Owed, str]:
    """What an hour of a booklet is worth to the place, and why."""
    if is_pending(booklet):
        return Owed.PENDING_CONFIRMATION, "HANDOVER_AT_USE"
    if is_denied(booklet):
        return Owed.CONTESTED, "HANDOVER_DENIED"
    return Owed.PAYABLE, "REDEEMED"


def write_redemption(
    tickets: Sequence[Ticket],
    *,
    site: Site,
    service: Service,
    details: ActDetails,
    context: Context,
    device_at: datetime | None,
) -> Redemption:
    """Write the act, its movement, its lines and what is owed, for locked tickets that passed the policies."""
    positions: dict[Booklet, list[int]] = defaultdict(list)
    for t in tickets:
        positions[t.booklet].append(t.position)
    lines = [Line(b.pk, mask_of(found)) for b, found in positions.items()]
    movement = record_movement(Act.REDEEM, source=WITH_PERSON, target=CONSUMED, lines=lines, context=context)
    redemption = create_redemption(site, service, details, context=context, device_at=device_at)
    for booklet, found in positions.items():
        line = create_line(redemption, booklet, mask_of(found), movement)
        owed, reason = _owed_of(booklet)
        record_first_decision(line, owed=owed, reason=reason, movement=movement)
    record_audit(act="REDEEM", subject_type="redemption", subject=redemption.uid, by=context.by, at=context.at)
    return redemption


def create_redemption(
    site: Site,
    service: Service,
    details: ActDetails,
    *,
    context: Context,
    device_at: datetime | None,
    is_offline: bool = False,
    is_late_entry: bool = False,
) -> Redemption:
    """Insert the act and its record; its context carries the act's public id and key."""
    if context.subject is None or context.key is None:
        raise ValueError("an act has a public id and a key")
    redemption = Redemption.objects.create(
        uid=context.subject,
        site=site,
        service=service,
        commune_code=site.commune_code,
        type=details.type,
        minutes=details.minutes,
        extra_paid_cents=details.extra_paid_cents,
        is_offline=is_offline,
        is_late_entry=is_late_entry,
        device_at=device_at,
        happened_at=context.happened_at,
        recorded_at=context.at,
        key=context.key,
        **context.by.columns(),
    )
    ActRecord.objects.create(
        redemption=redemption,
        place_type=details.place_type,
        themes=list(details.themes),
        equipment=list(details.equipment),
        autonomy=details.autonomy,
        is_first=details.is_first,
    )
    return redemption


def create_line(redemption: Redemption, booklet: Booklet, mask: int, movement: Movement | None) -> RedemptionLine:
    """Insert the tickets of one booklet in an act; price, wave, order and organisations are copied for ever."""
    return RedemptionLine.objects.create(
        redemption=redemption,
        booklet=booklet,
        mask=mask,
        tickets_count=mask.bit_count(),
        price_cents=booklet.wave.face_value_cents,
        wave_id=booklet.wave_id,
        order_id=booklet.order_id,
        funder_id=booklet.funder_id,
        distributor_id=booklet.distributor_id,
        movement=movement,
    )
