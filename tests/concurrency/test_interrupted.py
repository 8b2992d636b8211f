"""An act cut at any of its statements leaves nothing; a lost answer is given again by the same request."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from mediation.actions.redemption import attempt_redemption
from mediation.actions.undo import undo_redemption
from mediation.models import Redemption
from mediation.states import UndoReason
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.prepared import fetch_first
from tests.caller import caller_for
from tests.concurrency.parallel import parallel
from tests.lifecycle import A_PROFILE, AN_HOUR, Scene
from tests.vouchers.actions.unchanged import fingerprint
from vouchers.actions.dispute import block_booklet, reissue_booklet
from vouchers.actions.funding import record_proof, verify_proof
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import DisputeReason, ProofKind, Ticket

Act = Callable[[], Any]


def kill_this_connection() -> None:
    """Do what an administrator, a crash or a network does: the server ends this connection."""
    victim = connection.connection.info.backend_pid
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [victim])
    finally:
        other.close()


@contextmanager
def cut_at(statement: int, cut: Act) -> Iterator[list[str]]:
    """Call `cut` before the statement of that rank; the list holds the statements that were asked."""
    asked: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        if len(asked) == statement:
            cut()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield asked


def raise_deadlock() -> None:
    raise OperationalError("deadlock detected")


def redeem(scene: Scene, codes: list[str], *, key: uuid.UUID) -> Redemption:
    return attempt_redemption(
        codes=codes, site=scene.site, service=scene.service, details=AN_HOUR, by=scene.mediator, at=scene.now, key=key
    )


def redemption(s: Scene) -> Act:
    (booklet,) = s.delivered((s.ccas, 5, 1))  # its hand-over is noticed in the same act
    code, key = s.codes(booklet)[0], uuid.uuid4()
    return lambda: redeem(s, [code], key=key)


def undoing(s: Scene) -> Act:
    booklet = s.in_hand()
    done, key = s.redeem(s.codes(booklet)[0]), uuid.uuid4()
    s.block(booklet)
    return lambda: undo_redemption(redemption=done, reason=UndoReason.OTHER, by=s.mediator, at=s.now, key=key)


def handing_over(s: Scene) -> Act:
    (booklet,) = s.delivered((s.ccas, 5, 1))
    key = uuid.uuid4()
    return lambda: hand_over(booklet=booklet, distributor=s.ccas, profile=A_PROFILE, by=s.agent, at=s.now, key=key)


def taking_back(s: Scene) -> Act:
    (booklet,) = s.delivered((s.ccas, 5, 1))
    given = s.hand_over(booklet)
    return lambda: undo_handover(handover=given, by=s.agent, at=s.now)


def blocking(s: Scene) -> Act:
    booklet, key = s.in_hand(), uuid.uuid4()
    return lambda: block_booklet(booklet=booklet, reason=DisputeReason.LOST, by=s.agent, at=s.now, key=key)


def reissuing(s: Scene) -> Act:
    dispute = s.block(s.in_hand())
    return lambda: reissue_booklet(dispute=dispute, distributor=s.ccas, by=s.agent, at=s.now)


def verifying(s: Scene) -> Act:
    order = s.produced((s.ccas, 5, 2))
    proof = record_proof(
        order=order,
        kind=ProofKind.MANDATE,
        reference="M-1",
        dated_on=date(2026, 3, 1),
        amount_cents=100_00,
        by=s.buyer,
        at=s.now,
    )
    return lambda: verify_proof(proof=proof, by=s.finance, at=s.now)


def receiving(s: Scene) -> Act:
    order = s.produced((s.ccas, 5, 2))
    first = order.first_booklet_number or 0
    parcel = send_booklets(
        wave=s.wave,
        sender=None,
        recipient=s.ccas,
        ranges=[(first, first + 1)],
        by=s.pilot,
        at=s.now,
        key=uuid.uuid4(),
    )
    return lambda: receive_shipment(shipment=parcel, missing=[first], by=s.agent, at=s.now)


ACTS = [redemption, undoing, handing_over, taking_back, blocking, reissuing, verifying, receiving]


@pytest.mark.parametrize("prepare", ACTS)
def test_an_act_cut_at_any_statement_leaves_nothing_and_can_be_done_again(
    scene: Scene, prepare: Callable[[Scene], Act]
) -> None:
    act = prepare(scene)
    before, statement = fingerprint(), 0
    while True:
        statement += 1
        with cut_at(statement, raise_deadlock) as asked:
            try:
                act()
            except OperationalError:
                pass
            else:
                break
        assert fingerprint() == before, f"cut at {statement}: {asked[-1]}"
    assert statement > 8
    assert fingerprint() != before


def test_a_killed_connection_leaves_nothing_and_the_same_request_then_passes(scene: Scene) -> None:
    """The real thing, at some statements: the server itself ends the connection in the middle of the act."""
    act = redemption(scene)
    before = fingerprint()
    for statement in (1, 2, 5, 9):
        with cut_at(statement, kill_this_connection), pytest.raises((OperationalError, InterfaceError)):
            act()
        connection.close()
        assert fingerprint() == before
    assert act() == act()


def test_an_answer_lost_after_the_commit_is_given_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server commits, then the connection dies before the client knows: it asks again with the same key."""
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    commit = DatabaseWrapper._commit

    def commit_then_die(self: DatabaseWrapper) -> None:
        commit(self)
        kill_this_connection()
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as dying, pytest.raises(OperationalError):
        dying.setattr(DatabaseWrapper, "_commit", commit_then_die)
        redeem(scene, [code], key=key)
    connection.close()

    first = Redemption.objects.get(key=key)
    after = fingerprint(but=("mediation_attempt",))
    assert redeem(scene, [code], key=key) == first
    assert fingerprint(but=("mediation_attempt",)) == after


