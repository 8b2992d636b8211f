"""Which reason is told first when several forbid a hand-over."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from passnum.kit.clock import end_of_day
from passnum.kit.errors import DomainError
from tests.lifecycle import A_PROFILE, Scene
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.expiry import expire_wave
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Wave
from vouchers.policies.handover import (
    BookletAlreadyHandedOver,
    BookletBlocked,
    BookletExpired,
    BookletNotInStock,
    BookletNotReceived,
    WaveClosed,
)


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def close(scene: Scene, wave: Wave) -> None:
    close_wave(wave=Wave.objects.get(pk=wave.pk), by=scene.pilot, at=scene.tick())


def parcel(scene: Scene, *, sender: bool = False, missing: list[int] | None = None) -> Booklet:
    """A booklet on its way to the CCAS, or arrived there with what is missing."""
    if sender:
        scene.make_relay(scene.other_ccas)
        (booklet,) = scene.delivered((scene.other_ccas, 5, 1))
    else:
        booklet = scene.produced((scene.ccas, 5, 1)).booklets.get()
    shipment = send_booklets(
        wave=scene.wave,
        sender=scene.other_ccas if sender else None,
        recipient=scene.ccas,
        ranges=[(booklet.number, booklet.number)],
        by=scene.other_agent if sender else scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    if missing is not None:
        receive_shipment(shipment=shipment, missing=[booklet.number], by=scene.agent, at=scene.tick())
    return booklet


def at_the_printer(scene: Scene) -> Booklet:
    return scene.produced((scene.ccas, 5, 1)).booklets.get()


def anothers(scene: Scene) -> Booklet:
    return scene.delivered((scene.other_ccas, 5, 1))[0]


def anothers_given(scene: Scene) -> Booklet:
    booklet = anothers(scene)
    hand_over(
        booklet=booklet,
        distributor=scene.other_ccas,
        profile=A_PROFILE,
        by=scene.other_agent,
        at=scene.tick(),
        key=uuid4(),
    )
    return booklet


def sent_onwards(scene: Scene) -> Booklet:
    """Given back by the person, then sent to another CCAS which has it now: no more this one's to know."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    undo_handover(handover=scene.hand_over(booklet), by=scene.agent, at=scene.tick())
    scene.reallocate()
    shipment = send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.other_ccas,
        ranges=[(booklet.number, booklet.number)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
    )
    receive_shipment(shipment=shipment, missing=[], by=scene.other_agent, at=scene.tick())
    return booklet


def given_then_closed(scene: Scene) -> Booklet:
    booklet = scene.in_hand()
    close(scene, scene.wave)
    return booklet


def on_its_way_then_closed(scene: Scene) -> Booklet:
    booklet = parcel(scene)
    close(scene, scene.wave)
    return booklet


def given_then_blocked(scene: Scene) -> Booklet:
    booklet = scene.in_hand()
    scene.block(booklet)
    return booklet


def replaced(scene: Scene) -> Booklet:
    booklet = scene.in_hand()
    scene.reissue(scene.block(booklet))
    return booklet


def expired_then_closed(scene: Scene) -> Booklet:
    wave = scene.make_wave(2, valid_until=date(2026, 3, 3), grace_days=0)
    booklet = scene.delivered((scene.ccas, 5, 1), wave=wave)[0]
    scene.now = end_of_day(wave.valid_until)
    expire_wave(wave=wave, by=scene.pilot, at=scene.tick())
    close(scene, wave)
    return booklet


def stock_of_a_closed_wave(scene: Scene) -> Booklet:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    close(scene, scene.wave)
    return booklet


def missing_of_a_closed_wave(scene: Scene) -> Booklet:
    booklet = parcel(scene, missing=[1])
    close(scene, scene.wave)
    return booklet


def past_its_date(scene: Scene) -> Booklet:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.now = end_of_day(scene.wave.valid_until)
    return booklet


CASES: list[tuple[Callable[[Scene], Booklet], type[DomainError]]] = [
    (at_the_printer, BookletNotInStock),
    (anothers, BookletNotInStock),
    (anothers_given, BookletNotInStock),
    (sent_onwards, BookletNotInStock),
    (parcel, BookletNotReceived),
    (lambda scene: parcel(scene, sender=True), BookletNotReceived),
    (on_its_way_then_closed, BookletNotReceived),
    (lambda scene: scene.in_hand(), BookletAlreadyHandedOver),
    (given_then_closed, BookletAlreadyHandedOver),
    (given_then_blocked, BookletBlocked),
    (replaced, BookletBlocked),
    (expired_then_closed, BookletExpired),
    (stock_of_a_closed_wave, WaveClosed),
    (missing_of_a_closed_wave, WaveClosed),
    (lambda scene: parcel(scene, missing=[1]), BookletNotInStock),
    (past_its_date, BookletExpired),
]


@pytest.mark.parametrize(("story", "reason"), CASES)
def test_the_first_reason_is_told(scene: Scene, story: Callable[[Scene], Booklet], reason: type[DomainError]) -> None:
    booklet = story(scene)
    scene.tick()
    with refused(reason):
        scene.hand_over(booklet)


def test_the_printed_date_is_a_whole_day_of_paris(scene: Scene) -> None:
    """Grace is for using tickets, not for giving new ones."""
    one, two = scene.delivered((scene.ccas, 5, 2))
    scene.now = end_of_day(scene.wave.valid_until) - timedelta(minutes=1, microseconds=1)
    scene.hand_over(one)
    with refused(BookletExpired):
        scene.hand_over(two)
    scene.now += timedelta(hours=10)
    assert scene.hand_over(two, happened_at=end_of_day(scene.wave.valid_until) - timedelta(hours=1)).is_late_entry


def test_a_sentence_names_the_wave(scene: Scene) -> None:
    booklet = stock_of_a_closed_wave(scene)
    with refused(WaveClosed) as refusal:
        scene.hand_over(booklet)
    assert "«\u00a0Vague 1\u00a0»" in refusal.value.sentence
