from uuid import uuid4

import pytest

from mediation.queries.bundle import bundle_at
from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import Scene, organisation, person
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.discrepancy import CannotBeFound, NotInDispute, SamePersonForBothSides, say_of_missing
from vouchers.actions.dispute import block_booklet
from vouchers.actions.loss import report_loss
from vouchers.actions.ranges import RangeNotHeld
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Discrepancy, DisputeReason, LossReport, Shipment
from vouchers.states import Act, DiscrepancyStatus, TitleStatus

D = DiscrepancyStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def gap(scene: Scene, *missing: int, sender: Organisation | None = None, count: int = 4) -> Shipment:
    """A shipment from a relay to its CCAS, or from the printer, some of which did not arrive."""
    if sender is None:
        scene.produced((scene.ccas, 5, count))
    else:
        scene.delivered((sender, 5, count))
    shipment = send_booklets(
        wave=scene.wave,
        sender=sender,
        recipient=scene.ccas,
        ranges=[(1, count)],
        by=person(sender, Role.DISTRIBUTOR) if sender else scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    return receive_shipment(shipment=shipment, missing=missing, by=scene.agent, at=scene.tick())


@pytest.fixture
def relay(scene: Scene) -> Organisation:
    made = organisation("Centre social", OrganisationKind.ASSOCIATION)
    return scene.make_relay(made)


def say(scene: Scene, shipment: Shipment, word: DiscrepancyStatus, *numbers: int, by: object, **terms: str) -> int:
    return say_of_missing(shipment=shipment, numbers=numbers, word=word, by=by, at=scene.tick(), **terms)  # type: ignore[arg-type]


def state(number: int) -> tuple[str, int | None]:
    booklet = Booklet.objects.get(number=number)
    return booklet.status, booklet.holder_id


def test_each_missing_number_is_a_gap_to_settle(scene: Scene) -> None:
    shipment = gap(scene, 2, 4)
    found = Discrepancy.objects.filter(shipment=shipment).order_by("booklet__number")
    assert list(found.values_list("booklet__number", "status")) == [(2, D.OPEN), (4, D.OPEN)]


def test_both_sides_settle_by_the_same_word(scene: Scene, relay: Organisation) -> None:
    shipment = gap(scene, 2, 3, 4, sender=relay)
    sender = person(relay, Role.DISTRIBUTOR)
    assert say(scene, shipment, D.FOUND_BY_SENDER, 2, by=sender) == 0
    assert state(2) == (TitleStatus.MISSING, relay.pk)
    assert say(scene, shipment, D.LOST, 2, by=scene.agent) == 0  # they do not agree
    assert say(scene, shipment, D.FOUND_BY_SENDER, 2, by=scene.agent) == 1
    assert state(2) == (TitleStatus.IN_STOCK, relay.pk)

    say(scene, shipment, D.FOUND_BY_RECIPIENT, 3, by=scene.agent)
    assert say(scene, shipment, D.FOUND_BY_RECIPIENT, 3, by=sender) == 1
    assert state(3) == (TitleStatus.IN_STOCK, scene.ccas.pk)

    say(scene, shipment, D.LOST, 4, by=sender)
    assert say(scene, shipment, D.LOST, 4, by=scene.agent, complaint_reference="PV 2026/12") == 1
    assert state(4) == (TitleStatus.BLOCKED, None)
    report = LossReport.objects.get()
    assert (report.holder, report.shipment, report.booklets_count) == (relay, shipment, 1)
    assert report.complaint_reference == "PV 2026/12"
    assert not Discrepancy.objects.filter(status=D.OPEN).exists()
    check_register()


def test_the_pilot_settles_alone(scene: Scene) -> None:
    shipment = gap(scene, 1, 2, 3)
    assert say(scene, shipment, D.LOST, 1, by=scene.pilot) == 1
    # what the printer finds enters the issuer's stock
    assert say(scene, shipment, D.FOUND_BY_SENDER, 2, by=scene.pilot) == 1
    assert state(2) == (TitleStatus.IN_STOCK, scene.metropole.pk)
    assert say(scene, shipment, D.FOUND_BY_RECIPIENT, 3, by=scene.pilot) == 1
    assert state(3) == (TitleStatus.IN_STOCK, scene.ccas.pk)
    assert Discrepancy.objects.filter(is_settled_by_pilot=True).count() == 3
    check_register()


def test_who_has_no_side_says_nothing(scene: Scene) -> None:
    shipment = gap(scene, 2)
    for by in (scene.other_agent, scene.finance, person(scene.ccas, Role.FUNDER), person(scene.ccas, Role.AUDITOR)):
        with refused(NotAllowed):
            say(scene, shipment, D.LOST, 2, by=by)


def test_one_person_does_not_speak_for_both_sides(scene: Scene, relay: Organisation) -> None:
    shipment = gap(scene, 2, sender=relay)
    twice = person(relay, Role.DISTRIBUTOR)
    say(scene, shipment, D.LOST, 2, by=twice)
    same = type(twice)(twice.kind, twice.id, scene.ccas.uid, twice.role)
    with refused(SamePersonForBothSides):
        say(scene, shipment, D.LOST, 2, by=same)


def test_a_word_on_what_is_no_gap_is_refused(scene: Scene) -> None:
    shipment = gap(scene, 2, 3)
    say(scene, shipment, D.LOST, 3, by=scene.pilot)
    for numbers in ((1,), (3,), (2, 10_000_000)):
        with refused(NotInDispute):
            say(scene, shipment, D.LOST, *numbers, by=scene.pilot)
    with refused(InvalidInput):
        say(scene, shipment, D.LOST, by=scene.pilot)
    with refused(InvalidInput):
        say(scene, shipment, D.OPEN, 2, by=scene.pilot)


def test_what_was_blocked_meanwhile_is_found_no_more(scene: Scene) -> None:
    shipment = gap(scene, 2)
    booklet = Booklet.objects.get(number=2)
    block_booklet(booklet=booklet, reason=DisputeReason.STOLEN, by=scene.pilot, at=scene.tick(), key=uuid4())
    with refused(CannotBeFound):
        say(scene, shipment, D.FOUND_BY_RECIPIENT, 2, by=scene.pilot)
    assert say(scene, shipment, D.LOST, 2, by=scene.pilot) == 1
    assert not LossReport.objects.exists()  # its opposition says it already


# --- a lot lost


def lose(scene: Scene, *ranges: tuple[int, int], by: object = None, **terms: object) -> LossReport:
    given: dict[str, object] = {
        "wave": scene.wave,
        "holder": scene.ccas,
        "key": uuid4(),
        "reason": DisputeReason.STOLEN,
    }
    return report_loss(ranges=ranges, by=by or scene.agent, at=scene.tick(), **(given | terms))  # type: ignore[arg-type]


def test_a_lot_is_blocked_by_range_and_reported(scene: Scene) -> None:
    booklets = scene.delivered((scene.ccas, 5, 6))
    on_its_way = send_booklets(
        wave=scene.wave, sender=scene.ccas, recipient=scene.metropole, ranges=[(5, 5)], by=scene.agent,
        at=scene.tick(), key=uuid4(),
    )  # fmt: skip
    report = lose(scene, (1, 2), (5, 6), complaint_reference="PV 1")
    assert (report.booklets_count, report.tickets_count, report.reason) == (4, 20, DisputeReason.STOLEN)
    assert [state(n)[0] for n in range(1, 7)] == [
        *[TitleStatus.BLOCKED] * 2, *[TitleStatus.IN_STOCK] * 2, *[TitleStatus.BLOCKED] * 2,
    ]  # fmt: skip
    # the devices' list follows
    told = next(w for w in bundle_at(at=scene.now).waves if w.number == scene.wave.number)
    assert {number for number, _ in told.blocked} == {1, 2, 5, 6}
    assert {m.movement.act for m in booklets[0].movement_lines.all()} >= {Act.BLOCK}
    # the parcel ends without it
    received = receive_shipment(shipment=on_its_way, missing=[], by=scene.pilot, at=scene.tick())
    assert received.received_count == 0
    check_register()


def test_the_printer_loses_too(scene: Scene) -> None:
    scene.produced((scene.ccas, 5, 3))
    assert lose(scene, (2, 3), by=scene.pilot, holder=None).booklets_count == 2
    check_register()


def test_a_lot_that_is_not_ones_own_is_not_lost(scene: Scene) -> None:
    first, *_ = scene.delivered((scene.ccas, 5, 2), (scene.other_ccas, 5, 2))
    scene.hand_over(first)
    for ranges in (((1, 2),), ((3, 4),), ((2, 10_000_000),)):
        with refused(RangeNotHeld):
            lose(scene, *ranges)
    for by in (scene.other_agent, scene.finance, person(scene.operator, Role.ISSUER)):
        with refused(NotAllowed):
            lose(scene, (2, 2), by=by)
    for ranges in ((), ((2, 1),), ((1, 2), (2, 2)), ((0, 1),)):
        with refused(InvalidInput):
            lose(scene, *ranges)


def test_a_loss_reported_twice_counts_once(scene: Scene) -> None:
    scene.delivered((scene.ccas, 5, 3))
    key = uuid4()
    first = lose(scene, (1, 2), key=key)
    assert lose(scene, (1, 2), key=key) == first
    with refused(KeyReused):
        lose(scene, (1, 3), key=key)
    with refused(RangeNotHeld):
        lose(scene, (1, 2))
