"""The thresholds of a wave's end, the notice of four sums, and what the funder's word stops."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.clock import end_of_day, start_of_day
from passnum.kit.errors import NotAllowed
from tests.lifecycle import A_PROFILE, Scene, person
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.handover import hand_over, hand_over_at_use
from vouchers.actions.wave_end import (
    FreezeAlreadyConfirmed,
    FreezeNotAsked,
    ThresholdNotReady,
    confirm_freeze,
    meet_threshold,
)
from vouchers.models import Booklet, EndNotice, FreezeConfirmation, Handover, ThresholdKind, Wave, WaveThreshold
from vouchers.models.wave_end import due_on, ready_at
from vouchers.policies.handover import HandoversFrozen
from vouchers.queries.wave_end import end_calendar, late_handovers, unanswered_funders
from vouchers.register.sealer import seal_movements

K = ThresholdKind


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def meet(wave: Wave, kind: ThresholdKind, at: datetime | None = None, by: Actor = SYSTEM) -> WaveThreshold | None:
    return meet_threshold(wave=wave, kind=kind, by=by, at=at or ready_at(wave, kind))


def ask_freeze(scene: Scene) -> datetime:
    for kind in (K.NOTICE, K.FREEZE):
        meet(scene.wave, kind)
    scene.now = ready_at(scene.wave, K.FREEZE)
    return scene.now


def confirm(scene: Scene, by: Actor | None = None) -> FreezeConfirmation:
    return confirm_freeze(wave=scene.wave, funder=scene.funder, by=by or scene.buyer, at=scene.tick())


def give(scene: Scene, booklet: Booklet, happened_at: datetime | None = None) -> Handover:
    return hand_over(
        booklet=booklet,
        distributor=scene.ccas,
        profile=A_PROFILE,
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
        happened_at=happened_at,
    )


@pytest.mark.parametrize(
    ("until", "grace", "days"),
    [
        # 29 February, and the two nights when Paris changes its hour (29 March and 25 October 2026)
        (date(2028, 3, 30), 30, ["2028-02-29", "2028-03-15", "2028-03-23", "2028-03-30", "2028-04-29", "2028-05-06"]),
        (date(2028, 2, 29), 30, ["2028-01-30", "2028-02-14", "2028-02-22", "2028-02-29", "2028-03-30", "2028-04-06"]),
        (date(2026, 4, 5), 30, ["2026-03-06", "2026-03-21", "2026-03-29", "2026-04-05", "2026-05-05", "2026-05-12"]),
        (date(2026, 12, 31), 0, ["2026-12-01", "2026-12-16", "2026-12-24", "2026-12-31", "2026-12-31", "2027-02-06"]),
    ],
    ids=str,
)
def test_every_day_counts_from_the_printed_date(scene: Scene, until: date, grace: int, days: list[str]) -> None:
    wave = scene.make_wave(2, valid_until=until, grace_days=grace)
    assert [due_on(wave, kind).isoformat() for kind in K] == days
    assert [step.j for step in end_calendar(wave=wave)] == [
        "J−30",
        "J−15",
        "J−7",
        "J",
        "J+30" if grace else "J",
        "J+37",
    ]
    instants = [ready_at(wave, kind) for kind in K]
    assert instants == sorted(instants)


def test_a_day_of_paris_begins_and_ends_with_its_own_hour(scene: Scene) -> None:
    wave = scene.make_wave(2, valid_until=date(2026, 10, 25), grace_days=30)  # 25 hours
    assert ready_at(wave, K.EXPIRY).isoformat() == "2026-10-25T23:00:00+00:00"
    assert ready_at(wave, K.FREEZE).isoformat() == "2026-10-09T22:00:00+00:00"
    with refused(ThresholdNotReady):
        meet(wave, K.NOTICE, at=start_of_day(date(2026, 9, 25)) - timedelta(microseconds=1))
    assert meet(wave, K.NOTICE, at=start_of_day(date(2026, 9, 25))) is not None


def test_the_end_of_a_year_with_a_cheque_leaves_two_months_to_claim(scene: Scene) -> None:
    terms = {"profile": "CAP", "grace_days": 0, "issuer_address": "15 avenue de l’Essai, 75013 Paris"}
    wave = scene.make_wave(2, valid_from=date(2027, 1, 1), valid_until=date(2027, 12, 31), **terms)
    assert wave.claims_until == date(2028, 2, 29), "a leap year"
    assert scene.make_wave(3, **terms).claims_until == date(2027, 2, 28)
    assert scene.wave.claims_until is None


def test_thresholds_are_met_once_in_order_and_say_when(scene: Scene) -> None:
    wave = scene.wave
    with refused(ThresholdNotReady):
        meet(wave, K.FREEZE)  # the notice comes first
    late = ready_at(wave, K.NOTICE) + timedelta(days=4)
    first = meet(wave, K.NOTICE, at=late)
    assert first is not None and (first.due_on, first.done_at) == (date(2026, 12, 1), late)
    assert meet(wave, K.NOTICE, at=late) is None
    step = end_calendar(wave=wave)[0]
    assert step.is_late and step.done_at == late
    assert [one.is_next for one in end_calendar(wave=wave)] == [False, True, False, False, False, False]


@pytest.mark.parametrize("role", [Role.FUNDER, Role.FINANCE, Role.ISSUER, Role.AUDITOR])
def test_a_threshold_is_the_clocks_or_the_pilots(scene: Scene, role: Role) -> None:
    with refused(NotAllowed):
        meet(scene.wave, K.NOTICE, by=person(scene.metropole, role))


def test_the_notice_says_four_sums_for_each_order(scene: Scene) -> None:
    """6 booklets of 5 at the CCAS: one used up, one begun then lost and given again, one given, one given and undone."""
    booklets = scene.delivered((scene.ccas, 5, 6))
    other = scene.produced((scene.other_ccas, 7, 2))
    for booklet in booklets[:3]:
        scene.hand_over(booklet)
    scene.redeem(*scene.codes(booklets[0]), minutes=300)
    scene.redeem(scene.codes(booklets[1])[0])
    new = scene.reissue(scene.block(booklets[1]))
    scene.redeem(scene.codes(new)[0])
    seal_movements(at=scene.tick())
    scene.hand_over(booklets[3])  # after the seal: not known to this notice
    meet(scene.wave, K.NOTICE)
    notices = {n.order_id: n for n in EndNotice.objects.all()}
    assert set(notices) == {booklets[0].order_id, other.pk}
    mine, theirs = notices[booklets[0].order_id], notices[other.pk]
    assert (mine.issued, mine.injected, mine.not_injected, mine.started) == (30, 15, 15, 10)
    assert (mine.issued_cents, mine.injected_cents) == (30_000, 15_000)
    assert (mine.not_injected_cents, mine.started_cents) == (15_000, 10_000)
    assert (theirs.issued, theirs.injected, theirs.not_injected, theirs.started) == (14, 0, 14, 0)


def test_nobody_confirms_before_it_is_asked(scene: Scene) -> None:
    meet(scene.wave, K.NOTICE)
    assert unanswered_funders(wave=scene.wave) == []
    with refused(FreezeNotAsked):
        confirm(scene)


def test_the_funder_confirms_once_and_its_booklets_stay(scene: Scene) -> None:
    first, second, third = scene.delivered((scene.ccas, 5, 3))
    ask_freeze(scene)
    assert unanswered_funders(wave=scene.wave) == [scene.funder]
    give(scene, first)
    before = scene.tick()
    confirm(scene)
    assert unanswered_funders(wave=scene.wave) == []
    with refused(HandoversFrozen) as told:
        give(scene, second)
    assert "Mairie de Créteil" in told.value.sentence and "16/12/2026" in told.value.sentence
    with refused(FreezeAlreadyConfirmed):
        confirm(scene)
    give(scene, second, happened_at=before)  # noted on paper before, typed in after
    noticed = hand_over_at_use(booklet=third, happened_at=scene.now, by=scene.mediator, at=scene.tick())
    assert noticed is not None, "the person at the counter is never sent away"
    late = late_handovers(wave=scene.wave, at=scene.now)
    assert {one.booklet_id for one in late} == {first.pk, second.pk, third.pk}


def test_what_was_given_before_the_freeze_is_not_late(scene: Scene) -> None:
    first, second, third = scene.delivered((scene.ccas, 5, 3))
    scene.hand_over(first)
    asked = ask_freeze(scene)
    scene.reissue(scene.block(first))  # the person had it already
    give(scene, second, happened_at=asked - timedelta(minutes=1))
    give(scene, third, happened_at=asked)
    assert [one.booklet_id for one in late_handovers(wave=scene.wave, at=scene.now)] == [third.pk]


def test_another_funders_booklets_go_on(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.funder, scene.buyer, mine, buyer = (
        scene.operator,
        person(scene.operator, Role.FUNDER),
        scene.funder,
        scene.buyer,
    )
    (theirs,) = scene.delivered((scene.ccas, 6, 1))
    ask_freeze(scene)
    confirm_freeze(wave=scene.wave, funder=mine, by=buyer, at=scene.tick())
    with refused(HandoversFrozen):
        give(scene, booklet)
    give(scene, theirs)


def test_nobody_else_confirms(scene: Scene) -> None:
    ask_freeze(scene)
    for by in (SYSTEM, scene.pilot, scene.finance, person(scene.operator, Role.FUNDER), scene.agent):
        with refused(NotAllowed):
            confirm(scene, by=by)
    stranger = scene.operator  # ordered nothing
    with refused(NotAllowed):
        confirm_freeze(wave=scene.wave, funder=stranger, by=person(stranger, Role.FUNDER), at=scene.tick())


def test_the_facts_of_an_end_are_never_changed(scene: Scene) -> None:
    scene.delivered((scene.ccas, 5, 1))
    seal_movements(at=scene.tick())
    ask_freeze(scene)
    confirm(scene)
    for rows, change in (
        (WaveThreshold.objects.all(), {"due_on": date(2026, 1, 1)}),
        (EndNotice.objects.all(), {"issued": 0}),
        (FreezeConfirmation.objects.all(), {"confirmed_at": scene.now}),
    ):
        assert rows.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_the_printed_date_still_ends_hand_overs(scene: Scene) -> None:
    assert ready_at(scene.wave, K.EXPIRY) == end_of_day(scene.wave.valid_until)
