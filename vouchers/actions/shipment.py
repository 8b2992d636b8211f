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
from vouchers.actions.ranges import RangeOfNumbers, locked_ranges, move_whole, place_of
from vouchers.actions.recall import follow_recall
from vouchers.models import Booklet, Discrepancy, Order, Shipment, Wave
from vouchers.policies.custody import check_sends_to
from vouchers.policies.issuer import check_issues
from vouchers.register.writer import Context
from vouchers.states import Act, HolderKind, OrderAct, OrderStatus, ShipmentStatus, TitleStatus


class ShipmentAlreadyReceived(DomainError):
    code = "SHIPMENT_ALREADY_RECEIVED"
    message = "Cet envoi est déjà reçu : rien n’a été changé."
    status = 409


class NumberNotInShipment(DomainError):
    code = "NUMBER_NOT_IN_SHIPMENT"
    message = "Le carnet {number} ne fait pas partie de cet envoi : vérifiez le numéro."
    status = 422


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

    Raises NotAllowed, RecipientNotYours, InvalidInput, RangeNotHeld, KeyReused.
    """
    if sender is None:
        check_issues(by, wave, Role.PILOT)
    else:
        check_acts_for(by, sender, Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
        if sender.pk == recipient.pk:
            raise InvalidInput(sentence="L’expéditeur et le destinataire sont les mêmes.")
        check_sends_to(by, sender=sender, recipient=recipient, wave=wave)
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
    source = place_of(TitleStatus.IN_STOCK if sender else TitleStatus.PRODUCED, sender)
    target = place_of(TitleStatus.IN_TRANSIT, sender)
    booklets = locked_ranges(wave, ranges, [source])
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
    move_whole(Act.SEND, booklets, source, target, context)
    Booklet.objects.filter(pk__in=[b.pk for b in booklets]).update(shipment=shipment)
    if sender is not None:
        follow_recall(shipment, at=at)
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
    source = place_of(TitleStatus.IN_TRANSIT, shipment.from_organisation)
    if arrived:
        move_whole(Act.RECEIVE, arrived, source, place_of(TitleStatus.IN_STOCK, shipment.to_organisation), context)
    if lost:
        move_whole(
            Act.DECLARE_MISSING, lost, source, place_of(TitleStatus.MISSING, shipment.from_organisation), context
        )
        Discrepancy.objects.bulk_create(Discrepancy(shipment=shipment, booklet=b, opened_at=at) for b in lost)
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
