"""An opposition is made once, a replacement is one booklet, and numbers of the series are given once."""

import uuid
from typing import Any

import pytest

from passnum.kit.errors import DomainError
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.actions import dispute as actions
from vouchers.actions.dispute import NothingToBlock, TicketNotBlockable, block_booklet, reissue_booklet
from vouchers.models import Booklet, Dispute, DisputeReason, Ticket, Wave
from vouchers.register.writer import RegisterConflict


def reissue(scene: Scene, dispute: Dispute) -> Booklet:
    return reissue_booklet(dispute=dispute, distributor=scene.ccas, by=scene.agent, at=scene.now)


def test_a_replacement_asked_six_times_at_once_is_one_booklet(scene: Scene) -> None:
    old = scene.in_hand()
    dispute = scene.block(old)
    found = parallel(6, lambda _: reissue(scene, Dispute.objects.get(pk=dispute.pk)))
    new = Booklet.objects.get(replaces=old)
    assert found == [new] * 6
    assert Ticket.objects.filter(booklet=new).count() == 5


@pytest.fixture
def slow_replacement(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between reading that nothing replaces the booklet and replacing it."""
    replace, meeting = actions._replace, Meeting(6, request)

    def slow(*args: Any, **terms: Any) -> Booklet:
        meeting.wait()
        return replace(*args, **terms)

    monkeypatch.setattr(actions, "_replace", slow)


@pytest.mark.usefixtures("slow_replacement", "locks_off")
def test_without_locks_the_database_still_keeps_one(scene: Scene) -> None:
    old = scene.in_hand()
    dispute = scene.block(old)
    found = parallel(6, lambda _: reissue(scene, Dispute.objects.get(pk=dispute.pk)))
    assert sum(isinstance(one, Booklet) for one in found) == 1  # the others met a constraint: the race was real
    assert Booklet.objects.filter(replaces=old).count() == 1


def test_replacements_of_one_wave_take_numbers_in_a_row(scene: Scene) -> None:
    disputes = [scene.block(scene.in_hand()) for _ in range(5)]
    first = Wave.objects.get(pk=scene.wave.pk).next_booklet_number
    found = parallel(5, lambda i: reissue(scene, disputes[i]))
    assert sorted(getattr(b, "number", 0) for b in found) == list(range(first, first + 5))


def test_a_booklet_is_blocked_once(scene: Scene) -> None:
    booklet = scene.in_hand()

    def block(_: int) -> Dispute:
        return block_booklet(
            booklet=booklet, reason=DisputeReason.STOLEN, by=scene.agent, at=scene.now, key=uuid.uuid4()
        )

    found = parallel(6, block)
    assert sum(isinstance(one, Dispute) for one in found) == 1
    assert sum(isinstance(one, NothingToBlock) for one in found) == 5
    assert Dispute.objects.filter(booklet=booklet).count() == 1


def test_one_opposition_sent_six_times_is_one(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()

    def block(_: int) -> Any:
        return block_booklet(booklet=booklet, reason=DisputeReason.LOST, by=scene.agent, at=scene.now, key=key)

    assert parallel(6, block) == [Dispute.objects.get(booklet=booklet)] * 6


def test_replaced_and_used_at_the_same_moment(scene: Scene) -> None:
    """The old paper answers « en opposition » or « remplacé », never « accepté »."""
    old = scene.in_hand()
    dispute, code = scene.block(old), scene.codes(old)[0]
    _, used = parallel(2, lambda i: scene.redeem(code) if i else reissue(scene, dispute))
    assert isinstance(used, DomainError)
    assert used.code in {"TICKET_BLOCKED", "TICKET_REPLACED"}


def block_one(scene: Scene, booklet: Booklet, position: int) -> Dispute:
    return block_booklet(
        booklet=booklet,
        reason=DisputeReason.DAMAGED,
        by=scene.agent,
        at=scene.now,
        key=uuid.uuid4(),
        positions=[position],
    )


def test_a_ticket_is_blocked_once_and_two_tickets_each_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    found = parallel(6, lambda i: block_one(scene, booklet, 1 + i % 2))
    assert sum(isinstance(one, Dispute) for one in found) == 2
    assert sum(isinstance(one, TicketNotBlockable) for one in found) == 4
    assert set(Dispute.objects.filter(booklet=booklet).values_list("mask", flat=True)) == {0b01, 0b10}


@pytest.fixture
def slow_opposition(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between reading what is left and blocking it."""
    read, meeting = actions._positions, Meeting(4, request)

    def slow(*args: Any, **terms: Any) -> Any:
        found = read(*args, **terms)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "_positions", slow)


@pytest.mark.usefixtures("slow_opposition", "locks_off")
def test_without_locks_the_register_still_blocks_a_ticket_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    found = parallel(4, lambda _: block_one(scene, booklet, 1))
    assert sum(isinstance(one, Dispute) for one in found) == 1
    assert sum(isinstance(one, RegisterConflict) for one in found) == 3  # all had read it unblocked: the race was real
