"""Product invariants 1 and 2: a ticket is consumed at most once, a repeated request counts once.

Two things hold it, each shown to hold alone: the row locks, and the conditional UPDATE of the register's writer. The
control takes both away, and the ticket is spent several times.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from mediation.actions import redemption as actions
from mediation.actions.act_details import ActDetails
from mediation.actions.late_entry import attempt_late_entry
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.redemption import attempt_redemption
from mediation.actions.undo import undo_redemption
from mediation.models import Attempt, Redemption, RedemptionLine
from mediation.policies.redemption import TicketAlreadyRedeemed, TicketBlocked
from mediation.queries.check import TICKET_USED_ONCE
from mediation.states import Owed, UndoReason
from passnum.kit.errors import DomainError
from tests.concurrency.meeting import PATIENCE, PATIENCE_OF_A_CONTROL, Meeting
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase
from tests.lifecycle import AN_HOUR, Scene
from vouchers.actions.dispute import block_booklet
from vouchers.models import Booklet, ConfirmationOutcome, DisputeReason, Handover, HandoverChannel, Movement, Ticket
from vouchers.register import writer
from vouchers.states import TitleStatus

THREADS = 50
# Enough for the races whose outcome is judged against a control.
FEW = 12


def redeem(scene: Scene, codes: Sequence[str], *, minutes: int = 60, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "site": scene.site,
        "service": scene.service,
        "details": ActDetails(minutes=minutes),
        "by": scene.mediator,
        "at": scene.now,
        "key": uuid.uuid4(),
    }
    return attempt_redemption(codes=codes, **(given | terms))


def tally(outcomes: Sequence[object]) -> Counter[str]:
    """Count what happened: acts by « ok », refusals by their code, anything else by its class."""
    return Counter(
        "ok" if isinstance(o, Redemption) else o.code if isinstance(o, DomainError) else repr(o) for o in outcomes
    )


def uses_of(booklet: Booklet) -> int:
    return RedemptionLine.objects.filter(booklet=booklet, movement__isnull=False).count()


def race(scene: Scene, booklet: Booklet, threads: int = FEW) -> Counter[str]:
    code = scene.codes(booklet)[0]
    scene.tick()
    return tally(parallel(threads, lambda _: redeem(scene, [code])))


def test_fifty_attempts_on_one_ticket_consume_it_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    before = Attempt.objects.count()
    assert race(scene, booklet, THREADS) == {"ok": 1, "TICKET_ALREADY_REDEEMED": THREADS - 1}
    assert uses_of(booklet) == 1
    kept = Attempt.objects.order_by("pk")[before:]
    assert Counter(a.reason for a in kept) == {"": 1, "TICKET_ALREADY_REDEEMED": THREADS - 1}
    assert Ticket.objects.filter(booklet=booklet, status=TitleStatus.REDEEMED).count() == 1


@pytest.mark.usefixtures("locks_off")
def test_without_locks_the_registers_writer_still_refuses_the_others(scene: Scene) -> None:
    booklet = scene.in_hand()
    found = race(scene, booklet)
    assert found["ok"] == 1
    assert found["TICKET_ALREADY_REDEEMED"] + found["REGISTER_CONFLICT"] == FEW - 1
    assert uses_of(booklet) == 1


@pytest.fixture
def naive_writer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What the register's writer would be without its condition: it trusts what was read before."""
    meeting, write = Meeting(FEW, request), actions.write_act

    def naive(*given: Any, **named: Any) -> Redemption:
        meeting.wait()
        return write(*given, **named)

    monkeypatch.setattr(actions, "write_act", naive)
    monkeypatch.setattr(writer, "STILL_THERE", "")


@pytest.mark.usefixtures("naive_writer")
def test_without_the_writers_condition_locks_still_make_it_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    assert race(scene, booklet) == {"ok": 1, "TICKET_ALREADY_REDEEMED": FEW - 1}
    assert uses_of(booklet) == 1


@pytest.mark.usefixtures("naive_writer", "locks_off")
def test_control_a_naive_read_then_write_spends_a_ticket_several_times(fresh_database: FreshDatabase) -> None:
    scene = Scene()
    booklet = scene.in_hand()
    found = race(scene, booklet)
    assert found == {"ok": FEW}
    assert uses_of(booklet) == FEW
    assert [fault.rule for fault in TICKET_USED_ONCE.faults("default")] == ["TICKET_USED_ONCE"]


