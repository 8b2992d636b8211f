"""`check_register`, the titles' part: what the register says of itself, proved again from its rows.

Read-only, one query per rule whatever the volume; mediation adds its rules, the command composes them. docs/registre.md
says in French what each rule proves.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from vouchers.register import check_attribution, check_conservation, check_custody, check_projection, check_seals
from vouchers.register.check_rule import Fault

RULES = (
    *check_conservation.RULES,
    *check_projection.RULES,
    *check_custody.RULES,
    *check_seals.RULES,
    *check_attribution.RULES,
)


@contextmanager
def one_instant(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Read everything as it was at one instant, so that acts made meanwhile are no faults; refuse any write.

    Inside a transaction already begun, that transaction's view is kept.
    """
    is_outermost = not connections[using].in_atomic_block
    with transaction.atomic(using=using):
        if is_outermost:
            with connections[using].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def faults(*, using: str = DEFAULT_DB_ALIAS, since: int = 1) -> list[Fault]:
    """Return every fault of the titles' register; hashes are recomputed from seal number `since` on."""
    found = [fault for rule in RULES for fault in rule.faults(using)]
    return [*found, *check_seals.altered_seals(using=using, since=since)]
