"""Whatever the order of movements, legal or refused, the register proves itself right, and every ticket is somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from passnum.accounts.models import Organisation
from passnum.kit.actor import SYSTEM
from tests.database import Run, connected_to, next_label
from tests.lifecycle import Scene
from vouchers.models import Booklet, Movement, Ticket
from vouchers.register import check
from vouchers.register.check_rule import Fault
from vouchers.register.sealer import seal_movements
from vouchers.register.writer import (
    Context,
    Line,
    Place,
    RegisterConflict,
    mask_of,
    positions_of,
    project_booklets,
    record_movement,
)
from vouchers.states import TICKET_MOVES, Act, HolderKind, TitleStatus

AT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
BOOKLETS = 3
# Where an act leads, but for the organisation that holds.
KIND_AFTER = {
    Act.RECEIVE: HolderKind.ORGANISATION,
    Act.FIND: HolderKind.ORGANISATION,
    Act.UNDO_HANDOVER: HolderKind.ORGANISATION,
    Act.HAND_OVER: HolderKind.PERSON,
    Act.HAND_OVER_AT_USE: HolderKind.PERSON,
}
PAPER_ACTS = (
    Act.SEND,
    Act.RECEIVE,
    Act.DECLARE_MISSING,
    Act.FIND,
    Act.HAND_OVER,
    Act.HAND_OVER_AT_USE,
    Act.BLOCK,
    Act.EXPIRE,
    Act.CANCEL,
    Act.DESTROY,
)


UNDOS = {
    Act.UNDO_REDEMPTION: (Act.REDEEM,),
    Act.UNDO_HANDOVER: (Act.HAND_OVER, Act.HAND_OVER_AT_USE),
}
# What goes on comes more often than what ends, so that a sequence goes far.
ENDS = (Act.EXPIRE, Act.CANCEL, Act.DESTROY, Act.BLOCK)
ACTS = (*PAPER_ACTS, Act.REDEEM, *UNDOS)


@dataclass(frozen=True)
class Step:
    """One thing tried: an act on one booklet, on some of its tickets, towards one of two organisations.

    `is_wild`: any act, whatever the booklet's state; otherwise `act` only chooses among those that its state allows.
    """

    act: int
    booklet: int
    mask: int
    organisation: int
    is_wild: bool


steps = st.lists(
    st.builds(
        Step,
        act=st.integers(0, 59),
        booklet=st.integers(0, BOOKLETS - 1),
        mask=st.integers(1, 31),
        organisation=st.integers(0, 1),
        is_wild=st.sampled_from([False, False, False, True]),
    ),
    min_size=12,
    max_size=40,
)


@pytest.fixture(scope="module")
def organisations(
    django_db_setup: None, test_run: Run, worker_name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Organisation]]:
    """Two stocks, and three booklets at the printer, in a database that every example gives back as it was."""
    name = test_run.clone(next_label(worker_name))
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        with transaction.atomic():
            scene = Scene()
            scene.fund(scene.produced((scene.ccas, 5, BOOKLETS)))
        yield [scene.ccas, scene.other_ccas]
    test_run.drop(name)


def place_of(booklet: Booklet) -> Place:
    return Place(booklet.status, HolderKind(booklet.holder_kind), booklet.holder_id)


def place_after(act: Act, source: Place, organisation: Organisation) -> Place:
    (state,) = TICKET_MOVES[act].targets
    if act in {Act.SEND, Act.DECLARE_MISSING}:  # paper on its way or lost stays at the sender's charge
        return Place(state, source.kind, source.organisation_id)
    kind = KIND_AFTER.get(act, HolderKind.VOID)
    return Place(state, kind, organisation.pk if kind == HolderKind.ORGANISATION else None)


def tickets_in(booklet: Booklet, state: str) -> list[int]:
    return list(Ticket.objects.filter(booklet=booklet, status=state).values_list("position", flat=True))


def move_paper(act: Act, booklet: Booklet, organisation: Organisation, context: Context) -> None:
    """The whole booklet, or what did not part from it."""
    source = place_of(booklet)
    target = place_after(act, source, organisation)
    line = Line(booklet.pk, mask_of(tickets_in(booklet, source.state) or [1]))
    movement = record_movement(act, source=source, target=target, lines=[line], context=context)
    project_booklets(movement, [booklet.pk], source=source, target=target)


def redeem(step: Step, booklet: Booklet, context: Context) -> None:
    """Some tickets; a wild step does not look at their state first."""
    source = Place(TitleStatus.HANDED_OVER, HolderKind.PERSON)
    mask = step.mask
    if not step.is_wild:
        mask = mask_of([p for p in tickets_in(booklet, source.state) if p in positions_of(step.mask)]) or step.mask
    target = Place(TitleStatus.REDEEMED, HolderKind.CONSUMED)
    record_movement(Act.REDEEM, source=source, target=target, lines=[Line(booklet.pk, mask)], context=context)


def undo(act: Act, booklet: Booklet, context: Context) -> None:
    """Mirror the last act of its kind on this booklet, even one that was mirrored already."""
    original = Movement.objects.filter(lines__booklet=booklet, act__in=UNDOS[act]).order_by("-pk").first()
    if original is None:
        return
    source = Place(original.to_state, HolderKind(original.to_kind), original.to_organisation_id)
    target = Place(original.from_state, HolderKind(original.from_kind), original.from_organisation_id)
    lines = [Line(line.booklet_id, line.mask) for line in original.lines.all()]
    movement = record_movement(act, source=source, target=target, lines=lines, context=context, reverses=original)
    if act == Act.UNDO_HANDOVER:
        project_booklets(movement, [booklet.pk], source=source, target=target)
    elif target.state == TitleStatus.HANDED_OVER != booklet.status:
        share_the_fate(booklet, target, lines, context)


def share_the_fate(booklet: Booklet, given_back: Place, lines: list[Line], context: Context) -> None:
    """What is given back to a booklet that ended since then ends too, as `undo_redemption` does; else it is refused."""
    ends = {TitleStatus.BLOCKED: Act.BLOCK, TitleStatus.EXPIRED: Act.EXPIRE}
    if (end := ends.get(TitleStatus(booklet.status))) is None:
        raise RegisterConflict
    record_movement(end, source=given_back, target=place_of(booklet), lines=lines, context=context)


def act_of(step: Step, booklet: Booklet) -> Act:
    """The act that a step stands for, in the present state of its booklet."""
    if step.is_wild:
        return ACTS[step.act % len(ACTS)]
    states = set(Ticket.objects.filter(booklet=booklet).values_list("status", flat=True)) | {booklet.status}
    allowed = [act for act in ACTS if TICKET_MOVES[act].sources & states]
    likely = [act for act in allowed if act not in ENDS] * 4 + [act for act in allowed if act in ENDS]
    return likely[step.act % len(likely)] if likely else Act.REDEEM


def attempt(act: Act, step: Step, number: int, organisations: list[Organisation]) -> bool:
    """Try a step; tell whether it was done. A refusal must leave nothing behind."""
    at = AT + timedelta(minutes=number)
    context = Context(happened_at=at, at=at, by=SYSTEM)
    booklet = Booklet.objects.order_by("number")[step.booklet]
    before = Movement.objects.count()
    try:
        with transaction.atomic():
            if act == Act.REDEEM:
                redeem(step, booklet, context)
            elif act in UNDOS:
                undo(act, booklet, context)
            else:
                move_paper(act, booklet, organisations[step.organisation], context)
    except (RegisterConflict, IntegrityError):
        assert Movement.objects.count() == before
        return False
    return True


def faults() -> list[Fault]:
    """What the check says; movements made here by hand destroy without lot nor report."""
    return [fault for fault in check.faults() if fault.rule != "DESTRUCTION_IS_REPORTED"]


@settings(max_examples=40, deadline=None)
@given(sequence=steps)
def test_any_sequence_keeps_the_register_right(organisations: list[Organisation], sequence: list[Step]) -> None:
    with transaction.atomic():
        for number, step in enumerate(sequence):
            booklet = Booklet.objects.order_by("number")[step.booklet]
            attempt(act_of(step, booklet), step, number, organisations)
        seal_movements(at=AT + timedelta(days=1))
        assert faults() == []
        assert Ticket.objects.count() == 5 * BOOKLETS
        transaction.set_rollback(True)


def test_sequences_go_all_the_way(organisations: list[Organisation]) -> None:
    """The steps can tell a whole life: the property is not empty."""
    path = [Act.SEND, Act.RECEIVE, Act.HAND_OVER, Act.UNDO_HANDOVER, Act.HAND_OVER, Act.REDEEM, Act.UNDO_REDEMPTION]
    with transaction.atomic():
        for number, act in enumerate([*path, Act.BLOCK, Act.EXPIRE, Act.DESTROY]):
            assert attempt(act, Step(0, 0, 0b11, 0, is_wild=False), number, organisations), act
        assert not attempt(Act.REDEEM, Step(0, 0, 0b1, 0, is_wild=True), 99, organisations)
        assert faults() == []
        transaction.set_rollback(True)
