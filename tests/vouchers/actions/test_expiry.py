from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from mediation.actions.undo import undo_redemption
from mediation.states import UndoReason
from passnum.kit.clock import end_of_day
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions import expiry
from vouchers.actions.expiry import StillRedeemable, expire_wave
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Movement, Ticket, Wave
from vouchers.states import Act, TitleStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def short_wave(scene: Scene, *, until: date = date(2026, 3, 3), grace_days: int = 0) -> Wave:
    return scene.make_wave(2, valid_until=until, grace_days=grace_days)


def expire(scene: Scene, wave: Wave, at: datetime | None = None) -> int:
    return expire_wave(wave=wave, by=scene.pilot, at=at or end_of_day(wave.redeemable_until))


def tickets(wave: Wave) -> dict[str, int]:
    found = Ticket.objects.filter(booklet__wave=wave).values_list("status", flat=True)
    return {status: list(found).count(status) for status in set(found)}


def test_everything_unused_expires_from_wherever_it_is(scene: Scene) -> None:
    wave = short_wave(scene)
    order = scene.produced((scene.ccas, 5, 7), wave=wave)
    scene.fund(order)
    by_number = {b.number: b for b in order.booklets.all()}

    def send(*numbers: int, missing: tuple[int, ...] = (), receive: bool = True) -> None:
        shipment = send_booklets(
            wave=wave,
            sender=None,
            recipient=scene.ccas,
            ranges=[(n, n) for n in numbers],
            by=scene.pilot,
            at=scene.tick(),
            key=uuid4(),
        )
        if receive:
            receive_shipment(shipment=shipment, missing=missing, by=scene.agent, at=scene.tick())

    send(2, receive=False)  # 1 stays at the printer, 2 is on its way, 3 in stock, 4 missing
    send(3, 4, 5, 6, 7, missing=(4,))
    for number in (5, 6, 7):  # given: 5 used up, 6 begun then lost, 7 replaced
        scene.hand_over(by_number[number])
    scene.redeem(*scene.codes(by_number[5]), minutes=300)
    scene.redeem(scene.codes(by_number[6])[0])
    scene.block(by_number[6])
    scene.reissue(scene.block(by_number[7]))

    assert expire(scene, wave) == 5 * 7 - 5 - 1
    assert tickets(wave) == {TitleStatus.EXPIRED: 29, TitleStatus.REDEEMED: 6, TitleStatus.REPLACED: 5}
    assert dict(Booklet.objects.filter(wave=wave).values_list("number", "status")) == {
        **dict.fromkeys((1, 2, 3, 4, 6, 8), TitleStatus.EXPIRED),
        5: TitleStatus.HANDED_OVER,
        7: TitleStatus.REPLACED,
    }
    check_register()


def test_it_may_be_run_again(scene: Scene) -> None:
    wave = short_wave(scene)
    scene.in_hand(wave=wave)
    assert expire(scene, wave) == 5
    before = fingerprint()
    assert expire(scene, wave) == 0
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("until", "grace_days"), [(date(2026, 3, 28), 1), (date(2026, 10, 25), 0), (date(2026, 12, 31), 30)], ids=str
)
def test_the_last_day_is_whole_in_paris(scene: Scene, until: date, grace_days: int) -> None:
    wave = short_wave(scene, until=until, grace_days=grace_days)
    scene.in_hand(wave=wave)
    end = end_of_day(until + timedelta(days=grace_days))
    with refused(StillRedeemable):
        expire(scene, wave, at=end - timedelta(microseconds=1))
    assert expire(scene, wave, at=end) == 5


def test_another_wave_lives_on(scene: Scene) -> None:
    wave, booklet = short_wave(scene), scene.in_hand()
    scene.in_hand(wave=wave)
    expire(scene, wave)
    assert tickets(scene.wave) == {TitleStatus.HANDED_OVER: 5}
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(expiry, "BATCH_BOOKLETS", 2)
    return None


@pytest.mark.usefixtures("small_batches")
def test_a_crash_between_two_batches_keeps_the_first_and_the_rest_follows(scene: Scene) -> None:
    wave = short_wave(scene)
    scene.delivered((scene.ccas, 5, 5), wave=wave)
    batches = 0

    def break_at_the_second(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal batches
        if "FOR NO KEY UPDATE" in sql and "vouchers_booklet" in sql.split("WHERE")[0]:
            batches += 1
            if batches == 2:
                raise DatabaseError("server closed the connection")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_at_the_second), pytest.raises(DatabaseError):
        expire(scene, wave)
    assert tickets(wave) == {TitleStatus.EXPIRED: 10, TitleStatus.IN_STOCK: 15}
    check_register()

    assert expire(scene, wave) == 15
    assert tickets(wave) == {TitleStatus.EXPIRED: 25}
    assert Movement.objects.filter(act=Act.EXPIRE).count() == 3
    check_register()


def test_an_act_undone_after_the_end_gives_back_an_expired_hour(scene: Scene) -> None:
    wave = short_wave(scene)
    booklet = scene.in_hand(wave=wave)
    scene.now = end_of_day(wave.redeemable_until) - timedelta(minutes=5)
    redemption = scene.redeem(scene.codes(booklet)[0])
    expire(scene, wave)
    undo_redemption(
        redemption=redemption,
        reason=UndoReason.NOT_GIVEN,
        by=scene.mediator,
        at=scene.tick(minutes=10),
        key=uuid4(),
    )
    assert tickets(wave) == {TitleStatus.EXPIRED: 5}
    check_register()


def test_an_act_undone_after_the_end_of_a_booklet_used_up_expires_at_the_next_run(scene: Scene) -> None:
    wave = short_wave(scene)
    booklet = scene.in_hand(wave=wave)
    scene.now = end_of_day(wave.redeemable_until) - timedelta(minutes=5)
    redemption = scene.redeem(*scene.codes(booklet), minutes=300)
    assert expire(scene, wave) == 0
    undo_redemption(
        redemption=redemption, reason=UndoReason.NOT_GIVEN, by=scene.mediator, at=scene.tick(minutes=10), key=uuid4()
    )
    assert expire(scene, wave, at=scene.tick()) == 5
    check_register()
