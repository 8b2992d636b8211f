"""The chain of seals: no number skipped, no fact twice, none altered since it was sealed."""

from collections.abc import Iterator

from passnum.kit.canonical import digest_of
from vouchers.models import Movement, Seal, SealEntry
from vouchers.register.check_rule import MOST_FAULTS, Fault, Rule
from vouchers.register.facts import facts_of
from vouchers.register.sealer import seal_hash

SEALS_FOLLOW = Rule(
    "SEALS_FOLLOW",
    sql="""
SELECT s.number::text AS subject, s.rank, coalesce(p.number, 0) AS predecessor
FROM (SELECT *, row_number() OVER (ORDER BY number) AS rank FROM vouchers_seal) s
LEFT JOIN vouchers_seal p ON p.id = s.predecessor_id
WHERE s.number <> s.rank OR coalesce(p.number, 0) <> s.number - 1""",
    sentence=(
        "Le scellé {subject}, au rang {rank}, suit le scellé {predecessor} : la chaîne a un trou ou une bifurcation."
    ),
)

SEAL_COUNTED = Rule(
    "SEAL_COUNTED",
    sql="""
WITH counted AS (
    SELECT seal_id, count(*) AS n, min(position) AS first, max(position) AS last, count(DISTINCT movement_id) AS facts
    FROM vouchers_sealentry GROUP BY seal_id)
SELECT s.number::text AS subject, s.entries_count, coalesce(c.n, 0) AS n
FROM vouchers_seal s LEFT JOIN counted c ON c.seal_id = s.id
WHERE (c.n, c.first, c.last, c.facts) IS DISTINCT FROM
    (s.entries_count::bigint, 1, s.entries_count, s.entries_count::bigint)""",
    sentence="Le scellé {subject} annonce {entries_count} faits, il en porte {n} (ou leurs rangs ont un trou).",
)

FACT_SEALED_ONCE = Rule(
    "FACT_SEALED_ONCE",
    sql="""
SELECT coalesce(m.uid::text, 'absent (' || e.movement_id || ')') AS subject, count(*) AS n
FROM vouchers_sealentry e LEFT JOIN vouchers_movement m ON m.id = e.movement_id
GROUP BY e.movement_id, m.uid HAVING count(*) > 1 OR m.uid IS NULL""",
    sentence="Le fait {subject} est scellé {n} fois, ou n’existe plus.",
)

RULES = (SEALS_FOLLOW, SEAL_COUNTED, FACT_SEALED_ONCE)


def unsealed_count(using: str) -> int:
    """Return how many movements wait for a seal: normal between two runs of the sealer, no fault."""
    return Movement.objects.using(using).filter(seal_entry__isnull=True).count()


def _altered(seal: Seal, predecessor: bytes | None, using: str) -> Iterator[Fault]:
    entries = SealEntry.objects.using(using).filter(seal=seal).order_by("position")
    stored = list(entries.values_list("fact_hash", flat=True))
    movements = list(Movement.objects.using(using).filter(seal_entry__seal=seal).order_by("seal_entry__position"))
    facts = facts_of(movements, using=using)
    if len(facts) == len(stored):  # otherwise SEAL_COUNTED or FACT_SEALED_ONCE tells it
        for fact, known in zip(facts, stored, strict=True):
            if digest_of(fact) != bytes(known):
                yield Fault(
                    "FACT_UNALTERED",
                    str(fact["uid"]),
                    f"Le fait {fact['uid']} ({fact['act']}) n'est plus celui qui a été scellé (scellé {seal.number}).",
                )
    recomputed = seal_hash(
        number=seal.number,
        predecessor=predecessor,
        sealed_at=seal.sealed_at,
        fact_hashes=[bytes(known) for known in stored],
    )
    if recomputed != bytes(seal.hash):
        yield Fault(
            "SEAL_UNALTERED", str(seal.number), f"L'empreinte du scellé {seal.number} n'est pas celle de son contenu."
        )


def altered_seals(*, using: str, since: int = 1) -> list[Fault]:
    """Recompute the hash of every seal from number `since` on, and of each fact in it. Memory: one seal at a time."""
    faults: list[Fault] = []
    before = Seal.objects.using(using).filter(number__lt=since).order_by("-number").first()
    predecessor = bytes(before.hash) if before else None
    for seal in Seal.objects.using(using).filter(number__gte=since).order_by("number").iterator(chunk_size=100):
        faults += _altered(seal, predecessor, using)
        predecessor = bytes(seal.hash)
        if len(faults) >= MOST_FAULTS:
            break
    return faults[:MOST_FAULTS]
