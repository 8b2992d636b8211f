"""Any sequence of real actions, sensible or not, keeps the register right, and its sums are those of a naive recount.

Each example lives in a transaction that is rolled back. What an action refuses must be a refusal of the domain, and must
change nothing; any other error fails the test.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from mediation.actions.act_details import ActDetails
from mediation.actions.late_entry import attempt_late_entry
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.redemption import attempt_redemption
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement, Redemption, RedemptionLine
from mediation.states import Owed, SettleReason, UndoReason
from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.clock import end_of_day
from passnum.kit.errors import DomainError
from passnum.kit.keys import production_keyring
from tests.database import Run, connected_to, next_label
from tests.guards import capture_after_commit
from tests.lifecycle import A_PROFILE, Scene, person
from tests.mediation.closing import recount, residue_by_status, told
from tests.vouchers.actions.unchanged import check_register, fingerprint
from vouchers.actions.destruction import propose_destruction, seal_lot, sign_destruction
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.dispute import block_booklet, reissue_booklet
from vouchers.actions.expiry import expire_wave
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.loss import report_loss
from vouchers.actions.production import start_production
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import (
    Booklet,
    ConfirmationOutcome,
    DestructionMethod,
    Discrepancy,
    Dispute,
    DisputeReason,
    Handover,
    Movement,
    Order,
    OrderLine,
    Seal,
    Shipment,
    Ticket,
    Wave,
)
from vouchers.register.sealer import seal_movements
from vouchers.states import DiscrepancyStatus, TitleStatus

MOST_ORDERS = 4
SHORT_WAVE_ENDS = date(2026, 3, 31)
ANY = st.integers(0, 59)
TICKETS = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 6)), min_size=1, max_size=3, unique=True)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    """Two waves, one of which ends soon; booklets in the stock of two distributors, not all of them funded."""
    name = test_run.clone(next_label(worker_name))
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        with transaction.atomic():
            scene = Scene()
            scene.make_relay(scene.other_ccas)
            scene.delivered((scene.ccas, 5, 2), (scene.other_ccas, 6, 1))
            scene.delivered((scene.ccas, 5, 1), funded=False)
            short = scene.make_wave(2, valid_until=SHORT_WAVE_ENDS, grace_days=0)
            scene.delivered((scene.ccas, 5, 2), wave=short)
            scene.hand_over(Booklet.objects.filter(wave=scene.wave).earliest("number"))
            seal_movements(at=scene.tick())
        yield scene
    test_run.drop(name)


class RegisterMachine(RuleBasedStateMachine):
    """The desk, the places, the printer and the clock, in any order."""

    scene: ClassVar[Scene]

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.start, self.wave = self.scene.now, self.scene.wave
        self.consumed = 0
        self.checked = (0, 0)
        self.replays: list[tuple[Callable[[], Any], Any]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        self.scene.now, self.scene.wave = self.start, self.wave

    # --- what every step goes through

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Do an act; a refusal of the domain is one more way to go on, provided that nothing changed."""
        before = fingerprint()
        try:
            with transaction.atomic():
                return act()
        except DomainError:
            assert fingerprint() == before
            return None

    def request(self, act: Callable[[UUID], Any]) -> Any:
        """An act with an idempotency key, which `repeat` may send again."""
        key = uuid4()
        done = self.attempt(lambda: act(key))
        if done is not None:
            self.replays.append((lambda: act(key), done))
        return done

    def one(self, model: type[Any], pick: int, **where: Any) -> Any:
        """Return some row of a table, None when there is none."""
        rows = list(model.objects.filter(**where).order_by("pk"))
        return rows[pick % len(rows)] if rows else None

    def codes(self, picks: list[tuple[int, int]]) -> list[str]:
        found = []
        for booklet, position in picks:
            ticket = self.one(Ticket, position, booklet=self.one(Booklet, booklet))
            found.append(production_keyring().derive(ticket.uid, ticket.generation, kid=ticket.kid))
        return found

    @property
    def at(self) -> Any:
        return self.scene.tick()

    # --- the funder and the printer

    @precondition(lambda self: Order.objects.count() < MOST_ORDERS)
    @rule(size=st.integers(5, 6), count=st.integers(1, 2), is_other=st.booleans())
    def order(self, size: int, count: int, is_other: bool) -> None:
        scene = self.scene
        made = scene.approved((scene.other_ccas if is_other else scene.ccas, size, count))
        with capture_after_commit(execute=False):
            job = start_production(order=made, by=scene.pilot, at=self.at)
        assert jobs.run_job(job.uid, now=lambda: self.scene.now)

    @rule(pick=ANY, cents=st.sampled_from([1, 49_99, 50_00, 60_00, 500_00]))
    def fund(self, pick: int, cents: int) -> None:
        self.scene.fund(self.one(Order, pick), cents)

    @rule(pick=ANY, count=st.integers(1, 3), to_other=st.booleans())
    def send(self, pick: int, count: int, to_other: bool) -> None:
        """From wherever a booklet is, with the next ones whatever their state."""
        scene, first = self.scene, self.one(Booklet, pick)
        sender, recipient = first.holder, scene.other_ccas if to_other else scene.ccas
        by = person(sender, Role.DISTRIBUTOR) if sender else scene.pilot
        at, ranges = self.at, [(first.number, first.number + count - 1)]
        self.request(
            lambda key: send_booklets(
                wave=first.wave, sender=sender, recipient=recipient, ranges=ranges, by=by, at=at, key=key
            )
        )

    @rule(pick=ANY, missing=st.sets(st.integers(0, 2)))
    def receive(self, pick: int, missing: set[int]) -> None:
        shipment = self.one(Shipment, pick, status="SENT") or self.one(Shipment, pick)
        numbers = list(shipment.booklets.filter(status=TitleStatus.IN_TRANSIT).values_list("number", flat=True))
        lost = [numbers[i] for i in missing if i < len(numbers)]
        by = person(shipment.to_organisation, Role.DISTRIBUTOR)
        self.attempt(lambda: receive_shipment(shipment=shipment, missing=lost, by=by, at=self.at))

    @rule(pick=ANY, word=st.sampled_from([w for w in DiscrepancyStatus if w != DiscrepancyStatus.OPEN]))
    def say_of_missing(self, pick: int, word: DiscrepancyStatus) -> None:
        gap = self.one(Discrepancy, pick, status=DiscrepancyStatus.OPEN) or self.one(Discrepancy, pick)
        if gap:
            terms = {"shipment": gap.shipment, "numbers": [gap.booklet.number], "word": word}
            self.attempt(lambda: say_of_missing(**terms, by=self.scene.pilot, at=self.at))

    @rule(pick=ANY, count=st.integers(1, 3))
    def lose(self, pick: int, count: int) -> None:
        first, at = self.one(Booklet, pick), self.at
        ranges, reason = [(first.number, first.number + count - 1)], DisputeReason.STOLEN
        terms = {"wave": first.wave, "holder": first.holder, "ranges": ranges, "reason": reason, "at": at}
        self.request(lambda key: report_loss(**terms, by=self.scene.pilot, key=key))

    @rule(pick=ANY, is_lasting=st.booleans())
    def seal_and_destroy(self, pick: int, is_lasting: bool) -> None:
        """What came back, expired or is blocked; now and then the second person does not sign."""
        scene, booklet, at = self.scene, self.one(Booklet, pick), self.at
        terms = {"wave": booklet.wave, "ranges": [(booklet.number, booklet.number)], "counted": 1, "by": scene.pilot}
        lot = self.request(lambda key: seal_lot(**terms, holder=scene.metropole, seal_reference="S", at=at, key=key))
        if lot and is_lasting and not hasattr(lot, "report"):
            report = propose_destruction(lot=lot, method=DestructionMethod.SHREDDED, by=scene.pilot, at=self.at)
            sign_destruction(report=report, by=scene.second_pilot, at=self.at)

    # --- the desk

    @rule(pick=ANY, days_ago=st.sampled_from([0, 0, 1, 15, 16]))
    def give(self, pick: int, days_ago: int) -> None:
        booklet, at = self.one(Booklet, pick), self.at
        distributor = booklet.holder or self.scene.ccas
        by = self.scene.agent if distributor == self.scene.ccas else self.scene.other_agent
        declared = at - timedelta(days=days_ago) if days_ago else None
        self.request(
            lambda key: hand_over(
                booklet=booklet,
                distributor=distributor,
                profile=A_PROFILE,
                by=by,
                at=at,
                key=key,
                happened_at=declared,
            )
        )

    @rule(pick=ANY)
    def take_back(self, pick: int) -> None:
        handover = self.one(Handover, pick)
        self.attempt(lambda: undo_handover(handover=handover, by=handover.actor(), at=self.at))

    @rule(pick=ANY, positions=st.sets(st.integers(1, 5), max_size=2))
    def block(self, pick: int, positions: set[int]) -> None:
        """The whole booklet, or the tickets at some positions."""
        terms = {"booklet": self.one(Booklet, pick), "positions": sorted(positions), "at": self.at}
        reason = DisputeReason.LOST
        self.request(lambda key: block_booklet(reason=reason, by=self.scene.pilot, key=key, **terms))

    @rule(pick=ANY)
    def reissue(self, pick: int) -> None:
        dispute = self.one(Dispute, pick)
        if dispute:
            distributor = dispute.booklet.distributor
            self.attempt(
                lambda: reissue_booklet(dispute=dispute, distributor=distributor, by=self.scene.pilot, at=self.at)
            )

    @rule(pick=ANY, is_yes=st.booleans())
    def answer(self, pick: int, is_yes: bool) -> None:
        handover = self.one(Handover, pick, channel="AT_USE")
        if handover:
            outcome = ConfirmationOutcome.CONFIRMED if is_yes else ConfirmationOutcome.DENIED
            by = person(handover.distributor, Role.DISTRIBUTOR)
            self.attempt(lambda: answer_handover_at_use(handover=handover, outcome=outcome, by=by, at=self.at))

    # --- the places

    @rule(picks=TICKETS)
    def redeem(self, picks: list[tuple[int, int]]) -> None:
        scene, codes, at = self.scene, self.codes(picks), self.at
        done = self.request(
            lambda key: attempt_redemption(
                codes=codes,
                site=scene.site,
                service=scene.service,
                details=ActDetails(minutes=60 * len(codes)),
                by=scene.mediator,
                at=at,
                key=key,
            )
        )
        self.consumed += self._taken(done)

    @rule(picks=TICKETS, hours_ago=st.sampled_from([1, 30, 24 * 14, 24 * 40]), is_offline=st.booleans())
    def record_late(self, picks: list[tuple[int, int]], hours_ago: int, is_offline: bool) -> None:
        scene, codes, at = self.scene, self.codes(picks), self.at
        done = self.request(
            lambda key: attempt_late_entry(
                codes=codes,
                site=scene.other_site,
                service=scene.service,
                details=ActDetails(minutes=60 * len(codes)),
                happened_at=at - timedelta(hours=hours_ago),
                by=scene.other_mediator,
                at=at,
                key=key,
                is_offline=is_offline,
            )
        )
        self.consumed += self._taken(done)

    @rule(pick=ANY)
    def undo(self, pick: int) -> None:
        redemption = self.one(Redemption, pick)
        if redemption:
            by, at = redemption.actor(), self.at
            self.consumed -= self._taken(
                self.request(
                    lambda key: undo_redemption(redemption=redemption, reason=UndoReason.OTHER, by=by, at=at, key=key)
                )
            )

    @rule(pick=ANY, kind=st.sampled_from(["pay", "pay", "refuse", "grant"]))
    def settle(self, pick: int, kind: str) -> None:
        """A finance officer decides on hours that were contested one day: now and then they are no more."""
        line = self.one(RedemptionLine, pick, decisions__owed=Owed.CONTESTED)
        if line is None:
            return
        terms: dict[str, Any] = {"line": line, "reason": SettleReason.AGREED, "by": self.scene.finance, "at": self.at}
        if kind == "grant":
            self.attempt(lambda: grant_goodwill(amount_cents=1000, **terms))
        elif self.attempt(lambda: settle_contested(is_payable=kind == "pay", **terms)) and kind == "pay":
            self.consumed += 0 if line.movement_id else line.tickets_count

    def _taken(self, redemption: Redemption | None) -> int:
        """Tickets that an act just made, or undone, took."""
        if redemption is None:
            return 0
        return redemption.lines.filter(movement__isnull=False).aggregate(n=Sum("tickets_count"))["n"] or 0

    # --- time, seals, repeated requests

    @rule(days=st.sampled_from([1, 5, 20]))
    def wait(self, days: int) -> None:
        self.scene.tick(days=days)

    @rule()
    def expire(self) -> None:
        """The short wave's end, once it is reached (a jump takes us there now and then)."""
        self.scene.now = max(self.scene.now, end_of_day(SHORT_WAVE_ENDS))
        short = Wave.objects.get(number=2)
        self.attempt(lambda: expire_wave(wave=short, by=self.scene.pilot, at=self.at))

    @rule()
    def strike(self) -> None:
        """The clock of the waves, at J+37 of the short one: each statement it draws is the naive recount."""
        before = set(ClosingStatement.objects.values_list("pk", flat=True))
        self.scene.now = max(self.scene.now, end_of_day(SHORT_WAVE_ENDS + timedelta(days=37)))
        run_wave_clocks(at=self.at)
        for drawn in ClosingStatement.objects.exclude(pk__in=before):
            assert told(drawn) == recount(drawn.wave, drawn.funder, drawn.seal_number, drawn.drawn_at)
            assert drawn.residue == residue_by_status(drawn.wave, drawn.funder)

    @rule()
    def seal(self) -> None:
        seal_movements(at=self.at)

    @precondition(lambda self: self.replays)
    @rule(pick=ANY)
    def repeat(self, pick: int) -> None:
        again, first = self.replays[pick % len(self.replays)]
        before = Movement.objects.count()
        assert again() == first
        assert Movement.objects.count() == before

    # --- what is always true

    @invariant()
    def register_is_right(self) -> None:
        facts = Movement.objects.count(), Seal.objects.count()
        if facts != self.checked:  # a step that was refused wrote nothing: `attempt` has seen to it
            check_register()
            self.checked = facts

    @invariant()
    def sums_are_those_of_a_naive_recount(self) -> None:
        states = list(Ticket.objects.exclude(status=TitleStatus.REPLACED).values_list("status", flat=True))
        ordered = sum(line.size * line.quantity for line in OrderLine.objects.all())
        assert len(states) == ordered
        assert states.count(TitleStatus.REDEEMED) == self.consumed


