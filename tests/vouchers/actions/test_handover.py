from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from passnum.accounts.roles import Role
from passnum.kit.clock import start_of_day
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import A_PROFILE, Scene, person
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions.handover import (
    UNDO_WINDOW,
    HandoverInUse,
    HandoverTooOld,
    LateEntryTooLate,
    Profile,
    ReplacementNotUndoable,
    hand_over,
    hand_over_at_use,
    undo_handover,
)
from vouchers.models import Booklet, Carrier, Handover, HandoverChannel, HandoverProfile, Movement, Ticket
from vouchers.policies.handover import BookletAlreadyHandedOver, BookletNotInStock
from vouchers.states import Act, HolderKind, TitleStatus

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def give(scene: Scene, booklet: Booklet | None, *, at: datetime | None = None, **terms: Any) -> Handover:
    given: dict[str, Any] = {"distributor": scene.ccas, "profile": A_PROFILE, "by": scene.agent, "key": uuid4()}
    return hand_over(booklet=booklet, at=at or scene.tick(), **(given | terms))


def undo(scene: Scene, handover: Handover, **terms: Any) -> Handover:
    given: dict[str, Any] = {"by": scene.agent, "at": scene.tick()}
    return undo_handover(handover=handover, **(given | terms))


def test_a_booklet_is_given_without_a_name_in_the_register(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    handover = give(scene, booklet, carrier=Carrier.GUARDIAN, had_one_already=True)
    booklet.refresh_from_db()
    assert (booklet.status, booklet.holder_kind, booklet.holder) == (TitleStatus.HANDED_OVER, HolderKind.PERSON, None)
    assert (handover.channel, handover.carrier, handover.had_one_already) == (
        HandoverChannel.IN_PERSON,
        Carrier.GUARDIAN,
        True,
    )
    assert len(handover.receipt) == 8 and not handover.is_late_entry
    assert set(Ticket.objects.filter(booklet=booklet).values_list("status", flat=True)) == {TitleStatus.HANDED_OVER}
    told = str(Movement.objects.filter(pk=handover.movement_id).values()[0])
    assert not any(value in told for value in ("seniors", "feminin", "retraite"))
    assert len(bytes(handover.movement.commitment or b"")) == 32
    check_register()


def test_erasing_a_profile_changes_no_fact(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    give(scene, booklet)
    before = fingerprint(but=("vouchers_handoverprofile",))
    HandoverProfile.objects.all().delete()
    assert fingerprint(but=("vouchers_handoverprofile",)) == before
    check_register()


@pytest.mark.parametrize("field", ["target_public", "age_band", "gender", "social_status", "autonomy"])
def test_a_profile_outside_the_lists_is_refused(scene: Scene, field: str) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    for value in ("inventé", *([""] if field != "autonomy" else [])):
        with refused(InvalidInput):
            give(scene, booklet, profile=replace(A_PROFILE, **{field: value}))


def test_not_communicated_is_always_an_answer(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    give(scene, booklet, profile=Profile(*["non_communique"] * 4))


def test_a_booklet_that_nobody_found_is_not_in_stock(scene: Scene) -> None:
    with refused(BookletNotInStock):
        give(scene, None)


def test_the_same_key_gives_the_first_receipt(scene: Scene) -> None:
    booklet, other = scene.delivered((scene.ccas, 5, 2))
    key = uuid4()
    first = give(scene, booklet, key=key)
    before = fingerprint()
    assert give(scene, booklet, key=key) == first
    assert fingerprint() == before
    variants: list[dict[str, Any]] = [
        {"profile": replace(A_PROFILE, gender="masculin")},
        {"carrier": Carrier.OTHER},
        {"had_one_already": True},
        {"happened_at": scene.now},
        {"distributor": scene.other_ccas, "by": scene.other_agent},
    ]
    for terms in variants:
        with refused(KeyReused):
            give(scene, booklet, key=key, **terms)
    with refused(KeyReused):
        give(scene, other, key=key)


def test_the_key_still_answers_once_the_handover_is_undone(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    key = uuid4()
    first = give(scene, booklet, key=key)
    undo(scene, first)
    assert give(scene, booklet, key=key) == first
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


LATE = 15  # days, the wave's default
LATE_CASES = [
    # declared, typed, is it a late entry (None: refused)
    pytest.param(paris(2026, 6, 9, 8), paris(2026, 6, 9, 18), False, id="this morning"),
    pytest.param(paris(2026, 6, 9, 0), paris(2026, 6, 9, 0), False, id="now, at midnight of Paris"),
    pytest.param(paris(2026, 6, 8, 23, 59), paris(2026, 6, 9, 0), True, id="a minute ago, yesterday in Paris"),
    pytest.param(paris(2026, 6, 9, 0, 30), paris(2026, 6, 9, 3), False, id="today in Paris, yesterday in UTC"),
    pytest.param(paris(2026, 6, 9, 18), paris(2026, 6, 9, 8), None, id="later today"),
    pytest.param(paris(2026, 6, 10, 8), paris(2026, 6, 9, 18), None, id="tomorrow"),
    pytest.param(paris(2026, 6, 1, 0), paris(2026, 6, 16, 23, 59), True, id="fifteen days, to the last minute"),
    pytest.param(paris(2026, 6, 1, 23, 59), paris(2026, 6, 17, 0), None, id="sixteen days"),
    # the last Sunday of March has 23 hours, that of October 25
    pytest.param(paris(2026, 3, 28, 23, 30), paris(2026, 3, 29, 0, 30), True, id="across midnight, spring"),
    pytest.param(paris(2026, 3, 29, 0), paris(2026, 3, 29, 23, 59), False, id="the day of 23 hours"),
    pytest.param(paris(2026, 3, 20, 10), paris(2026, 4, 4, 10), True, id="fifteen days across spring"),
    pytest.param(paris(2026, 3, 20, 23, 59), paris(2026, 4, 5, 0), None, id="sixteen days across spring"),
    pytest.param(paris(2026, 10, 25, 0), paris(2026, 10, 25, 23, 59), False, id="the day of 25 hours"),
    pytest.param(paris(2026, 10, 20, 0), paris(2026, 11, 4, 23, 59), True, id="fifteen days across autumn"),
    pytest.param(paris(2026, 10, 20, 23, 59), paris(2026, 11, 5, 0), None, id="sixteen days across autumn"),
]


@pytest.mark.parametrize(("declared", "typed", "is_late"), LATE_CASES)
def test_a_paper_day_is_typed_within_days_of_paris(
    scene: Scene, declared: datetime, typed: datetime, is_late: bool | None
) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    if is_late is None:
        with refused(LateEntryTooLate):
            give(scene, booklet, happened_at=declared, at=typed)
        return
    handover = give(scene, booklet, happened_at=declared, at=typed)
    assert (handover.is_late_entry, handover.happened_at, handover.recorded_at) == (is_late, declared, typed)
    assert (handover.movement.happened_at, handover.movement.recorded_at) == (declared, typed)


def test_the_hour_that_comes_twice_is_told_apart(scene: Scene) -> None:
    """On 25 October 2026 it is 02:30 twice: the second is later than the first, and no future."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    first, second = paris(2026, 10, 25, 2, 30), paris(2026, 10, 25, 2, 30).replace(fold=1)
    assert second.timestamp() - first.timestamp() == 3600
    at = datetime.fromtimestamp(first.timestamp() + 1800, tz=PARIS)
    with refused(LateEntryTooLate):
        give(scene, booklet, happened_at=datetime.fromtimestamp(second.timestamp(), tz=scene.now.tzinfo), at=at)
    give(scene, booklet, happened_at=datetime.fromtimestamp(first.timestamp(), tz=scene.now.tzinfo), at=at)


def test_a_handover_is_taken_back_with_its_profile(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    handover = undo(scene, give(scene, booklet))
    booklet.refresh_from_db()
    assert (booklet.status, booklet.holder) == (TitleStatus.IN_STOCK, scene.ccas)
    assert handover.undone_at == scene.now
    assert not HandoverProfile.objects.exists()
    assert Movement.objects.get(act=Act.UNDO_HANDOVER).reverses == handover.movement
    before = fingerprint()
    assert undo(scene, handover) == handover  # twice is once
    assert fingerprint() == before
    give(scene, booklet)
    check_register()


def test_the_window_ends_after_an_hour(scene: Scene) -> None:
    one, two = scene.delivered((scene.ccas, 5, 2))
    first, second = give(scene, one), give(scene, two)
    undo(scene, first, at=first.recorded_at + UNDO_WINDOW)
    with refused(HandoverTooOld):
        undo(scene, second, at=second.recorded_at + UNDO_WINDOW + timedelta(microseconds=1))


def test_a_late_entry_has_its_hour_from_when_it_was_typed(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.tick(days=5)
    handover = give(scene, booklet, happened_at=start_of_day(scene.now.date()) - timedelta(days=2))
    assert undo(scene, handover).undone_at


def test_only_its_agent_takes_it_back(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    handover = give(scene, booklet)
    with refused(NotAllowed):
        undo(scene, handover, by=person(scene.ccas, Role.DISTRIBUTOR))


def test_what_was_used_or_blocked_stays_given(scene: Scene) -> None:
    used, lost = scene.delivered((scene.ccas, 5, 2))
    first, second = give(scene, used), give(scene, lost)
    scene.redeem(scene.codes(used)[4])
    scene.block(lost)
    for handover in (first, second):
        with refused(HandoverInUse):
            undo(scene, handover)


def test_a_replacement_has_no_stock_to_go_back_to(scene: Scene) -> None:
    new = scene.reissue(scene.block(scene.in_hand()))
    with refused(ReplacementNotUndoable):
        undo(scene, Handover.objects.get(booklet=new))


def test_a_handover_is_noticed_at_use_once(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    noticed = hand_over_at_use(booklet=booklet, happened_at=scene.now, by=scene.mediator, at=scene.tick())
    assert noticed is not None and noticed.channel == HandoverChannel.AT_USE
    assert (noticed.distributor, noticed.movement.act) == (scene.ccas, Act.HAND_OVER_AT_USE)
    before = fingerprint()
    assert hand_over_at_use(booklet=booklet, happened_at=scene.now, by=scene.mediator, at=scene.tick()) is None
    assert fingerprint() == before
    with refused(BookletAlreadyHandedOver):
        give(scene, booklet)
    check_register()


def test_a_key_of_another_act_is_not_answered(scene: Scene) -> None:
    key: UUID = uuid4()
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.hand_over(booklet)
    scene.redeem(scene.codes(booklet)[0], key=key)
    with refused(KeyReused):
        give(scene, booklet, key=key)
