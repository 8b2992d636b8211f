"""A ticket is whole, a total is rounded once, whatever the order of uses and corrections."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from vouchers.register.shares import Promise, Share, shared

UNLIMITED = 10**12
rates = st.integers(1, 10_000)
uses = st.lists(
    st.tuples(st.integers(1, 10), st.sampled_from(["seniors", "jeunes", "non_communique", ""])), max_size=40
)


def rounded(cents: Fraction) -> int:
    return int(cents + Fraction(1, 2))


@given(rate=rates, uses=uses, face=st.sampled_from([1, 3, 999, 1000]))
def test_a_total_is_rounded_once(rate: int, uses: list[tuple[int, str]], face: int) -> None:
    promise = Promise(1, 0, rate, UNLIMITED, ("seniors",))
    base = 0
    for count, public in uses:
        shares = shared(count * face, promises=[promise], public=public)
        base += count * face if public == "seniors" else 0
        assert sum(share.cents for share in shares) == count * face
        assert promise.cents == rounded(Fraction(base * rate, 10_000))


@given(
    found=st.lists(st.tuples(rates, st.integers(0, 30_000)), max_size=3), uses=uses, undo=st.lists(st.integers(0, 39))
)
def test_tickets_are_whole_and_ceilings_hold(
    found: list[tuple[int, int]], uses: list[tuple[int, str]], undo: list[int]
) -> None:
    promises = [Promise(i, 0, rate, ceiling, ()) for i, (rate, ceiling) in enumerate(found)]
    made: list[list[Share]] = []
    for rank, (count, public) in enumerate(uses):
        shares = shared(count * 1000, promises=promises, public=public)
        made.append(shares)
        assert sum(share.cents for share in shares) == count * 1000
        assert all(0 <= share.cents <= share.due_cents <= share.base_cents for share in shares)
        if rank in undo:
            for share in made[rank]:
                if share.promise_id is not None:
                    promises[share.promise_id].add(share.mirrored())
            made[rank] = []
        for promise in promises:
            kept = [share for shares in made for share in shares if share.promise_id == promise.id]
            assert 0 <= promise.cents == sum(share.cents for share in kept) <= promise.ceiling_cents


def test_past_the_ceiling_the_orderer_pays_and_a_correction_opens_it_again() -> None:
    promise = Promise(1, 0, 6_500, 10_00, ())
    first = shared(10_00, promises=[promise], public="")
    assert [share.cents for share in first] == [6_50, 3_50]
    assert [share.cents for share in shared(10_00, promises=[promise], public="")] == [3_50, 6_50]
    assert [share.cents for share in shared(10_00, promises=[promise], public="")] == [0, 10_00]
    promise.add(first[0].mirrored())
    assert [share.cents for share in shared(10_00, promises=[promise], public="")] == [6_50, 3_50]


def test_promises_that_add_up_to_the_whole_leave_nothing_below_zero() -> None:
    promises = [
        Promise(1, 0, 3_333, UNLIMITED, ()),
        Promise(2, 0, 3_333, UNLIMITED, ()),
        Promise(3, 0, 3_334, UNLIMITED, ()),
    ]
    for _ in range(300):
        shares = shared(1, promises=promises, public="")
        assert sum(share.cents for share in shares) == 1
        assert min(share.cents for share in shares) >= 0
    assert sum(promise.cents for promise in promises) in range(299, 301)
