from typing import Any
from uuid import UUID, uuid4

import pytest

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, KeyReused
from tests.lifecycle import Scene, organisation, person
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions.dispute import block_booklet
from vouchers.actions.ranges import RangeNotHeld
from vouchers.actions.recall import recall_stock
from vouchers.actions.shipment import (
    NumberNotInShipment,
    ShipmentAlreadyReceived,
    receive_shipment,
    send_booklets,
)
from vouchers.models import Booklet, DisputeReason, Movement, Order, OrderStep, Shipment
from vouchers.policies.custody import RecipientNotYours
from vouchers.states import Act, HolderKind, OrderAct, OrderStatus, ShipmentStatus, TitleStatus

TEN_MILLION = 10_000_000


@pytest.fixture
def scene(bare: Scene) -> Scene:
    bare.make_relay(bare.other_ccas)
    return bare


def send(
    scene: Scene, *ranges: tuple[int, int], sender: Organisation | None = None, key: UUID | None = None, **terms: Any
) -> Shipment:
    given: dict[str, Any] = {"wave": scene.wave, "recipient": scene.ccas, "by": scene.pilot}
    if sender:
        given |= {"by": person(sender, Role.DISTRIBUTOR), "recipient": scene.other_ccas}
    return send_booklets(sender=sender, ranges=ranges, at=scene.tick(), key=key or uuid4(), **(given | terms))


def receive(scene: Scene, shipment: Shipment, *missing: int) -> Shipment:
    by = person(shipment.to_organisation, Role.DISTRIBUTOR)
    return receive_shipment(shipment=shipment, missing=missing, by=by, at=scene.tick())


def where(*numbers: int) -> list[tuple[str, str, int | None]]:
    found = Booklet.objects.filter(number__in=numbers).order_by("number")
    return list(found.values_list("status", "holder_kind", "holder_id"))


def test_booklets_go_from_hand_to_hand(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 4))
    shipment = send(scene, (3, 4), (1, 1))
    assert (shipment.sent_count, shipment.status) == (3, ShipmentStatus.SENT)
    assert where(1, 2) == [
        (TitleStatus.IN_TRANSIT, HolderKind.PRINTER, None),
        (TitleStatus.PRODUCED, HolderKind.PRINTER, None),
    ]
    receive(scene, shipment)
    assert where(1, 3, 4) == [(TitleStatus.IN_STOCK, HolderKind.ORGANISATION, scene.ccas.pk)] * 3
    assert Order.objects.get().status == OrderStatus.IN_PRODUCTION  # number 2 is still at the printer

    receive(scene, send(scene, (2, 2)))
    assert Order.objects.get().status == OrderStatus.DELIVERED
    receive(scene, send(scene, (1, 2), sender=scene.ccas))
    assert where(1, 2) == [(TitleStatus.IN_STOCK, HolderKind.ORGANISATION, scene.other_ccas.pk)] * 2
    assert OrderStep.objects.filter(act=OrderAct.RECORD_DELIVERY).count() == 1
    check_register()


def test_the_issuer_and_the_metropole_hold_stock_too(scene: Scene) -> None:
    scene.produced()
    shipment = send(scene, (1, 2), recipient=scene.metropole)
    receive_shipment(shipment=shipment, missing=[], by=scene.pilot, at=scene.tick())
    receive(scene, send(scene, (1, 2), sender=scene.metropole, by=scene.pilot, recipient=scene.ccas))
    assert where(1, 2) == [(TitleStatus.IN_STOCK, HolderKind.ORGANISATION, scene.ccas.pk)] * 2
    check_register()


@pytest.mark.parametrize(
    "ranges",
    [[], [(0, 1)], [(-1, 1)], [(2, 1)], [(1, 2), (2, 2)], [(1, 2), (1, 2)], [(2, 2), (1, 3)]],
    ids=str,
)
def test_ranges_that_make_no_sense_are_refused(scene: Scene, ranges: list[tuple[int, int]]) -> None:
    scene.produced((scene.ccas, 5, 3))
    with refused(InvalidInput):
        send(scene, *ranges)


@pytest.mark.parametrize("last", [4, TEN_MILLION, 2**31, 2**63], ids=str)
def test_a_range_is_held_whole_or_not_at_all(scene: Scene, last: int) -> None:
    scene.produced((scene.ccas, 5, 3))
    with refused(RangeNotHeld):
        send(scene, (1, last))
    with refused(RangeNotHeld):  # the good range of the same parcel stays too
        send(scene, (1, 2), (4, last))


def test_only_what_is_here_and_free_is_sent(scene: Scene) -> None:
    one, two, _ = scene.delivered((scene.ccas, 5, 3))
    scene.hand_over(one)
    with refused(RangeNotHeld):
        send(scene, (1, 3), sender=scene.ccas)  # handed over
    scene.block(two)
    with refused(RangeNotHeld):
        send(scene, (2, 2), sender=scene.ccas)  # blocked
    with refused(RangeNotHeld):
        send(scene, (3, 3))  # not at the printer any more
    with refused(RangeNotHeld):
        send(scene, (3, 3), sender=scene.other_ccas, recipient=scene.ccas)  # another's stock
    other_wave = scene.make_wave(2)
    with refused(RangeNotHeld):
        send(scene, (3, 3), sender=scene.ccas, wave=other_wave)
    send(scene, (3, 3), sender=scene.ccas)
    with refused(RangeNotHeld):
        send(scene, (3, 3), sender=scene.ccas)  # on its way already


