from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mediation.actions.undo import undo_redemption
from mediation.states import UndoReason
from passnum.accounts.roles import Role
from passnum.kit.errors import KeyReused, NotAllowed
from passnum.kit.keys import digest_keyring
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions.dispute import (
    NothingToBlock,
    NotReissuable,
    TicketNotBlockable,
    WholeBookletOnly,
    block_booklet,
    reissue_booklet,
)
from vouchers.actions.expiry import expire_wave
from vouchers.actions.handover import undo_handover
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Dispute, DisputeReason, Handover, HandoverChannel, Ticket, Wave
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def block(scene: Scene, booklet: Booklet, *, key: UUID | None = None, **terms: Any) -> Dispute:
    given: dict[str, Any] = {"reason": DisputeReason.LOST, "by": scene.pilot}
    return block_booklet(booklet=booklet, at=scene.tick(), key=key or uuid4(), **(given | terms))


def statuses(booklet: Booklet) -> list[str]:
    return list(Ticket.objects.filter(booklet=booklet).order_by("position").values_list("status", flat=True))


def test_what_is_left_is_blocked_at_once_and_what_was_used_stays_used(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[1])
    dispute = block(scene, booklet, by=scene.agent)
    booklet.refresh_from_db()
    assert (booklet.status, dispute.mask, dispute.happened_at) == (TitleStatus.BLOCKED, 0b11101, scene.now)
    assert statuses(booklet) == ["BLOCKED", "REDEEMED", "BLOCKED", "BLOCKED", "BLOCKED"]
    check_register()


def test_paper_is_blocked_wherever_it_is(scene: Scene) -> None:
    """At the printer, on its way, in a stock, missing: lost or stolen parcels are blocked too."""
    order = scene.produced((scene.ccas, 5, 4))
    one, two, three, four = order.booklets.order_by("number")
    parcel = send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(two.number, four.number)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    block(scene, one)
    block(scene, two)
    receive_shipment(shipment=parcel, missing=[four.number], by=scene.agent, at=scene.tick())
    block(scene, three, by=scene.agent)
    block(scene, four)
    assert set(order.booklets.values_list("status", "holder_kind", "holder")) == {(TitleStatus.BLOCKED, "VOID", None)}
    check_register()


def test_there_must_be_something_left(scene: Scene) -> None:
    spent, blocked, replaced = scene.in_hand(), scene.in_hand(), scene.in_hand()
    scene.redeem(*scene.codes(spent), minutes=300)
    block(scene, blocked)
    scene.reissue(scene.block(replaced))
    wave = scene.make_wave(2, valid_until=date(2026, 3, 3), grace_days=0)
    expired = scene.in_hand(wave=wave)
    expire_wave(wave=wave, by=scene.pilot, at=scene.now + timedelta(days=3))
    for booklet in (spent, blocked, replaced, expired):
        with refused(NothingToBlock):
            block(scene, Booklet.objects.get(pk=booklet.pk))


