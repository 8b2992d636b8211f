"""One booklet goes to one person, whoever gives it and however often it is asked."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from mediation.actions.redemption import attempt_redemption
from mediation.models import Redemption
from mediation.states import Owed
from passnum.accounts.roles import Role
from passnum.kit.errors import DomainError
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import A_PROFILE, AN_HOUR, Scene, person
from vouchers.actions import handover
from vouchers.actions.handover import Given, hand_over, undo_handover
from vouchers.actions.handover_batch import BatchRefused, Gift, hand_over_together
from vouchers.actions.shipment import send_booklets
from vouchers.models import Booklet, Handover, HandoverChannel, Movement, Shipment
from vouchers.states import TitleStatus


def tally(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(
        o.code if isinstance(o, DomainError) else repr(o) if isinstance(o, Exception) else type(o).__name__
        for o in outcomes
    )


def give(scene: Scene, booklet: Booklet, **terms: Any) -> Handover:
    given: dict[str, Any] = {"by": person(scene.ccas, Role.DISTRIBUTOR), "key": uuid.uuid4(), "at": scene.now}
    return hand_over(booklet=booklet, distributor=scene.ccas, profile=A_PROFILE, **(given | terms))


def redeem(scene: Scene, code: str) -> Redemption:
    return attempt_redemption(
        codes=[code],
        site=scene.site,
        service=scene.service,
        details=AN_HOUR,
        by=scene.mediator,
        at=scene.now,
        key=uuid.uuid4(),
    )


def given(booklet: Booklet) -> int:
    return Handover.objects.filter(booklet=booklet, undone_at__isnull=True).count()


def test_ten_agents_give_a_booklet_once(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    found = parallel(10, lambda _: give(scene, booklet))
    assert tally(found) == {"Handover": 1, "BOOKLET_ALREADY_HANDED_OVER": 9}
    assert given(booklet) == 1


@pytest.mark.usefixtures("locks_off")
def test_without_locks_the_registers_writer_refuses_the_others(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    found = tally(parallel(10, lambda _: give(scene, booklet)))
    assert found["Handover"] == 1
    assert found["BOOKLET_ALREADY_HANDED_OVER"] + found["REGISTER_CONFLICT"] == 9
    assert given(booklet) == 1


def test_one_request_sent_ten_times_gives_one_receipt(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    key = uuid.uuid4()
    found = parallel(10, lambda _: give(scene, booklet, key=key))
    assert {getattr(one, "receipt", one) for one in found} == {Handover.objects.get(booklet=booklet).receipt}


def test_given_at_the_desk_and_used_at_the_same_moment(scene: Scene) -> None:
    """Whichever comes first, the hour is given; the person at the counter is never sent away for it."""
    for _ in range(4):
        (booklet,) = scene.delivered((scene.ccas, 5, 1))
        code = scene.codes(booklet)[0]

        def act(index: int, booklet: Booklet = booklet, code: str = code) -> object:
            return give(scene, booklet) if index else redeem(scene, code)

        used, receipt = parallel(2, act)
        assert isinstance(used, Redemption)
        assert given(booklet) == 1
        channel = Handover.objects.get(booklet=booklet).channel
        owed = used.lines.get().decisions.get().owed
        if isinstance(receipt, Handover):
            assert (channel, owed) == (HandoverChannel.IN_PERSON, Owed.PAYABLE)
        else:
            assert tally([receipt]) == {"BOOKLET_ALREADY_HANDED_OVER": 1}
            assert (channel, owed) == (HandoverChannel.AT_USE, Owed.PENDING_CONFIRMATION)


def test_a_handover_is_taken_back_once(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    receipt = scene.hand_over(booklet)
    found = parallel(6, lambda _: undo_handover(handover=receipt, by=scene.agent, at=scene.now))
    assert {one.undone_at for one in found if isinstance(one, Handover)} == {scene.now}
    assert tally(found) == {"Handover": 6}
    assert Movement.objects.filter(reverses=receipt.movement).count() == 1


def test_taken_back_and_used_at_the_same_moment(scene: Scene) -> None:
    """The act stands in any case: a hand-over taken back first is noticed again at use."""
    for _ in range(3):
        (booklet,) = scene.delivered((scene.ccas, 5, 1))
        receipt, code = scene.hand_over(booklet), scene.codes(booklet)[0]

        def act(index: int, receipt: Handover = receipt, code: str = code) -> object:
            if index:
                return undo_handover(handover=receipt, by=scene.agent, at=scene.now)
            return redeem(scene, code)

        used, back = parallel(2, act)
        assert given(booklet) == 1 or isinstance(used, DomainError)
        if isinstance(used, Redemption):
            assert tally([back]) in ({"HANDOVER_IN_USE": 1}, {"Handover": 1})
        else:  # it was read as given, and taken back before its tickets were locked
            assert tally([used, back]) == {"REGISTER_CONFLICT": 1, "Handover": 1}


def test_given_and_sent_away_at_the_same_moment(scene: Scene) -> None:
    for _ in range(3):
        (booklet,) = scene.delivered((scene.ccas, 5, 1))

        def act(index: int, booklet: Booklet = booklet) -> object:
            if index:
                return give(scene, booklet)
            return send_booklets(
                wave=scene.wave,
                sender=scene.ccas,
                recipient=scene.metropole,
                ranges=[(booklet.number, booklet.number)],
                by=scene.agent,
                at=scene.now,
                key=uuid.uuid4(),
            )

        sent, receipt = parallel(2, act)
        booklet.refresh_from_db()
        if isinstance(sent, Shipment):
            assert tally([receipt]) == {"BOOKLET_NOT_IN_STOCK": 1}
            assert booklet.status == TitleStatus.IN_TRANSIT
        else:
            assert tally([sent, receipt]) == {"RANGE_NOT_HELD": 1, "Handover": 1}
            assert booklet.status == TitleStatus.HANDED_OVER


def workshop(scene: Scene, booklets: Sequence[Booklet], key: uuid.UUID) -> list[Handover]:
    return hand_over_together(
        gifts=[Gift(booklet, Given(A_PROFILE)) for booklet in booklets],
        distributor=scene.ccas,
        by=person(scene.ccas, Role.DISTRIBUTOR),
        at=scene.now,
        key=key,
    )


def test_workshops_that_share_booklets_give_each_once_or_nothing(scene: Scene) -> None:
    """Read in any order, locked in one: they wait for each other, and never halfway."""
    booklets = scene.delivered((scene.ccas, 5, 4))
    turns = [booklets[:3], booklets[:0:-1], booklets[1:3]]
    found = parallel(6, lambda i: workshop(scene, turns[i % 3], uuid.uuid4()))
    assert sum(isinstance(one, list) for one in found) == 1
    assert sum(isinstance(one, BatchRefused) for one in found) == 5
    assert sum(given(booklet) for booklet in booklets) in {2, 3}


def test_one_workshop_sent_six_times_is_one(scene: Scene) -> None:
    booklets, key = scene.delivered((scene.ccas, 5, 2)), uuid.uuid4()
    found = parallel(6, lambda _: workshop(scene, booklets, key))
    assert all(one == found[0] for one in found)
    assert [given(booklet) for booklet in booklets] == [1, 1]


@pytest.mark.usefixtures("locks_off")
def test_without_locks_the_database_refuses_the_other_workshops(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    booklets, meeting = scene.delivered((scene.ccas, 5, 2)), Meeting(4, request)
    judge = handover.check_handover

    def slow(**terms: Any) -> None:
        judge(**terms)
        meeting.wait()

    monkeypatch.setattr(handover, "check_handover", slow)
    found = parallel(4, lambda _: workshop(scene, booklets, uuid.uuid4()))
    assert sum(isinstance(one, list) for one in found) == 1
    others = [
        getattr(one, "details", {}).get("refusal", type(one).__name__) for one in found if not isinstance(one, list)
    ]
    assert set(others) == {"REGISTER_CONFLICT"}, "all had read them in stock: the race was real"