def test_twenty_times_the_same_request_count_once_and_get_one_answer(scene: Scene) -> None:
    """Meanwhile the others are told to repeat, and get the stored result."""
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    found = parallel(20, lambda _: redeem(scene, [code], key=key))
    assert set(tally(found)) <= {"ok", "IN_PROGRESS"}
    uid = Redemption.objects.get(key=key).uid
    assert {one.uid for one in found if isinstance(one, Redemption)} == {uid}
    assert {redeem(scene, [code], key=key).uid for _ in range(5)} == {uid}
    assert uses_of(booklet) == 1
    kept = Counter(Attempt.objects.filter(key=key, is_accepted=True).values_list("is_replay", flat=True))
    assert kept == {False: 1, True: tally(found)["ok"] - 1 + 5}
    assert Attempt.objects.filter(key=key, reason="IN_PROGRESS").count() == tally(found)["IN_PROGRESS"]


def test_one_key_for_two_contents_serves_one(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    codes = scene.codes(booklet)
    found = parallel(10, lambda i: redeem(scene, [codes[i % 2]], key=key))
    winners = {one.uid for one in found if isinstance(one, Redemption)}
    assert len(winners) == 1
    assert set(tally(found)) <= {"ok", "KEY_REUSED", "IN_PROGRESS"}
    repeated = parallel(1, lambda _: redeem(scene, [codes[0]], key=key)) + parallel(
        1, lambda _: redeem(scene, [codes[1]], key=key)
    )
    assert {one.uid for one in repeated if isinstance(one, Redemption)} == winners
    assert tally(repeated) == {"ok": 1, "KEY_REUSED": 1}
    assert uses_of(booklet) == 1


def test_use_and_opposition_at_once_end_in_one_order_or_the_other(scene: Scene) -> None:
    for _ in range(4):
        booklet = scene.in_hand()
        code, at = scene.codes(booklet)[0], scene.tick()

        def act(index: int, booklet: Booklet = booklet, code: str = code, at: Any = at) -> object:
            if index % 2:
                return redeem(scene, [code])
            return block_booklet(booklet=booklet, reason=DisputeReason.LOST, by=scene.agent, at=at, key=uuid.uuid4())

        dispute, used = parallel(2, act)
        assert not isinstance(dispute, Exception)
        statuses = Counter(Ticket.objects.filter(booklet=booklet).values_list("status", flat=True))
        if isinstance(used, Redemption):
            assert statuses == {TitleStatus.REDEEMED: 1, TitleStatus.BLOCKED: 4}
        else:
            assert isinstance(used, TicketBlocked)
            assert statuses == {TitleStatus.BLOCKED: 5}


def test_a_ticket_undone_and_taken_again_at_once(scene: Scene) -> None:
    """Either the new act comes after the mirror, or it is refused; never both acts standing."""
    for _ in range(3):
        booklet = scene.in_hand()
        code = scene.codes(booklet)[0]
        first, at = scene.redeem(code), scene.tick()

        def act(index: int, first: Redemption = first, code: str = code, at: Any = at) -> object:
            if index == 0:
                return undo_redemption(
                    redemption=first, reason=UndoReason.OTHER, by=scene.mediator, at=at, key=uuid.uuid4()
                )
            return redeem(scene, [code])

        undone, again = parallel(2, act)
        assert isinstance(undone, Redemption)
        standing = RedemptionLine.objects.filter(booklet=booklet, movement__reversed_by__isnull=True)
        assert isinstance(again, Redemption | TicketAlreadyRedeemed)
        assert standing.count() == isinstance(again, Redemption)


def test_an_act_is_undone_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    redemption, at = scene.redeem(*scene.codes(booklet)[:2], minutes=120), scene.tick()
    found = parallel(
        8,
        lambda _: undo_redemption(
            redemption=redemption, reason=UndoReason.OTHER, by=scene.mediator, at=at, key=uuid.uuid4()
        ),
    )
    assert tally(found) == {"ok": 1, "ALREADY_UNDONE": 7}
    assert Movement.objects.filter(reverses__subject=redemption.uid).count() == 1


@pytest.mark.parametrize("is_known", [True, False], ids=["handed over", "noticed at use"])
def test_two_baskets_that_share_tickets_in_another_order_do_not_wait_for_one_another(
    scene: Scene, is_known: bool
) -> None:
    booklets = [scene.in_hand() for _ in range(2)] if is_known else scene.delivered((scene.ccas, 5, 2))
    basket = [scene.codes(b)[0] for b in booklets]
    scene.tick()
    found = parallel(12, lambda i: redeem(scene, basket if i % 2 else basket[::-1], minutes=120))
    assert tally(found) == {"ok": 1, "TICKET_ALREADY_REDEEMED": 11}
    assert [uses_of(b) for b in booklets] == [1, 1]


def test_baskets_that_overlap_in_a_ring_do_not_deadlock(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand(6))
    scene.tick()
    found = parallel(6, lambda i: redeem(scene, [codes[i], codes[(i + 1) % 6]], minutes=120))
    assert set(tally(found)) == {"ok", "TICKET_ALREADY_REDEEMED"}
    assert 2 <= tally(found)["ok"] <= 3


def test_five_people_at_five_desks_use_the_first_hours_of_a_booklet_that_nobody_recorded(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    codes = scene.codes(booklet)
    scene.tick()
    assert tally(parallel(5, lambda i: redeem(scene, [codes[i]]))) == {"ok": 5}
    assert Handover.objects.filter(booklet=booklet, channel=HandoverChannel.AT_USE).count() == 1
    owed = RedemptionLine.objects.filter(booklet=booklet).values_list("decisions__owed", flat=True)
    assert set(owed) == {Owed.PENDING_CONFIRMATION}


def test_an_online_act_and_an_offline_one_consume_once_and_keep_both(scene: Scene) -> None:
    for _ in range(3):
        booklet = scene.in_hand()
        code, at = scene.codes(booklet)[0], scene.tick(hours=3)

        def act(index: int, code: str = code, at: Any = at) -> Redemption:
            if index == 0:
                return redeem(scene, [code], at=at)
            return attempt_late_entry(
                codes=[code],
                site=scene.other_site,
                service=scene.service,
                details=AN_HOUR,
                happened_at=at - timedelta(hours=1),
                by=scene.other_mediator,
                at=at,
                key=uuid.uuid4(),
                is_offline=True,
            )

        online, offline = parallel(2, act)
        assert isinstance(offline, Redemption)  # an hour that happened is never lost
        decision = offline.lines.get().decisions.get()
        if isinstance(online, Redemption):
            assert (decision.owed, decision.reason) == (Owed.CONTESTED, "TICKET_ALREADY_REDEEMED")
        else:
            assert isinstance(online, TicketAlreadyRedeemed)
            assert decision.owed == Owed.PAYABLE
        assert uses_of(booklet) == 1


@dataclass
class Interval:
    """Between reading that a hand-over waits and writing that the hour waits with it, the distributor answers.

    With locks it cannot: its answer waits for the hour, which goes on after a short while.
    """

    patience: float
    is_watched: bool = False
    was_read: Event = field(default_factory=Event)
    was_answered: Event = field(default_factory=Event)


@pytest.fixture
def interval(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Interval:
    read = actions.handover_words
    made = Interval(PATIENCE_OF_A_CONTROL if "locks_off" in request.fixturenames else PATIENCE)

    def slow(booklet_ids: Iterable[int]) -> dict[int, str]:
        found = read(booklet_ids)
        if made.is_watched:
            made.was_read.set()
            made.was_answered.wait(made.patience)
        return found

    monkeypatch.setattr(actions, "handover_words", slow)
    return made


def use_while_answered(scene: Scene, interval: Interval) -> list[str]:
    """A second hour is used at the moment the distributor answers for the first; return what is owed in the end."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    codes = scene.codes(booklet)
    scene.redeem(codes[0])
    noticed, at = Handover.objects.get(booklet=booklet), scene.tick()
    interval.is_watched = True

    def act(index: int) -> object:
        if index == 0:
            return redeem(scene, [codes[1]])
        interval.was_read.wait(PATIENCE_OF_A_CONTROL)
        answer_handover_at_use(handover=noticed, outcome=ConfirmationOutcome.CONFIRMED, by=scene.agent, at=at)
        interval.was_answered.set()
        return None

    for outcome in parallel(2, act):
        assert not isinstance(outcome, Exception), outcome
    lines = RedemptionLine.objects.filter(booklet=booklet).order_by("pk")
    return [line.decisions.latest("rank").owed for line in lines]


def test_an_hour_used_while_the_distributor_answers_does_not_wait_for_ever(scene: Scene, interval: Interval) -> None:
    assert use_while_answered(scene, interval) == [Owed.PAYABLE, Owed.PAYABLE]


@pytest.mark.usefixtures("locks_off")
def test_control_without_locks_that_hour_would_wait_for_ever(scene: Scene, interval: Interval) -> None:
    assert use_while_answered(scene, interval) == [Owed.PAYABLE, Owed.PENDING_CONFIRMATION]