@pytest.fixture
def machine(world: Scene) -> type[RegisterMachine]:
    RegisterMachine.scene = world
    return RegisterMachine


def test_any_sequence_of_actions_keeps_the_register_right(machine: type[RegisterMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_machine_can_tell_a_whole_life(machine: type[RegisterMachine]) -> None:
    """Each rule is done here, not only refused: the property is not empty."""
    one = machine()
    try:
        one.order(5, 2, False)
        fresh = list(Booklet.objects.filter(status=TitleStatus.PRODUCED).order_by("number"))
        every = list(Booklet.objects.order_by("pk"))
        rank = every.index(fresh[0])
        one.fund(Order.objects.count() - 1, 500_00)
        one.send(rank, 2, False)
        one.receive(0, {1})
        one.give(rank, 1)
        one.take_back(Handover.objects.count() - 1)
        one.redeem([(rank, 0)])  # nobody recorded the hand-over
        one.answer(0, True)
        one.undo(0)
        one.redeem([(rank, 0), (rank, 1)])
        one.block(rank, {3})
        one.block(rank, set())
        one.record_late([(rank, 2)], 1, True)
        one.reissue(0)
        one.repeat(0)
        one.seal()
        one.wait(1)
        one.expire()
        one.strike()
        assert ClosingStatement.objects.exists()
        one.register_is_right()
        one.sums_are_those_of_a_naive_recount()
        acts = set(Movement.objects.values_list("act", flat=True))
        assert acts >= {
            *("PRODUCE", "SEND", "RECEIVE", "DECLARE_MISSING", "HAND_OVER", "UNDO_HANDOVER", "HAND_OVER_AT_USE"),
            *("REDEEM", "UNDO_REDEMPTION", "BLOCK", "REISSUE", "EXPIRE", "SETTLE_OWED", "RECORD_CONTESTED"),
        }
    finally:
        one.teardown()
