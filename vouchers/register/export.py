"""The register as JSON lines, for `verify_register.py`: a header, then each seal with its facts, in order."""

import json
from collections.abc import Iterator
from typing import TextIO

from passnum.kit.canonical import canonical
from vouchers.models import Movement, Seal
from vouchers.register.facts import facts_of

FORMAT = "passnum-register/1"


def seal_records(up_to: int | None = None) -> Iterator[dict[str, object]]:
    """Yield one record per seal: its chain fields and its facts in canonical form."""
    seals = Seal.objects.order_by("number")
    for seal in seals.filter(number__lte=up_to) if up_to else seals:
        movements = list(Movement.objects.filter(seal_entry__seal=seal).order_by("seal_entry__position"))
        yield {
            "number": seal.number,
            "sealed_at": seal.sealed_at,
            "hash": bytes(seal.hash).hex(),
            "facts": facts_of(movements),
        }


def export_register(out: TextIO, *, up_to: int | None = None) -> int:
    """Write the sealed register and return the number of facts. What is not sealed yet is not part of it."""
    facts_count = 0
    out.write(json.dumps({"format": FORMAT}) + "\n")
    for record in seal_records(up_to):
        out.write(canonical(record).decode() + "\n")
        facts_count += len(record["facts"])  # type: ignore[arg-type]  # a list, by construction above
    return facts_count
