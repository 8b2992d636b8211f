"""A contested hour is paid once, and never by an hour that somebody uses at the same moment.

The locks on booklets and tickets give the right answer; the register's conditional UPDATE, the decisions that follow one
another and the unique lines of an act refuse what would go past them. The controls take these away one after the other.
"""

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connections

from mediation.actions import redemption as redemption_actions
from mediation.actions import settlement as settlement_actions
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.models import GoodwillLine, OwedDecision, Redemption, RedemptionLine
from mediation.queries.check import DECISIONS_FOLLOW, TICKET_USED_ONCE
from mediation.states import Owed, SettleReason, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.errors import DomainError
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase
from tests.lifecycle import Scene, person
from tests.mediation.contested import decisions, statuses, used_twice
from vouchers.models import Booklet, Movement, Ticket
from vouchers.register import writer
from vouchers.register.writer import Line, insert_lines, insert_movement, positions_of
from vouchers.states import TitleStatus

ROUNDS = 3


def tally(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(
        o.code if isinstance(o, DomainError) else repr(o) if isinstance(o, Exception) else "ok" for o in outcomes
    )


def settle(scene: Scene, line: RedemptionLine, *, pay: bool = True) -> OwedDecision:
    return settle_contested(
        line=line,
        is_payable=pay,
        reason=SettleReason.AGREED,
        by=person(scene.metropole, Role.FINANCE),  # each officer is another one
        at=scene.now,
    )


def grant(scene: Scene, line: RedemptionLine) -> GoodwillLine:
    by = person(scene.metropole, Role.FINANCE)
    return grant_goodwill(line=line, amount_cents=1000, reason=SettleReason.AGREED, by=by, at=scene.now)


def at_once(*acts: Callable[[], object]) -> Sequence[object]:
    return parallel(len(acts), lambda i: acts[i]())


def paid(line: RedemptionLine) -> int:
    """How many lines of the act consumed hours."""
    return RedemptionLine.objects.filter(redemption=line.redemption, movement__isnull=False).count()


@pytest.fixture
def naive_writer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """What the register's writer would be without its condition, for two who come at the same moment."""
    meeting, write = Meeting(2, request), redemption_actions.write_act

    def meet() -> None:
        if threading.current_thread() is not threading.main_thread():  # the scene's own acts go alone
            meeting.wait()

    def naive_act(*given: Any, **named: Any) -> Redemption:
        meet()
        return write(*given, **named)

    def naive_movement(act: Any, *, source: Any, target: Any, lines: Sequence[Line], context: Any) -> Movement:
        meet()
        count = sum(line.tickets_count for line in lines)
        movement = insert_movement(act, source=source, target=target, count=count, context=context)
        insert_lines(movement, lines)
        for line in lines:
            tickets = Ticket.objects.filter(booklet=line.booklet_id, position__in=positions_of(line.mask))
            tickets.update(status=target.state, movement=movement)
        return movement

    monkeypatch.setattr(redemption_actions, "write_act", naive_act)
    monkeypatch.setattr(writer, "STILL_THERE", "")
    monkeypatch.setattr(settlement_actions, "record_movement", naive_movement)


def race_of_officers(scene: Scene, booklet: Booklet, officers: int) -> tuple[RedemptionLine, Counter[str]]:
    line = used_twice(scene, booklet)
    scene.tick()
    return line, tally(parallel(officers, lambda _: settle(scene, line)))


def test_six_officers_at_once_pay_one_hour(scene: Scene) -> None:
    booklet = scene.in_hand()
    line, found = race_of_officers(scene, booklet, 6)
    assert found == {"ok": 1, "OWED_ALREADY_SETTLED": 5}
    assert paid(line) == 1
    assert statuses(booklet).count(TitleStatus.REDEEMED) == 2


def test_officers_who_decide_otherwise_decide_once(scene: Scene) -> None:
    for _ in range(ROUNDS):
        line = used_twice(scene, scene.in_hand())
        found = at_once(
            lambda x=line: settle(scene, x),  # type: ignore[misc]
            lambda x=line: settle(scene, x, pay=False),  # type: ignore[misc]
            lambda x=line: grant(scene, x),  # type: ignore[misc]
        )
        assert tally(found) == {"ok": 1, "OWED_ALREADY_SETTLED": 2}
        assert len(decisions(line)) == 2


@pytest.mark.usefixtures("locks_off", "naive_writer")
def test_without_locks_the_constraints_still_refuse_the_second_officer(scene: Scene) -> None:
    line, found = race_of_officers(scene, scene.in_hand(), 2)
    assert found["ok"] == 1
    assert paid(line) == 1


@pytest.fixture
def naive_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `decide` would be if it trusted what its caller had read before."""

    def naive(line: RedemptionLine, act: Any, owed: Any, *, reason: str, by: Any, at: Any, movement: Any) -> Any:
        rank = OwedDecision.objects.filter(line=line).count() + 1
        return OwedDecision.objects.create(
            line=line,
            rank=rank,
            act=act,
            owed=owed,
            reason=reason,
            movement=movement,
            happened_at=at,
            recorded_at=at,
            **by.columns(),
        )

    monkeypatch.setattr(settlement_actions, "decide", naive)


@pytest.mark.usefixtures("locks_off", "naive_writer", "naive_decision")
def test_control_with_nothing_of_all_that_two_officers_pay_twice(fresh_database: FreshDatabase) -> None:
    scene = Scene()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP INDEX redemption_line_consumes_once")
    line, found = race_of_officers(scene, scene.in_hand(), 2)
    assert found == {"ok": 2}
    assert paid(line) == 2
    assert [fault.rule for fault in TICKET_USED_ONCE.faults("default")] == ["TICKET_USED_ONCE"]
    assert {fault.rule for fault in DECISIONS_FOLLOW.faults("default")} == {"OWED_DECISIONS_FOLLOW"}


def last_hour_wanted(scene: Scene, booklet: Booklet) -> tuple[RedemptionLine, Sequence[object]]:
    """Four hours of five are used; the last one is wanted by the officer, and by a person at a counter."""
    line = used_twice(scene, booklet)
    codes = scene.codes(booklet)
    scene.redeem(*codes[1:4], minutes=180)
    key, by = uuid.uuid4(), person(scene.operator, Role.MEDIATOR)
    return line, at_once(lambda: settle(scene, line), lambda: scene.redeem(codes[4], by=by, key=key))


def test_the_last_free_hour_goes_to_one(scene: Scene) -> None:
    for _ in range(ROUNDS):
        booklet = scene.in_hand()
        line, (settled, used) = last_hour_wanted(scene, booklet)
        if isinstance(settled, OwedDecision):
            assert (settled.owed, tally([used])) == (Owed.PAYABLE, {"TICKET_ALREADY_REDEEMED": 1})
        else:
            assert (tally([settled]), tally([used])) == ({"NO_FREE_HOUR": 1}, {"ok": 1})
            assert [owed for owed, _ in decisions(line)] == [Owed.CONTESTED]
        uses = RedemptionLine.objects.filter(booklet=booklet, movement__isnull=False)
        assert sum(one.tickets_count for one in uses) == 5


@pytest.mark.usefixtures("locks_off")
def test_without_locks_the_registers_writer_still_gives_it_to_one(scene: Scene) -> None:
    _, outcomes = last_hour_wanted(scene, scene.in_hand())
    assert tally(outcomes)["ok"] == 1
    assert set(tally(outcomes)) <= {"ok", "REGISTER_CONFLICT", "NO_FREE_HOUR", "TICKET_ALREADY_REDEEMED"}


@pytest.mark.usefixtures("locks_off", "naive_writer")
def test_control_without_locks_nor_condition_it_goes_to_both(fresh_database: FreshDatabase) -> None:
    scene = Scene()
    _, outcomes = last_hour_wanted(scene, scene.in_hand())
    assert tally(outcomes) == {"ok": 2}
    assert [fault.rule for fault in TICKET_USED_ONCE.faults("default")] == ["TICKET_USED_ONCE"]


def test_two_contested_acts_and_one_free_hour(scene: Scene) -> None:
    for _ in range(ROUNDS):
        booklet = scene.in_hand()
        lines = [used_twice(scene, booklet, first=rank) for rank in range(2)]
        scene.redeem(*scene.codes(booklet)[2:4], minutes=120)
        found = parallel(2, lambda i, lines=lines: settle(scene, lines[i]))  # type: ignore[misc]
        assert tally(found) == {"ok": 1, "NO_FREE_HOUR": 1}


def test_an_act_taken_back_while_it_is_settled(scene: Scene) -> None:
    for _ in range(ROUNDS):
        booklet = scene.in_hand()
        line = used_twice(scene, booklet)
        settled, undone = at_once(
            lambda x=line: settle(scene, x),  # type: ignore[misc]
            lambda x=line: undo_redemption(  # type: ignore[misc]
                redemption=x.redemption,
                reason=UndoReason.NOT_GIVEN,
                by=scene.other_mediator,
                at=scene.now,
                key=uuid.uuid4(),
            ),
        )
        assert tally([undone]) == {"ok": 1}
        assert tally([settled]) in ({"ok": 1}, {"OWED_ALREADY_SETTLED": 1})
        assert statuses(booklet).count(TitleStatus.HANDED_OVER) == 4
        lines = RedemptionLine.objects.filter(redemption=line.redemption)
        assert {decisions(one)[-1][0] for one in lines} == {Owed.UNDONE}
