"""Cut once, stack in order: the booklets come out sorted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.documents import imposition


@given(st.integers(min_value=1, max_value=110))
def test_piles_laid_in_order_give_the_leaves_in_order(count: int) -> None:
    pages = imposition.cut_and_stack(list(range(count)))
    piles = [[page[place] for page in pages] for place in range(imposition.PLACES)]
    assert [leaf for pile in piles for leaf in pile if leaf is not None] == list(range(count))
    assert len(pages) == -(-count // imposition.PLACES)


def test_with_eight_booklets_each_pile_is_one_booklet() -> None:
    leaves = [(booklet, leaf) for booklet in range(8) for leaf in range(11)]
    for page in imposition.cut_and_stack(leaves):
        assert [place[0] for place in page if place] == list(range(8))


@given(st.integers(min_value=0, max_value=30))
def test_rows_fill_pages_in_reading_order(count: int) -> None:
    pages = imposition.in_rows(list(range(count)))
    assert [leaf for page in pages for leaf in page if leaf is not None] == list(range(count))
    assert all(len(page) == imposition.PLACES for page in pages)


@pytest.mark.parametrize(
    ("sizes", "lots"),
    [
        ([], []),
        ([5] * 8, [8]),
        ([5] * 9, [8, 1]),
        ([5, 5, 10, 10, 5], [2, 2, 1]),
    ],
)
def test_a_lot_holds_at_most_eight_booklets_of_one_size(make_sheet: Any, sizes: list[int], lots: list[int]) -> None:
    sheets = [make_sheet(rank, size=size) for rank, size in enumerate(sizes, start=1)]
    found = list(imposition.lots(iter(sheets)))
    assert [len(lot) for lot in found] == lots
    assert [sheet for lot in found for sheet in lot] == sheets


def test_places_tile_the_page_from_left_to_right_then_down() -> None:
    corners = [imposition.corner(place) for place in range(imposition.PLACES)]
    assert corners[0] == pytest.approx((0, 841.89 * 3 / 4))
    assert corners[1] == pytest.approx((595.276 / 2, 841.89 * 3 / 4))
    assert corners[7] == pytest.approx((595.276 / 2, 0))
