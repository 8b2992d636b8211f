"""Rows for the register's own tests: a whole story told by the real actions, and an owner's hand to spoil it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from mediation.actions.appointment import set_first_appointment
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.undo import undo_redemption
from mediation.states import AppointmentStatus, UndoReason
from passnum.accounts.models import Organisation
from tests.lifecycle import Scene
from vouchers.actions.attribution import attribute_seals
from vouchers.actions.contact import record_contact
from vouchers.actions.destruction import propose_destruction, seal_lot, sign_destruction
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.dispute import block_booklet
from vouchers.actions.expiry import expire_wave
from vouchers.actions.funding import add_funding_line
from vouchers.actions.handover import undo_handover
from vouchers.actions.handover_activation import activate_handover
from vouchers.actions.inventory import close_inventory, read_booklets, start_inventory
from vouchers.actions.recall import recall_stock, withdraw_recall
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import (
    ConfirmationOutcome,
    ContactKind,
    ContactPurpose,
    DestructionMethod,
    DisputeReason,
    FundingBase,
    Handover,
    HandoverChannel,
    Order,
)
from vouchers.register.sealer import seal_movements
from vouchers.states import DiscrepancyStatus

OWN_APPS = ("vouchers", "mediation")


@dataclass
class Story:
    """What happened, by name: a test says which row it spoils."""

    scene: Scene
    used: int
    replaced: int
    replacement: int
    in_stock: int
    undone: int
    missing: int
    expired: int


@transaction.atomic
def tell() -> Story:
    """Every act there is, at least once, sealed in three blocks; what is last is left unsealed."""
    scene = Scene()
    booklets = scene.delivered((scene.ccas, 5, 4), (scene.other_ccas, 6, 2))
    used, lost, undone, in_stock = booklets[:4]
    _promise(scene, used.order, scene.metropole)
    for booklet in (used, lost):
        scene.hand_over(booklet)
    codes = scene.codes(used)
    scene.redeem(codes[0], codes[1], minutes=120)
    mistake = scene.redeem(codes[2])
    undo_redemption(redemption=mistake, reason=UndoReason.WRONG_TICKET, by=scene.mediator, at=scene.tick(), key=uuid4())
    seal_movements(at=scene.tick())
    scene.redeem(scene.codes(lost)[0])
    replacement = scene.reissue(scene.block(lost))
    scene.redeem(scene.codes(replacement)[0], site=scene.other_site, by=scene.other_mediator)
    undo_handover(handover=scene.hand_over(undone), by=scene.agent, at=scene.tick())
    block_booklet(booklet=booklets[4], reason=DisputeReason.STOLEN, by=scene.pilot, at=scene.tick(), key=uuid4())
    seal_movements(at=scene.tick())
    missing = _lose_one(scene)
    _destroy_one(scene)
    _count_the_drawer(scene)
    expired = _expire(scene)
    scene.redeem(scene.codes(undone)[0])  # nobody recorded this hand-over
    noticed = Handover.objects.get(booklet=undone, channel=HandoverChannel.AT_USE)
    answer_handover_at_use(handover=noticed, outcome=ConfirmationOutcome.CONFIRMED, by=scene.agent, at=scene.tick())
    seal_movements(at=scene.tick())
    attribute_seals(at=scene.now)
    scene.mandate()
    posted = scene.post(in_stock)
    contact = {"kind": ContactKind.PHONE, "value": "0612345678", "purposes": [ContactPurpose.REMINDER]}
    record_contact(handover=posted, by=scene.agent, at=scene.tick(), **contact)
    activate_handover(handover=posted, by=scene.agent, at=scene.tick())
    alone = AppointmentStatus.GOES_ALONE
    set_first_appointment(handover=posted, choice=alone, by=scene.agent, at=scene.tick(), key=uuid4())
    return Story(scene, used.pk, lost.pk, replacement.pk, in_stock.pk, undone.pk, missing, expired)


def _promise(scene: Scene, order: Order, co_funder: Organisation) -> None:
    add_funding_line(
        order=order,
        co_funder=co_funder,
        is_state=False,
        rate_points=2_000,
        ceiling_cents=10_000,
        base=FundingBase.USED,
        target_publics=[],
        by=scene.pilot,
        at=scene.tick(),
    )


def _lose_one(scene: Scene) -> int:
    """An order of which two booklets are missing at reception, one lost for good; two co-funders and two proofs."""
    order = scene.produced((scene.ccas, 5, 3))
    for co_funder in (scene.metropole, scene.operator):
        _promise(scene, order, co_funder)
    scene.fund(order, 5_500)
    first, gone, last = order.booklets.order_by("number").values_list("number", flat=True)
    shipment = send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(first, last)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    receive_shipment(shipment=shipment, missing=[gone, last], by=scene.agent, at=scene.tick())
    lost = DiscrepancyStatus.LOST
    say_of_missing(shipment=shipment, numbers=[gone], word=lost, by=scene.pilot, at=scene.tick())
    return order.booklets.get(number=last).pk


def _expire(scene: Scene) -> int:
    """A short wave, one ticket of which was used before its end."""
    wave = scene.make_wave(2, valid_until=date(2026, 3, 3), grace_days=0)
    booklet = scene.in_hand(wave=wave)
    scene.redeem(scene.codes(booklet)[0])
    expire_wave(wave=wave, by=scene.pilot, at=scene.now + timedelta(days=3))
    return booklet.pk


def _destroy_one(scene: Scene) -> None:
    """A booklet comes back, is sealed, and destroyed by two people; two recalls, one of them withdrawn."""
    order = scene.produced((scene.ccas, 5, 1))
    (number,) = order.booklets.values_list("number", flat=True)
    terms: dict[str, Any] = {"wave": scene.wave, "by": scene.pilot}
    shipment = send_booklets(
        **terms, sender=None, recipient=scene.metropole, ranges=[(number, number)], at=scene.tick(), key=uuid4()
    )
    receive_shipment(shipment=shipment, missing=[], by=scene.pilot, at=scene.tick())
    asked: dict[str, Any] = {"holder": scene.metropole, "recipient": scene.ccas, "count": 1, "reason": "Stock dormant"}
    recall = recall_stock(**terms, **asked, at=scene.tick())
    withdraw_recall(recall=recall, by=scene.pilot, at=scene.tick())
    recall_stock(**terms, **asked, at=scene.tick())
    lot = seal_lot(
        **terms,
        holder=scene.metropole,
        ranges=[(number, number)],
        counted=1,
        seal_reference="S-1",
        at=scene.tick(),
        key=uuid4(),
    )
    report = propose_destruction(lot=lot, method=DestructionMethod.SHREDDED, by=scene.pilot, at=scene.tick())
    sign_destruction(report=report, by=scene.second_pilot, at=scene.tick())


def _count_the_drawer(scene: Scene) -> None:
    """Two inventories of the CCAS, the second one still open; a count with a gap."""
    numbers = [1, 2]
    for is_closed in (True, False):
        inventory = start_inventory(holder=scene.ccas, wave=scene.wave, by=scene.agent, at=scene.tick())
        read_booklets(inventory=inventory, numbers=numbers, by=scene.agent, at=scene.tick())
        if is_closed:
            close_inventory(inventory=inventory, by=scene.agent, at=scene.tick())


def _tables() -> list[str]:
    return [m._meta.db_table for m in apps.get_models() if m._meta.app_label in OWN_APPS]


@cache
def _loosening() -> tuple[str, ...]:
    """Statements, as the owner, that take away the constraints and partial indexes of the tables."""
    tables = _tables()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'c', 'u', 'x')"
            " ORDER BY contype = 'u', conname",
            [tables],
        )
        drops = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE' for table, name in cursor.fetchall()]
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
            " AND indisunique AND indpred IS NOT NULL",
            [tables],
        )
        drops += [f"DROP INDEX {name}" for (name,) in cursor.fetchall()]
    return tuple(drops)


@contextmanager
def without_triggers() -> Iterator[CursorWrapper]:
    """As the owner, with the constraints but no trigger, until the end of the block; nothing of it stays."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(";".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in _tables()))
        yield cursor
        transaction.set_rollback(True, using="owner")


@contextmanager
def without_guards() -> Iterator[CursorWrapper]:
    """As the owner, without trigger nor constraint, until the end of the block; nothing of it stays."""
    with without_triggers() as cursor:
        cursor.execute(";".join(_loosening()))
        yield cursor
