"""The register as JSON lines, for `verify_register.py`: a header, then each seal with its facts, in order."""

from collections.abc import Iterator
from typing import TextIO

from passnum.kit.canonical import canonical
from vouchers.models import Movement, Seal
from vouchers.register.facts import Fact, facts_of

FORMAT = "passnum-register/1"


def seal_records(up_to: int | None = None) -> Iterator[tuple[Seal, list[Fact]]]:
    """Yield each seal with its facts in order; one seal in memory at a time."""
    seals = Seal.objects.order_by("number")
    chosen = seals if up_to is None else seals.filter(number__lte=up_to)
    for seal in chosen.iterator(chunk_size=100):
        movements = list(Movement.objects.filter(seal_entry__seal=seal).order_by("seal_entry__position"))
        yield seal, facts_of(movements)


def export_register(out: TextIO, *, up_to: int | None = None) -> int:
    """Write the sealed register and return the number of facts. What is not sealed yet is not part of it."""
    facts_count = 0
    out.write(canonical({"format": FORMAT}).decode() + "\n")
    for seal, facts in seal_records(up_to):
        record = {
            "number": seal.number,
            "sealed_at": seal.sealed_at,
            "hash": bytes(seal.hash).hex(),
            "facts": facts,
        }
        out.write(canonical(record).decode() + "\n")
        facts_count += len(facts)
    return facts_count