def test_a_ccas_serves_its_relays_and_no_stranger(bare: Scene) -> None:
    """Whom it depends on, whom it serves, whoever issues: nobody else, unless a recall says so."""
    relay = bare.make_relay(organisation("Centre social", OrganisationKind.ASSOCIATION))
    sibling = bare.make_relay(organisation("Médiathèque", OrganisationKind.ASSOCIATION))
    stranger = organisation("CCAS de Sceaux", OrganisationKind.CCAS)
    bare.delivered((bare.ccas, 5, 4), (relay, 5, 3))
    with refused(RecipientNotYours):
        send(bare, (1, 1), sender=bare.ccas, recipient=stranger)
    for recipient in (sibling, stranger):
        with refused(RecipientNotYours):
            send(bare, (5, 5), sender=relay, recipient=recipient)
    receive(bare, send(bare, (1, 1), sender=bare.ccas, recipient=relay))
    receive(bare, send(bare, (5, 5), sender=relay, recipient=bare.ccas))
    send(bare, (6, 6), sender=relay, recipient=bare.metropole)
    recall_stock(
        wave=bare.wave,
        holder=bare.ccas,
        recipient=stranger,
        count=1,
        reason="Stock dormant",
        by=bare.pilot,
        at=bare.tick(),
    )
    receive(bare, send(bare, (2, 2), sender=bare.ccas, recipient=stranger))
    with refused(RecipientNotYours):  # what was asked is done
        send(bare, (3, 3), sender=bare.ccas, recipient=stranger)
    check_register()


def test_nobody_sends_to_themselves(scene: Scene) -> None:
    scene.delivered()
    with refused(InvalidInput):
        send(scene, (1, 1), sender=scene.ccas, recipient=scene.ccas)


def test_the_same_key_gives_the_first_shipment(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 3))
    key = uuid4()
    first = send(scene, (1, 1), (3, 3), key=key)
    before = fingerprint()
    assert send(scene, (3, 3), (1, 1), key=key) == first
    assert fingerprint() == before
    with refused(KeyReused):
        send(scene, (1, 1), (2, 2), key=key)
    with refused(KeyReused):
        send(scene, (1, 1), (3, 3), key=key, recipient=scene.other_ccas)
    with refused(KeyReused):
        send(scene, (1, 1), (3, 3), key=key, by=person(scene.funder, Role.PILOT))


def test_a_gap_is_a_discrepancy_at_the_senders_charge(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 3))
    shipment = receive(scene, send(scene, (1, 3)), 2, 2)
    assert (shipment.status, shipment.received_count) == (ShipmentStatus.RECEIVED_WITH_GAP, 2)
    assert where(2) == [(TitleStatus.MISSING, HolderKind.PRINTER, None)]
    assert Order.objects.get().status == OrderStatus.DELIVERED  # nothing is at the printer nor on its way
    check_register()

    onwards = receive(scene, send(scene, (1, 1), (3, 3), sender=scene.ccas), 1, 3)
    assert (onwards.status, onwards.received_count) == (ShipmentStatus.RECEIVED_WITH_GAP, 0)
    assert where(1, 3) == [(TitleStatus.MISSING, HolderKind.ORGANISATION, scene.ccas.pk)] * 2
    assert set(Movement.objects.filter(act=Act.DECLARE_MISSING).values_list("tickets_count", flat=True)) == {5, 10}
    check_register()


def test_what_was_blocked_on_its_way_does_not_arrive(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 2))
    shipment = send(scene, (1, 2))
    block_booklet(
        booklet=Booklet.objects.get(number=1),
        reason=DisputeReason.STOLEN,
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    with refused(NumberNotInShipment):
        receive(scene, shipment, 1)
    assert receive(scene, shipment).status == ShipmentStatus.RECEIVED_WITH_GAP
    check_register()


def test_a_shipment_is_received_once(scene: Scene) -> None:
    scene.produced()
    shipment = send(scene, (1, 2))
    stale = Shipment.objects.get(pk=shipment.pk)
    receive(scene, shipment)
    for again in (shipment, stale):
        with refused(ShipmentAlreadyReceived):
            receive(scene, again)
        with refused(ShipmentAlreadyReceived):
            receive(scene, again, 1)


def test_a_number_of_another_shipment_is_told(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 3))
    shipment, _ = send(scene, (1, 1)), send(scene, (2, 2))
    for stranger in (2, 3, 4, TEN_MILLION):
        with refused(NumberNotInShipment) as refusal:
            receive(scene, shipment, 1, stranger)
        assert refusal.value.details == {"number": stranger}
