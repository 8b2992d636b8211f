"""What was true at the end of a day, as far as the register knew it at a seal: the two marks of every report.

A fact counts when it happened before the end of the cut-off day (Paris) *and* stands in a seal up to the given number.
Titles come from movement lines, ordered by the seals; what the register does not hold (names, steps of an order) comes
from dated rows recorded before that seal was closed. No figure is read from a status column: the same pair gives the
same figures for ever, and what is uploaded or renamed later belongs to later seals.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from reporting.queries.pair import AsOf, KnownSeal
from vouchers.models import Seal

# The Métropole du Grand Paris was born that day: no wave is older.
FIRST_DAY: Final = date(2016, 1, 1)


class NothingSealed(DomainError):
    code = "NOTHING_SEALED"
    message = (
        "Le registre n’a encore aucun scellé\u00a0: le rapport sera possible dès le premier,"
        " une minute après le premier fait enregistré."
    )
    status = 404


class CutOffRefused(DomainError):
    code = "CUT_OFF_REFUSED"
    message = "Choisissez un jour d’arrêté entre le {first} et aujourd’hui."
    status = 422


class SealUnknown(DomainError):
    code = "SEAL_UNKNOWN"
    message = "Le scellé n°\u00a0{number} n’existe pas\u00a0: le dernier est le n°\u00a0{last}."
    status = 404


def _known(seal: Seal) -> KnownSeal:
    return KnownSeal(seal.number, bytes(seal.hash).hex(), seal.sealed_at)


def latest_seal() -> KnownSeal:
    """Return the last seal. Raises NothingSealed."""
    seal = Seal.objects.order_by("-number").first()
    if seal is None:
        raise NothingSealed
    return _known(seal)


def seal_of(as_of: AsOf) -> KnownSeal:
    """Return the seal of a pair. Raises NothingSealed, SealUnknown."""
    seal = Seal.objects.filter(number=as_of.seal_number).first()
    if seal is None:
        raise SealUnknown(number=as_of.seal_number, last=latest_seal().number)
    return _known(seal)


def as_of(*, at: datetime, cut_off_on: date | None = None, seal_number: int | None = None) -> AsOf:
    """Return a pair: the day of `at` in Paris and the latest seal stand for what is not given.

    Raises NothingSealed, SealUnknown, CutOffRefused (a day to come would be another day tomorrow).
    """
    today = paris_date(at)
    day = cut_off_on or today
    if not FIRST_DAY <= day <= today:
        raise CutOffRefused(first=FIRST_DAY.strftime("%d/%m/%Y"))
    known = AsOf(day, latest_seal().number if seal_number is None else seal_number)
    seal_of(known)
    return known


@contextmanager
def one_view() -> Iterator[None]:
    """Make every read of a report in one read-only view of the database.

    Its few large sorts are given memory, and the planner's compiler is left aside: it costs more than it gains here.
    Inside a transaction already begun, that transaction's view is kept.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if is_outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        yield


# Joins that place a movement `m` in the register, and the two conditions of a pair.
SEALED = "JOIN vouchers_sealentry e ON e.movement_id = m.id JOIN vouchers_seal s ON s.id = e.seal_id"
COUNTS = "m.happened_at < %(end)s AND s.number <= %(seal)s"


def parameters(known: AsOf, **more: Any) -> dict[str, Any]:
    """Return the parameters of COUNTS, with others."""
    return {"end": known.end, "seal": known.seal_number, **more}


def rows_of(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a question of this package and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
