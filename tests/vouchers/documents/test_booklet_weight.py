"""What a large order costs: bytes a ticket, and memory that does not follow the order's size."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import BookletSheet, Layout


class _Nowhere(io.RawIOBase):
    """Counts what it is given and keeps nothing."""

    length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.length += len(data)
        return len(data)


def test_a_ticket_more_weighs_less_than_700_bytes(make_sheet: Any) -> None:
    def weigh(size: int) -> int:
        out = io.BytesIO()
        render_booklets((make_sheet(booklet, size=size) for booklet in range(1, 81)), Layout.CUT_SHEETS, out)
        return out.tell()

    assert (weigh(10) - weigh(5)) / (80 * 5) < 700


def test_memory_does_not_follow_the_number_of_booklets(make_sheet: Any) -> None:
    faces = [make_sheet(booklet, size=1).tickets for booklet in range(1, 9)]

    def sheets(count: int) -> Iterator[BookletSheet]:
        return (make_sheet(rank, size=1, tickets=faces[rank % 8]) for rank in range(1, count + 1))

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            render_booklets(sheets(count), Layout.CUT_SHEETS, _Nowhere())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    render_booklets(sheets(120), Layout.CUT_SHEETS, _Nowhere())  # fills what is learnt or kept once, bounded
    weight = io.BytesIO()
    render_booklets(sheets(600), Layout.CUT_SHEETS, weight)
    # What stays is the place of each object in the file, 8 bytes: far less than the pages themselves.
    assert peak(600) - peak(60) < weight.tell() / 2
