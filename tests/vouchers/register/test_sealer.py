"""The chain is one line whatever runs at once; what commits late goes into a later seal."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connections, transaction

from passnum.kit.actor import SYSTEM
from passnum.kit.canonical import digest_of
from tests.concurrency.parallel import parallel
from tests.database import FreshDatabase
from vouchers.models import Movement, Seal, SealEntry
from vouchers.register import check, sealer
from vouchers.register.facts import facts_of
from vouchers.register.sealer import seal_hash, seal_movements
from vouchers.register.writer import Context, Place, declare, insert_movement
from vouchers.states import Act, HolderKind, TitleStatus

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CONSUMED = Place(TitleStatus.REDEEMED, HolderKind.CONSUMED)


def write(count: int = 1) -> list[Movement]:
    """Some facts that need no title: declarations."""
    return [
        declare(Act.SETTLE_OWED, place=CONSUMED, context=Context(happened_at=AT, at=AT, by=SYSTEM, details={"n": n}))
        for n in range(count)
    ]


def assert_one_line() -> None:
    """Numbers follow, each names the one before, every movement is sealed once, hashes are right."""
    seals = list(Seal.objects.order_by("number").select_related("predecessor"))
    assert [s.number for s in seals] == list(range(1, len(seals) + 1))
    assert [s.predecessor for s in seals] == [None, *seals[:-1]][: len(seals)]
    assert SealEntry.objects.count() == Movement.objects.count()
    assert check.faults() == []


@pytest.mark.django_db
def test_nothing_to_seal_makes_no_seal() -> None:
    assert seal_movements(at=AT) is None
    assert not Seal.objects.exists()


@pytest.mark.django_db
def test_a_seal_holds_what_was_committed_in_order_of_writing() -> None:
    movements = write(3)

    seal = seal_movements(at=AT)

    assert seal is not None
    entries = list(SealEntry.objects.filter(seal=seal).order_by("position"))
    assert [e.movement_id for e in entries] == [m.pk for m in movements]
    assert [bytes(e.fact_hash) for e in entries] == [digest_of(fact) for fact in facts_of(movements)]
    assert bytes(seal.hash) == seal_hash(
        number=1, predecessor=None, sealed_at=AT, fact_hashes=[bytes(e.fact_hash) for e in entries]
    )
    assert seal_movements(at=AT) is None


@pytest.mark.django_db
def test_a_long_wait_is_sealed_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BLOCK_SIZE", 4)
    write(10)

    last = seal_movements(at=AT)

    assert last is not None and last.number == 3
    assert list(Seal.objects.order_by("number").values_list("entries_count", flat=True)) == [4, 4, 2]
    assert_one_line()


@pytest.mark.django_db
def test_a_fact_read_back_has_the_hash_it_had_when_written() -> None:
    """Microseconds, letters with accents, big integers and null survive the database."""
    details = {"é": "Île-de-France « ok »", "n": 2**53 + 1, "nothing": None, "list": [1, [True, False]]}
    written = declare(
        Act.SETTLE_OWED,
        place=CONSUMED,
        context=Context(happened_at=AT + timedelta(microseconds=7), at=AT, by=SYSTEM, details=details),
    )
    assert facts_of([written]) == facts_of([Movement.objects.get(pk=written.pk)])
    seal_movements(at=AT)
    assert_one_line()


@pytest.mark.django_db
@pytest.mark.parametrize("details", [{"rate": 0.5}, {"deep": [{"rate": float("nan")}]}])
def test_a_fact_without_canonical_form_is_never_written(details: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        insert_movement(
            Act.SETTLE_OWED,
            source=CONSUMED,
            target=CONSUMED,
            count=0,
            context=Context(happened_at=AT, at=AT, by=SYSTEM, details=details),
        )
    assert not Movement.objects.exists()


def test_two_sealers_at_once_make_one_line(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BLOCK_SIZE", 5)
    write(60)

    outcomes = parallel(4, lambda _: seal_movements(at=AT))

    assert not [o for o in outcomes if isinstance(o, Exception)]
    assert Seal.objects.count() == 12
    assert_one_line()


def _meet(monkeypatch: pytest.MonkeyPatch, *, patience: float) -> None:
    """Make two sealers wait for each other (seconds at most) once they have read the end of the chain."""
    barrier = Barrier(2)
    real = sealer.facts_of

    def facts_after_meeting(movements: list[Movement]) -> object:
        facts = real(movements)
        with suppress(BrokenBarrierError):
            barrier.wait(patience)
        return facts

    monkeypatch.setattr(sealer, "facts_of", facts_after_meeting)


def test_the_lock_makes_sealers_take_turns(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    _meet(monkeypatch, patience=0.5)  # the second never comes: it waits for the lock

    outcomes = parallel(2, lambda _: seal_movements(at=AT))

    assert sorted(o.number for o in outcomes if isinstance(o, Seal)) == [1]
    assert outcomes.count(None) == 1
    assert_one_line()


def test_without_the_lock_the_database_refuses_a_fork(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the race is there, and ends in an error instead of two chains."""
    write(3)
    _meet(monkeypatch, patience=30)

    def unlocked(_: int) -> Seal | None:
        with transaction.atomic():
            return sealer._seal_block(AT)

    outcomes = parallel(2, unlocked)

    (error,) = [o for o in outcomes if isinstance(o, Exception)]
    assert isinstance(error, IntegrityError)
    assert "vouchers_seal_" in str(error)
    assert Seal.objects.count() == 1
    assert_one_line()


@pytest.mark.django_db
def test_two_seals_never_have_one_predecessor() -> None:
    """Even under another number and another hash."""
    write(1)
    first = seal_movements(at=AT)
    write(1)
    seal_movements(at=AT)
    with pytest.raises(IntegrityError, match="vouchers_seal_predecessor_id_key"), transaction.atomic():
        Seal.objects.create(number=9, predecessor=first, entries_count=1, hash=b"x" * 32, sealed_at=AT)


def test_what_commits_late_goes_into_a_later_seal(fresh_database: FreshDatabase) -> None:
    with transaction.atomic(using="owner"):
        late = Movement.objects.using("owner").create(
            act=Act.SETTLE_OWED,
            from_kind=CONSUMED.kind,
            from_state=CONSUMED.state,
            to_kind=CONSUMED.kind,
            to_state=CONSUMED.state,
            tickets_count=0,
            happened_at=AT,
            recorded_at=AT,
            **SYSTEM.columns(),
        )
        (early,) = write(1)
        assert late.pk < early.pk
        first = seal_movements(at=AT)
    second = seal_movements(at=AT)

    assert first is not None and second is not None
    assert SealEntry.objects.get(movement=early).seal == first
    assert SealEntry.objects.get(movement_id=late.pk).seal == second
    assert_one_line()


def test_sealing_during_acts_loses_none(fresh_database: FreshDatabase) -> None:
    def act(index: int) -> None:
        if index % 2:
            write(20)
        else:
            for _ in range(6):
                seal_movements(at=AT)

    assert parallel(4, act) == [None] * 4
    seal_movements(at=AT)
    assert Movement.objects.count() == 40
    assert_one_line()
    connections.close_all()
