"""The end of a wave put off: its thresholds are due again, its freeze is lifted, and no other way moves the day."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement
from passnum.accounts.roles import Role
from passnum.kit.clock import end_of_day
from passnum.kit.constraint import violated
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.wave import close_wave
from vouchers.actions.wave_end import FreezeNotAsked, confirm_freeze
from vouchers.actions.wave_extension import extend_wave
from vouchers.models import EndNotice, FreezeConfirmation, ThresholdKind, TitleProfile, Wave, WaveExtension
from vouchers.models.wave_end import ready_at
from vouchers.policies.handover import HandoversFrozen
from vouchers.policies.wave_extension import CapNotExtended, WaveNotRunning, WaveOverAlready
from vouchers.queries.wave_end import end_calendar, late_handovers, notices_for, unanswered_funders

K = ThresholdKind
LATER = date(2027, 3, 31)


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def extend(scene: Scene, until: date = LATER, *, reason: str = "Décision du comité", **given: object) -> WaveExtension:
    by = given.get("by", scene.pilot)
    extension = extend_wave(wave=scene.wave, until=until, reason=reason, by=by, at=scene.tick())  # type: ignore[arg-type]
    scene.wave.refresh_from_db()
    return extension


def clock(scene: Scene, kind: ThresholdKind) -> list[str]:
    """The clock strikes when a threshold of the wave is due."""
    scene.now = max(scene.now, ready_at(scene.wave, kind))
    return [one.kind for one in run_wave_clocks(at=scene.tick())]


def test_what_was_met_is_due_again_from_the_new_day(scene: Scene) -> None:
    assert clock(scene, K.FREEZE) == [K.NOTICE, K.FREEZE]
    first = EndNotice.objects.get()
    extend(scene)
    assert [step.done_at for step in end_calendar(wave=scene.wave)] == [None] * 6
    assert notices_for(wave=scene.wave, funder=None) == []
    assert run_wave_clocks(at=scene.tick()) == [], "nothing is due"
    assert clock(scene, K.NOTICE) == [K.NOTICE]
    (second,) = notices_for(wave=scene.wave, funder=None)
    assert second != first and EndNotice.objects.count() == 2
    assert clock(scene, K.CLOSING) == [K.FREEZE, K.REMINDER, K.EXPIRY, K.REFUSAL, K.CLOSING]
    assert run_wave_clocks(at=scene.tick()) == []
    assert ClosingStatement.objects.get().credit_cents == 30_000
    check_register()


def test_a_freeze_is_one_of_the_end_that_it_was_asked_for(scene: Scene) -> None:
    one, two, three = scene.delivered((scene.ccas, 5, 3))
    clock(scene, K.FREEZE)
    scene.hand_over(one)
    assert late_handovers(wave=scene.wave, at=scene.now).count() == 1
    confirm_freeze(wave=scene.wave, funder=scene.funder, by=scene.buyer, at=scene.tick())
    with refused(HandoversFrozen):
        scene.hand_over(two)
    extend(scene)
    two = type(two).objects.get(pk=two.pk)
    scene.hand_over(two)
    assert not late_handovers(wave=scene.wave, at=scene.now).exists()
    with refused(FreezeNotAsked):
        confirm_freeze(wave=scene.wave, funder=scene.funder, by=scene.buyer, at=scene.tick())
    clock(scene, K.FREEZE)
    assert unanswered_funders(wave=scene.wave) == [scene.funder]
    confirm_freeze(wave=scene.wave, funder=scene.funder, by=scene.buyer, at=scene.tick())
    assert FreezeConfirmation.objects.count() == 2
    with refused(HandoversFrozen):
        scene.hand_over(type(three).objects.get(pk=three.pk))


def test_tickets_live_until_the_new_day_and_its_grace(scene: Scene) -> None:
    code, *_ = scene.codes(scene.in_hand())
    clock(scene, K.EXPIRY)
    extend(scene)
    scene.now = end_of_day(scene.wave.redeemable_until) - timedelta(hours=5)
    scene.redeem(code)
    check_register()


def test_it_is_refused_once_tickets_are_and_until_the_last_instant_before(scene: Scene) -> None:
    scene.now = ready_at(scene.wave, K.REFUSAL) - timedelta(minutes=1)
    with refused(WaveOverAlready):
        extend(scene)
    scene.now = ready_at(scene.wave, K.REFUSAL) - timedelta(minutes=2)
    assert extend(scene).until_on == LATER


def test_what_it_refuses(scene: Scene) -> None:
    until = scene.wave.valid_until
    for day in (until, until - timedelta(days=1), until + timedelta(days=367), date(9999, 12, 31), date(1, 1, 1)):
        with refused(InvalidInput):
            extend(scene, day)
    with refused(InvalidInput):
        extend(scene, reason="  ")
    for by in (scene.buyer, scene.agent, person(scene.metropole, Role.FINANCE), person(scene.operator, Role.ISSUER)):
        with refused(NotAllowed):
            extend(scene, by=by)
    cap = scene.make_wave(2, profile=TitleProfile.CAP, grace_days=0, issuer_address="Paris")
    with refused(CapNotExtended):
        extend_wave(wave=cap, until=LATER, reason="x", by=scene.pilot, at=scene.tick())
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    with refused(WaveNotRunning):
        extend(scene)
    assert Wave.objects.get(pk=scene.wave.pk).valid_until == until


def test_29_february_and_twice(scene: Scene) -> None:
    extend(scene, date(2027, 12, 31))
    extend(scene, date(2028, 2, 29))
    assert [str(step.due_on) for step in end_calendar(wave=scene.wave)] == [
        "2028-01-30", "2028-02-14", "2028-02-22", "2028-02-29", "2028-03-30", "2028-04-06",
    ]  # fmt: skip
    with refused(InvalidInput):
        extend(scene, date(2028, 2, 29))


def test_no_other_way_moves_the_end_once_it_has_begun(scene: Scene) -> None:
    """In raw SQL, with the role of the application."""
    clock(scene, K.NOTICE)
    for shift in ("+ 1", "- 40", "+ 4000"):
        with pytest.raises(IntegrityError) as told, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE vouchers_wave SET valid_until = valid_until {shift}")
        assert violated(told.value) == "wave_end_is_put_off_by_an_extension"
    extend(scene)
    for statement in ("UPDATE vouchers_waveextension SET reason = 'y'", "DELETE FROM vouchers_waveextension"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    clock(scene, K.REFUSAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaveExtension.objects.create(
            wave=scene.wave,
            ended_on=LATER,
            until_on=LATER + timedelta(days=9),
            reason="x",
            extended_at=scene.now,
            **scene.pilot.columns(),
        )
        Wave.objects.filter(pk=scene.wave.pk).update(valid_until=LATER + timedelta(days=9))
