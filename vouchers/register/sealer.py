"""One sealer closes blocks after the fact: a chain head taken inside each act would be a lock that every scan waits for.

The advisory lock (`kit.marks`) makes it one at a time, and waits for the dated rows being written: a row of a name or of
an order's step belongs to the first seal after it for ever. The unique predecessor refuses a fork even without it.
"""

from datetime import datetime

from django.db import transaction

from passnum.kit.canonical import digest_of
from passnum.kit.marks import draw_line, hold_the_line
from vouchers.models import Movement, Seal, SealEntry
from vouchers.register.facts import facts_of

# A block's size bounds memory; what is left goes into the next block of the same run.
BLOCK_SIZE = 5_000


def seal_hash(*, number: int, predecessor: bytes | None, sealed_at: datetime, fact_hashes: list[bytes]) -> bytes:
    """Return the SHA-256 of a seal: its number, the seal before, its instant and the hashes of its facts in order."""
    return digest_of(
        {
            "number": number,
            "predecessor": predecessor.hex() if predecessor else "",
            "sealed_at": sealed_at,
            "facts": [h.hex() for h in fact_hashes],
        }
    )


def _seal_block(at: datetime) -> Seal | None:
    unsealed = list(Movement.objects.filter(seal_entry__isnull=True).order_by("pk")[:BLOCK_SIZE])
    if not unsealed:
        return None
    last = Seal.objects.order_by("-number").first()
    hashes = [digest_of(fact) for fact in facts_of(unsealed)]
    number = last.number + 1 if last else 1
    seal = Seal.objects.create(
        number=number,
        predecessor=last,
        entries_count=len(hashes),
        hash=seal_hash(number=number, predecessor=bytes(last.hash) if last else None, sealed_at=at, fact_hashes=hashes),
        sealed_at=at,
    )
    SealEntry.objects.bulk_create(
        [
            SealEntry(seal=seal, position=i, movement=m, fact_hash=h)
            for i, (m, h) in enumerate(zip(unsealed, hashes, strict=True), start=1)
        ]
    )
    draw_line(number)
    return seal


def seal_movements(*, at: datetime) -> Seal | None:
    """Seal every committed movement that has no seal yet; return the last seal made, None when there was nothing.

    A movement that commits later, even with a lower id, goes into a later seal: the order of the seals is the order
    of the register.
    """
    made: Seal | None = None
    while True:
        with transaction.atomic():
            hold_the_line()
            seal = _seal_block(at)
        if seal is None:
            return made
        made = seal
