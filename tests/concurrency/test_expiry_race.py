"""The end of a wave, while people still work: each hour expires once, or was used in time."""

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest

from mediation.actions.late_entry import attempt_late_entry
from mediation.models import Redemption
from mediation.states import Owed
from passnum.kit.clock import end_of_day
from tests.concurrency.parallel import parallel
from tests.lifecycle import AN_HOUR, Scene
from vouchers.actions import expiry
from vouchers.actions.dispute import block_booklet
from vouchers.actions.expiry import expire_wave
from vouchers.models import DisputeReason, Ticket, Wave
from vouchers.states import TitleStatus

_numbers = iter(range(10, 100))
LAST_DAY = date(2026, 3, 20)


def short_wave(scene: Scene) -> Wave:
    return scene.make_wave(next(_numbers), valid_until=LAST_DAY, grace_days=0)


def tickets(wave: Wave) -> Counter[str]:
    return Counter(Ticket.objects.filter(booklet__wave=wave).values_list("status", flat=True))


def test_asked_four_times_at_once_each_hour_expires_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "BATCH_BOOKLETS", 2)
    wave = short_wave(scene)
    scene.delivered((scene.ccas, 5, 7), wave=wave)
    found = parallel(4, lambda _: expire_wave(wave=wave, by=scene.pilot, at=end_of_day(LAST_DAY)))
    assert all(isinstance(n, int) for n in found), found
    assert sum(n for n in found if isinstance(n, int)) == 35
    assert tickets(wave) == {TitleStatus.EXPIRED: 35}


def test_an_act_made_in_time_and_uploaded_while_its_wave_expires_is_owed(scene: Scene) -> None:
    for _ in range(3):
        wave = short_wave(scene)
        code = scene.codes(scene.in_hand(wave=wave))[0]

        def act(index: int, wave: Wave = wave, code: str = code) -> object:
            if index:
                return expire_wave(wave=wave, by=scene.pilot, at=end_of_day(LAST_DAY))
            return attempt_late_entry(
                codes=[code],
                site=scene.site,
                service=scene.service,
                details=AN_HOUR,
                happened_at=end_of_day(LAST_DAY) - timedelta(hours=9),
                by=scene.mediator,
                at=end_of_day(LAST_DAY) + timedelta(minutes=1),
                key=uuid.uuid4(),
                is_offline=True,
            )

        kept, expired = parallel(2, act)
        assert isinstance(kept, Redemption), kept
        assert kept.lines.get().decisions.get().owed == Owed.PAYABLE
        assert expired in (4, 5)
        assert tickets(wave) == {TitleStatus.EXPIRED: 4, TitleStatus.REDEEMED: 1}


def test_blocked_while_it_expires(scene: Scene) -> None:
    wave = short_wave(scene)
    booklets = [scene.in_hand(wave=wave) for _ in range(3)]

    def act(index: int) -> object:
        if index == 3:
            return expire_wave(wave=wave, by=scene.pilot, at=end_of_day(LAST_DAY))
        return block_booklet(
            booklet=booklets[index], reason=DisputeReason.LOST, by=scene.agent, at=scene.now, key=uuid.uuid4()
        )

    *_, expired = parallel(4, act)
    assert expired == 15
    assert tickets(wave) == {TitleStatus.EXPIRED: 15}
