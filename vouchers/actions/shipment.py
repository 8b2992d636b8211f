"""Custody: every movement of booklets is sent by one side and received by the other."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.idempotency import claim
from vouchers.actions.order import move_order
from vouchers.actions.printer_file import delete_printer_files
from vouchers.models import Booklet, Order, Shipment, Wave
from vouchers.policies.issuer import check_issues
from vouchers.register.writer import Context, Line, Place, full_mask, project_booklets, record_movement
from vouchers.states import Act, HolderKind, OrderAct, OrderStatus, ShipmentStatus, TitleStatus

RangeOfNumbers = tuple[int, int]


class RangeNotHeld(DomainError):
    code = "RANGE_NOT_HELD"
    message = "Les carnets {first} à {last} ne sont pas tous ici et disponibles : vérifiez les numéros."
    status = 409


class ShipmentAlreadyReceived(DomainError):
    code = "SHIPMENT_ALREADY_RECEIVED"
    message = "Cet envoi est déjà reçu : rien n’a été changé."
    status = 409


class NumberNotInShipment(DomainError):
    code = "NUMBER_NOT_IN_SHIPMENT"
    message = "Le carnet {number} ne fait pas partie de cet envoi : vérifiez le numéro."
    status = 422


def _check_ranges(ranges: Sequence[RangeOfNumbers]) -> None:
    if not ranges:
        raise InvalidInput(sentence="Indiquez au moins une plage de numéros.")
    previous = 0
    for first, last in sorted(ranges):
        if first < 1 or last < first:
            raise InvalidInput(sentence=f"La plage {first} à {last} n’est pas dans l’ordre.")
        if first <= previous:
            raise InvalidInput(sentence=f"Les plages se recouvrent autour du carnet {first}.")
        previous = last


def _locked_range(wave: Wave, ranges: Sequence[RangeOfNumbers], source: Place) -> list[Booklet]:
    """Lock the booklets of ranges, in number order. Raises RangeNotHeld when one is not in the source place."""
    _check_ranges(ranges)
    booklets: list[Booklet] = []
    for first, last in sorted(ranges):
        found = list(
            Booklet.objects.select_for_update(no_key=True)
            .filter(
                wave=wave,
                number__range=(first, last),
                status=source.state,
                holder_kind=source.kind,
                holder_id=source.organisation_id,
            )
            .order_by("number")
        )
        if len(found) != last - first + 1:
            raise RangeNotHeld(first=first, last=last)
        booklets += found
    return booklets


def _place(state: TitleStatus, organisation: Organisation | None) -> Place:
    if organisation is None:
        return Place(state, HolderKind.PRINTER)
    return Place(state, HolderKind.ORGANISATION, organisation.pk)


def _move(act: Act, booklets: Sequence[Booklet], source: Place, target: Place, context: Context) -> None:
    lines = [Line(b.pk, full_mask(b.size)) for b in booklets]
    movement = record_movement(act, source=source, target=target, lines=lines, context=context)
    project_booklets(movement, [b.pk for b in booklets], source=source, target=target)


@transaction.atomic
def send_booklets(
    *,
    wave: Wave,
    sender: Organisation | None,
    recipient: Organisation,
    ranges: Sequence[RangeOfNumbers],
    by: Actor,
    at: datetime,
    key: UUID,
) -> Shipment:
    """Send ranges of booklets; `sender` None is the printer (the issuer or the pilot acts for it).

    Raises NotAllowed, InvalidInput, RangeNotHeld, KeyReused.
    """
    if sender is None:
        check_issues(by, wave, Role.PILOT)
    else:
        check_acts_for(by, sender, Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
        if sender.pk == recipient.pk:
            raise InvalidInput(sentence="L’expéditeur et le destinataire sont les mêmes.")
    uid = uuid4()
    content = {
        "wave": wave.uid,
        "sender": sender.uid if sender else None,
        "recipient": recipient.uid,
        "ranges": [list(r) for r in sorted(ranges)],
    }
    claimed = claim(key=key, act="SEND", scope=f"organisation:{by.organisation_id}", content=content, result=uid, at=at)
    if claimed.result:
        return Shipment.objects.get(uid=claimed.result)
    source = _place(TitleStatus.IN_STOCK if sender else TitleStatus.PRODUCED, sender)
    target = _place(TitleStatus.IN_TRANSIT, sender)
    booklets = _locked_range(wave, ranges, source)
    shipment = Shipment.objects.create(
        uid=uid,
        wave=wave,
        from_kind=source.kind,
        from_organisation=sender,
        to_organisation=recipient,
        sent_count=len(booklets),
        sent_at=at,
        **by.columns(),
    )
    context = Context(happened_at=at, at=at, by=by, key=key, subject=uid, details={"recipient": str(recipient.uid)})
    _move(Act.SEND, booklets, source, target, context)
    Booklet.objects.filter(pk__in=[b.pk for b in booklets]).update(shipment=shipment)
    record_audit(act="SEND", subject_type="shipment", subject=uid, by=by, at=at, booklets=len(booklets))
    return shipment


@transaction.atomic
def receive_shipment(*, shipment: Shipment, missing: Sequence[int], by: Actor, at: datetime) -> Shipment:
    """Receive a shipment, saying which numbers are missing: those stay at the sender's charge, as a discrepancy.

    Raises NotAllowed, NumberNotInShipment, ShipmentAlreadyReceived.
    """
    # the issuer and the Métropole hold stock on its way to the distributors
    check_acts_for(by, shipment.to_organisation, Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
    shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment.pk)
    if shipment.status != ShipmentStatus.SENT:
        raise ShipmentAlreadyReceived
    # orders before booklets, as funding does; two last shipments at once must see one another to end an order
    orders = Booklet.objects.filter(shipment=shipment).values("order_id")
    list(Order.objects.select_for_update(no_key=True).filter(pk__in=orders).order_by("pk"))
    booklets = list(
        Booklet.objects.select_for_update(no_key=True)
        .filter(shipment=shipment, status=TitleStatus.IN_TRANSIT)
        .order_by("number")
    )
    absent = set(missing)
    strangers = absent - {b.number for b in booklets}
    if strangers:
        raise NumberNotInShipment(number=min(strangers))
    arrived = [b for b in booklets if b.number not in absent]
    lost = [b for b in booklets if b.number in absent]
    context = Context(happened_at=at, at=at, by=by, subject=shipment.uid)
    source = _place(TitleStatus.IN_TRANSIT, shipment.from_organisation)
    if arrived:
        _move(Act.RECEIVE, arrived, source, _place(TitleStatus.IN_STOCK, shipment.to_organisation), context)
    if lost:
        _move(Act.DECLARE_MISSING, lost, source, _place(TitleStatus.MISSING, shipment.from_organisation), context)
    is_whole = len(arrived) == shipment.sent_count
    Shipment.objects.filter(pk=shipment.pk).update(
        status=ShipmentStatus.RECEIVED if is_whole else ShipmentStatus.RECEIVED_WITH_GAP,
        received_at=at,
        received_by_id=by.id,
        received_count=len(arrived),
    )
    record_audit(
        act="RECEIVE",
        subject_type="shipment",
        subject=shipment.uid,
        by=by,
        at=at,
        received=len(arrived),
        missing=len(lost),
    )
    _record_deliveries(booklets, by=by, at=at)
    shipment.refresh_from_db()
    return shipment


def _record_deliveries(booklets: Sequence[Booklet], *, by: Actor, at: datetime) -> None:
    """An order is delivered once nothing of it is at the printer nor on its way from there."""
    for order in Order.objects.filter(pk__in={b.order_id for b in booklets}, status=OrderStatus.IN_PRODUCTION).order_by(
        "pk"
    ):
        waiting = Booklet.objects.filter(order=order, holder_kind=HolderKind.PRINTER).exclude(
            status=TitleStatus.MISSING
        )
        planned = sum(order.lines.values_list("quantity", flat=True))
        made = Booklet.objects.filter(order=order, replaces__isnull=True).count()
        if made == planned and not waiting.exists():
            move_order(order, OrderAct.RECORD_DELIVERY, by=by, at=at, delivered_at=at)
            delete_printer_files(order=order, by=SYSTEM, at=at)