def test_the_same_key_gives_the_first_opposition(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid4()
    first = block(scene, booklet, key=key, by=scene.agent)
    before = fingerprint()
    assert block(scene, Booklet.objects.get(pk=booklet.pk), key=key, by=person(scene.ccas, Role.DISTRIBUTOR)) == first
    assert fingerprint() == before
    other = scene.in_hand()
    with refused(KeyReused):
        block(scene, booklet, key=key, by=scene.agent, reason=DisputeReason.STOLEN)
    with refused(KeyReused):
        block(scene, other, key=key, by=scene.agent)
    with refused(KeyReused):
        block(scene, booklet, key=key, by=scene.pilot)


def test_a_repeated_request_is_answered_even_when_the_paper_left_the_stock(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    key = uuid4()
    first = block(scene, booklet, key=key, by=scene.agent)
    assert block(scene, Booklet.objects.get(pk=booklet.pk), key=key, by=scene.agent) == first


def test_only_who_holds_or_gave_it_may_block_it(scene: Scene) -> None:
    given, kept, returned = scene.delivered((scene.ccas, 5, 3))
    scene.hand_over(given)
    undo_handover(handover=scene.hand_over(returned), by=scene.agent, at=scene.tick())
    scene.reallocate()
    parcel = send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.other_ccas,
        ranges=[(returned.number, returned.number)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
    )
    receive_shipment(shipment=parcel, missing=[], by=scene.other_agent, at=scene.tick())
    returned = Booklet.objects.get(pk=returned.pk)
    for booklet, stranger in ((given, scene.other_agent), (kept, scene.other_agent), (returned, scene.agent)):
        with refused(NotAllowed):
            block(scene, booklet, by=stranger)
    block(scene, returned, by=scene.other_agent)


def test_the_remainder_goes_to_a_new_booklet(scene: Scene) -> None:
    old = scene.in_hand()
    old_codes = scene.codes(old)
    scene.redeem(old_codes[0])
    next_number = Wave.objects.get(pk=scene.wave.pk).next_booklet_number
    new = scene.reissue(scene.block(old))
    old.refresh_from_db()

    assert (new.number, new.size, new.replaces, new.order, new.funded_at) == (
        next_number,
        4,
        old,
        old.order,
        old.funded_at,
    )
    assert (old.status, new.status) == (TitleStatus.REPLACED, TitleStatus.HANDED_OVER)
    assert statuses(old) == ["REDEEMED", *["REPLACED"] * 4]
    before = list(Ticket.objects.filter(booklet=old, status="REPLACED").order_by("position"))
    after = list(Ticket.objects.filter(booklet=new).order_by("position"))
    assert [(t.uid, t.generation + 1) for t in before] == [(t.uid, t.generation) for t in after]
    assert not {t.ref for t in before} & {t.ref for t in after}
    codes = scene.codes(new)
    assert not set(codes) & set(old_codes)
    assert [bytes(t.digest) for t in after] == [digest_keyring().digest(c, kid=1) for c in codes]
    receipt = Handover.objects.get(booklet=new)
    assert (receipt.channel, receipt.had_one_already) == (HandoverChannel.IN_PERSON, True)
    check_register()


def test_a_replacement_may_be_lost_in_turn(scene: Scene) -> None:
    old = scene.in_hand()
    first = scene.reissue(scene.block(old))
    scene.redeem(scene.codes(first)[0], scene.codes(first)[1], minutes=120)
    second = scene.reissue(scene.block(first))
    assert second.size == 3
    assert set(Ticket.objects.filter(booklet=second).values_list("generation", flat=True)) == {3}
    scene.redeem(*scene.codes(second), minutes=180)
    check_register()


def test_asked_again_it_is_the_same_booklet(scene: Scene) -> None:
    dispute = scene.block(scene.in_hand())
    new = scene.reissue(dispute)
    before = fingerprint()
    assert scene.reissue(Dispute.objects.get(pk=dispute.pk)) == new
    assert fingerprint() == before


def test_what_was_never_given_is_not_replaced(scene: Scene) -> None:
    (in_stock,) = scene.delivered((scene.ccas, 5, 1))
    dispute = block(scene, in_stock)
    with refused(NotReissuable):
        reissue_booklet(dispute=dispute, distributor=scene.ccas, by=scene.pilot, at=scene.tick())


def test_a_closed_wave_replaces_nothing(scene: Scene) -> None:
    dispute = scene.block(scene.in_hand())
    close_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=scene.tick())
    with refused(NotReissuable):
        scene.reissue(dispute)


def test_what_expired_since_is_not_replaced(scene: Scene) -> None:
    wave = scene.make_wave(2, valid_until=date(2026, 3, 3), grace_days=0)
    dispute = scene.block(scene.in_hand(wave=wave))
    expire_wave(wave=wave, by=scene.pilot, at=scene.now + timedelta(days=3))
    with refused(NotReissuable):
        scene.reissue(dispute)


def test_a_distributor_gives_for_itself_only(scene: Scene) -> None:
    dispute = scene.block(scene.in_hand())
    with refused(NotAllowed):
        reissue_booklet(dispute=dispute, distributor=scene.other_ccas, by=scene.agent, at=scene.tick())
    with refused(NotAllowed):
        reissue_booklet(dispute=dispute, distributor=scene.other_ccas, by=scene.other_agent, at=scene.tick())
    scene.reissue(dispute)
    with refused(NotAllowed):  # the replacement is theirs to know only
        reissue_booklet(dispute=dispute, distributor=scene.other_ccas, by=scene.other_agent, at=scene.tick())


def test_an_hour_given_back_to_a_lost_booklet_shares_its_fate(scene: Scene) -> None:
    old = scene.in_hand()
    redemption = scene.redeem(scene.codes(old)[0])
    new = scene.reissue(scene.block(old))
    undo_redemption(
        redemption=redemption, reason=UndoReason.WRONG_TICKET, by=scene.mediator, at=scene.tick(), key=uuid4()
    )
    assert statuses(old) == ["BLOCKED", *["REPLACED"] * 4]
    assert new.size == 4
    check_register()


def test_one_ticket_is_blocked_and_replaced_alone_and_the_others_live_on(scene: Scene) -> None:
    old = scene.in_hand()
    codes = scene.codes(old)
    dispute = block(scene, old, by=scene.agent, positions=[2], reason=DisputeReason.DAMAGED)
    old.refresh_from_db()
    assert (dispute.mask, old.status) == (0b00010, TitleStatus.HANDED_OVER)
    assert statuses(old) == ["HANDED_OVER", "BLOCKED", *["HANDED_OVER"] * 3]
    new = scene.reissue(dispute)
    assert (new.size, new.replaces) == (1, old)
    assert statuses(old) == ["HANDED_OVER", "REPLACED", *["HANDED_OVER"] * 3]
    scene.redeem(codes[0], scene.codes(new)[0], minutes=120)
    check_register()


def test_tickets_then_the_rest_go_to_as_many_booklets_in_any_order(scene: Scene) -> None:
    """Each opposition replaces what it blocked; the booklet itself follows the last of them."""
    old = scene.in_hand()
    some = block(scene, old, by=scene.agent, positions=[4, 1])
    rest = block(scene, Booklet.objects.get(pk=old.pk), by=scene.agent)
    assert (some.mask, rest.mask) == (0b01001, 0b10110)
    first = scene.reissue(rest)
    old.refresh_from_db()
    assert (first.size, old.status) == (3, TitleStatus.BLOCKED)
    second = scene.reissue(some)
    old.refresh_from_db()
    assert (second.size, old.status) == (2, TitleStatus.REPLACED)
    assert set(old.replacements.all()) == {first, second}
    check_register()


def test_naming_all_that_is_left_is_blocking_the_booklet(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    block(scene, booklet, by=scene.agent, positions=[2, 3, 4, 5])
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.BLOCKED
    check_register()


def test_a_ticket_that_is_used_or_blocked_is_not_blocked(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    block(scene, booklet, by=scene.agent, positions=[2])
    for positions in ([1], [2], [2, 3], [6]):
        with refused(TicketNotBlockable):
            block(scene, booklet, by=scene.agent, positions=positions)


def test_a_ticket_of_a_stock_is_not_blocked_alone(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    with refused(WholeBookletOnly):
        block(scene, booklet, by=scene.agent, positions=[2])


def test_the_same_key_with_other_tickets_is_an_error(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid4()
    first = block(scene, booklet, key=key, by=scene.agent, positions=[2, 1])
    assert block(scene, booklet, key=key, by=scene.agent, positions=[1, 2]) == first
    for positions in ([3], []):
        with refused(KeyReused):
            block(scene, booklet, key=key, by=scene.agent, positions=positions)


def test_an_hour_given_back_to_a_booklet_with_one_ticket_opposed_is_good_again(scene: Scene) -> None:
    booklet = scene.in_hand()
    redemption = scene.redeem(scene.codes(booklet)[0])
    dispute = block(scene, booklet, by=scene.agent, positions=[2])
    undo_redemption(
        redemption=redemption, reason=UndoReason.WRONG_TICKET, by=scene.mediator, at=scene.tick(), key=uuid4()
    )
    assert statuses(booklet) == ["HANDED_OVER", "BLOCKED", *["HANDED_OVER"] * 3]
    assert scene.reissue(dispute).size == 1
    check_register()