def test_a_connection_that_died_between_two_requests_costs_no_answer(scene: Scene) -> None:
    """No « SELECT 1 » is asked before each request: the read of the token finds out, and is read again."""
    caller = caller_for(scene.operator, Role.MEDIATOR, now())
    for _ in range(2):
        assert caller.get("/services").status_code == 200
        kill_this_connection()
    assert fetch_first("SELECT %(n)s::int", {"n": 1}) == [(1,)]
    with pytest.raises((OperationalError, InterfaceError)), transaction.atomic():
        kill_this_connection()
        fetch_first("SELECT %(n)s::int", {"n": 1})  # within a transaction, nothing is tried again
    connection.close()


def test_the_victim_of_a_deadlock_leaves_nothing_and_tries_again(scene: Scene) -> None:
    """Somebody (a repair by hand) takes two tickets in the wrong order: PostgreSQL stops one of the two.

    The redemption waits first, so it is the one stopped, unless the machine was very slow: then it stands, whole.
    """
    booklets = [scene.in_hand(), scene.in_hand()]
    codes = [scene.codes(b)[0] for b in booklets]
    low, high = [Ticket.objects.filter(booklet=b).earliest("position") for b in booklets]
    high_is_taken = threading.Event()
    key = uuid.uuid4()
    before = fingerprint()

    def wait_until_it_waits_for_us() -> None:
        with connection.cursor() as cursor:
            while True:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
                )
                if cursor.fetchone()[0]:
                    return

    def act(index: int) -> object:
        if index == 0:
            with transaction.atomic():
                Ticket.objects.select_for_update(no_key=True).get(pk=high.pk)
                high_is_taken.set()
                wait_until_it_waits_for_us()
                Ticket.objects.select_for_update(no_key=True).get(pk=low.pk)
            return "by hand"
        high_is_taken.wait(10)
        return redeem_two()

    def redeem_two() -> Redemption:
        return attempt_redemption(
            codes=codes,
            site=scene.site,
            service=scene.service,
            details=replace(AN_HOUR, minutes=120),
            by=scene.mediator,
            at=scene.now,
            key=key,
        )

    by_hand, redeemed = parallel(2, act)
    (stopped,) = (one for one in (by_hand, redeemed) if isinstance(one, DatabaseError))
    assert "deadlock" in str(stopped)
    assert by_hand == "by hand" or isinstance(redeemed, Redemption)
    if stopped is redeemed:
        assert fingerprint() == before
    assert redeem_two().lines.count() == 2
    assert Redemption.objects.filter(key=key).count() == 1
