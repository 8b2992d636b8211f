"""Attribute the tickets used to those who funded them: a fold over the seals, each once and in order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from vouchers.models import AttributedSeal, AttributionLine, Seal
from vouchers.queries.attribution import SealedUse, next_seal_to_attribute, promises_at, sealed_uses
from vouchers.register.sealer import seal_movements
from vouchers.register.shares import Share, shared
from vouchers.states import Act

# Any constant does, as long as nothing else takes it: « ATTR » in ASCII. One fold at a time, in the order of the seals.
LOCK: Final = 0x41545452

Key = tuple[int, int]  # movement, booklet


def seal_and_attribute(*, at: datetime) -> Seal | None:
    """Seal what was committed, then attribute what it used; return the last seal made, None when there was nothing."""
    seal = seal_movements(at=at)
    attribute_seals(at=at)
    return seal


def attribute_seals(*, at: datetime) -> int:
    """Attribute the uses of every seal that was not yet; return how many seals. Each seal is one transaction.

    What is written stays: a promise made later counts for later seals only, a correction mirrors what it corrects
    (register.md, *Money*).
    """
    count = 0
    while _attribute_next(at):
        count += 1
    return count


def one_at_a_time() -> None:
    """Wait for the fold of another worker, until the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def _attribute_next(at: datetime) -> bool:
    one_at_a_time()
    seal = next_seal_to_attribute()
    if seal is None:
        return False
    AttributedSeal.objects.create(seal=seal, attributed_at=at)
    AttributionLine.objects.bulk_create(_fold(seal, sealed_uses(seal=seal)))
    return True


def _fold(seal: Seal, uses: Sequence[SealedUse]) -> list[AttributionLine]:
    """Return the lines of one seal."""
    promises = promises_at(seal=seal, order_ids=[use.order_id for use in uses])
    co_funders = {promise.id: promise.funder_id for mine in promises.values() for promise in mine}
    written: dict[Key, list[Share]] = _shares_of([use.reverses_id for use in uses if use.reverses_id])
    lines: list[AttributionLine] = []
    for use in uses:
        mine = promises.get(use.order_id, [])
        if use.act == Act.UNDO_REDEMPTION:
            shares = [share.mirrored() for share in written[use.reverses_id or 0, use.booklet_id]]
            for promise in mine:
                for share in shares:
                    if share.promise_id == promise.id:
                        promise.add(share)
        else:
            shares = shared(use.value_cents, promises=mine, public=use.public)
            written[use.movement_id, use.booklet_id] = shares
        lines += [_line(use, share, co_funders) for share in shares]
    return lines


def _shares_of(movement_ids: Sequence[int]) -> dict[Key, list[Share]]:
    """Return what was attributed of movements in seals before."""
    found: dict[Key, list[Share]] = defaultdict(list)
    for line in AttributionLine.objects.filter(movement__in=movement_ids).order_by("pk"):
        share = Share(line.funding_line_id, line.base_cents, line.due_cents, line.cents)
        found[line.movement_id, line.booklet_id].append(share)
    return found


def _line(use: SealedUse, share: Share, co_funders: dict[int, int]) -> AttributionLine:
    return AttributionLine(
        movement_id=use.movement_id,
        booklet_id=use.booklet_id,
        order_id=use.order_id,
        funder_id=use.funder_id if share.promise_id is None else co_funders[share.promise_id],
        funding_line_id=share.promise_id,
        tickets_count=-use.tickets_count if use.act == Act.UNDO_REDEMPTION else use.tickets_count,
        base_cents=share.base_cents,
        due_cents=share.due_cents,
        cents=share.cents,
    )
