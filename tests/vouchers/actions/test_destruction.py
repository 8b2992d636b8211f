from typing import Any
from uuid import uuid4

import pytest

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.destruction import (
    BookletPartlyUsed,
    CountDiffers,
    LotAlreadyReported,
    ReportAlreadySigned,
    SecondSignerNeeded,
    propose_destruction,
    seal_lot,
    sign_destruction,
)
from vouchers.actions.ranges import RangeNotHeld
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, DestructionMethod, DestructionReport, SealedLot, Ticket
from vouchers.states import TitleStatus

S = TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    """Booklets 1 to 3 came back to the Métropole."""
    shipment = send_booklets(
        wave=stocked.wave, sender=stocked.ccas, recipient=stocked.metropole, ranges=[(1, 3)], by=stocked.agent,
        at=stocked.tick(), key=uuid4(),
    )  # fmt: skip
    receive_shipment(shipment=shipment, missing=[], by=stocked.pilot, at=stocked.tick())
    return stocked


def seal(scene: Scene, *ranges: tuple[int, int], **terms: Any) -> SealedLot:
    given: dict[str, Any] = {
        "wave": scene.wave,
        "holder": scene.metropole,
        "counted": sum(last - first + 1 for first, last in ranges),
        "seal_reference": "MGP-0042",
        "by": scene.pilot,
        "key": uuid4(),
    }
    return seal_lot(ranges=ranges, at=scene.tick(), **(given | terms))


def propose(scene: Scene, lot: SealedLot, **terms: Any) -> DestructionReport:
    return propose_destruction(
        lot=lot, method=DestructionMethod.SHREDDED, at=scene.tick(), **({"by": scene.pilot} | terms)
    )


def states() -> list[str]:
    return list(Booklet.objects.order_by("number").values_list("status", flat=True))


def test_what_came_back_is_sealed_then_destroyed_by_two_people(scene: Scene) -> None:
    lot = seal(scene, (1, 2))
    assert (lot.number, lot.booklets_count, lot.tickets_count) == (1, 2, 10)
    assert states()[:3] == [S.BLOCKED, S.BLOCKED, S.IN_STOCK]  # a sealed code is worth nothing
    report = propose(scene, lot)
    assert report.number is None
    signed = sign_destruction(report=report, by=scene.second_pilot, at=scene.tick())
    assert signed.number == 1
    assert states()[:3] == [S.DESTROYED, S.DESTROYED, S.IN_STOCK]
    assert set(Ticket.objects.filter(booklet__number__lte=2).values_list("status", flat=True)) == {S.DESTROYED}
    other = propose(scene, seal(scene, (3, 3)))
    assert sign_destruction(report=other, by=person(scene.metropole, Role.ISSUER), at=scene.tick()).number == 2
    check_register()


def test_one_person_does_not_sign_twice(scene: Scene) -> None:
    lot = seal(scene, (1, 3))
    report = propose(scene, lot)
    with refused(SecondSignerNeeded):
        sign_destruction(report=report, by=scene.pilot, at=scene.tick())
    with refused(LotAlreadyReported):
        propose(scene, lot, by=scene.second_pilot)
    sign_destruction(report=report, by=scene.second_pilot, at=scene.tick())
    with refused(ReportAlreadySigned):
        sign_destruction(report=report, by=person(scene.metropole, Role.PILOT), at=scene.tick())


def test_only_the_metropole_and_the_issuer_seal_and_sign(scene: Scene) -> None:
    for by in (scene.agent, scene.finance, person(scene.operator, Role.ISSUER)):
        with refused(NotAllowed):
            seal(scene, (1, 1), by=by)
    with refused(NotAllowed):
        seal(scene, (4, 4), holder=scene.ccas)
    lot = seal(scene, (1, 1))
    for by in (scene.agent, scene.finance, SYSTEM):
        with refused(NotAllowed):
            propose(scene, lot, by=by)
    report = propose(scene, lot)
    with refused(NotAllowed):
        sign_destruction(report=report, by=scene.agent, at=scene.tick())


def test_a_lot_is_counted_and_whole(scene: Scene) -> None:
    with refused(CountDiffers):
        seal(scene, (1, 3), counted=2)
    with refused(RangeNotHeld):
        seal(scene, (1, 4))  # number 4 is in the drawer of the CCAS
    with refused(RangeNotHeld):
        seal(scene, (1, 10_000_000), counted=3)
    for terms in ({"seal_reference": " "}, {"ranges": ()}):
        with refused(InvalidInput):
            seal(scene, *terms.pop("ranges", ((1, 3),)), **terms)
    key = uuid4()
    first = seal(scene, (1, 2), key=key)
    assert seal(scene, (1, 2), key=key) == first
    with refused(RangeNotHeld):
        seal(scene, (2, 3))  # under a seal already


def test_a_booklet_that_was_used_is_not_sealed(scene: Scene) -> None:
    booklet = Booklet.objects.select_related("wave").get(number=4)
    scene.hand_over(booklet)
    scene.redeem(scene.codes(booklet)[0])
    scene.block(booklet)
    with refused(BookletPartlyUsed):
        seal(scene, (4, 4))
