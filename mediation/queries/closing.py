"""The figures of a closing statement at a seal: titles from their movements, what is owed from the decisions."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from mediation.models import ClosingLine, ClosingStatement
from mediation.models.closing_statement import OWED, STATES
from mediation.states import SETTLED_ON_FREE_HOUR, Owed
from passnum.accounts.models import Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import Order, Wave
from vouchers.queries.end_sums import OrderStates, order_states
from vouchers.queries.organisations import own
from vouchers.queries.wave_end import late_handovers
from vouchers.queries.waves import waves_visible_to

COUNTS: Final = (
    "ordered",
    "to_produce",
    *STATES,
    "funded",
    "residue",
    "unfunded",
    *OWED,
    "awaiting",
    "late_handed",
)
_OWED_OF: Final = {
    Owed.PAYABLE: "payable",
    Owed.PENDING_CONFIRMATION: "pending",
    Owed.CONTESTED: "contested",
    Owed.REFUSED: "refused",
}

# The last decision that the seals know on each line; a line taken back counts no more.
_DECIDED: Final = """
SELECT x.order_id, d.owed, d.reason, x.movement_id IS NOT NULL, sum(x.tickets_count)
FROM mediation_redemptionline x
JOIN LATERAL (
    SELECT o.owed, o.reason FROM mediation_oweddecision o
    JOIN vouchers_sealentry e ON e.movement_id = o.movement_id JOIN vouchers_seal s ON s.id = e.seal_id
    WHERE o.line_id = x.id AND s.number <= %(seal)s ORDER BY o.rank DESC LIMIT 1) d ON true
WHERE x.wave_id = %(wave)s GROUP BY 1, 2, 3, 4"""


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """The line of one order: counts of tickets in the order of COUNTS."""

    order: Order
    counts: tuple[int, ...]

    def of(self, name: str) -> int:
        """Return one count by its name."""
        return self.counts[COUNTS.index(name)]


def _owed(wave: Wave, seal_number: int) -> dict[int, Counter[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"wave": wave.pk, "seal": seal_number})
        rows = cursor.fetchall()
    found: dict[int, Counter[str]] = {}
    for order_id, owed, reason, took_tickets, count in rows:
        one = found.setdefault(order_id, Counter())
        if took_tickets and owed in _OWED_OF:
            one[_OWED_OF[Owed(owed)]] += int(count)
        elif owed == Owed.CONTESTED and reason != SETTLED_ON_FREE_HOUR:
            one["awaiting"] += int(count)
    return found


def _line(order: Order, titles: OrderStates, owed: Counter[str], late: int) -> OrderFigures:
    values = {
        "ordered": titles.ordered,
        "to_produce": titles.to_produce,
        **{state: titles.states[state.upper()] for state in STATES},
        "funded": titles.funded,
        "residue": titles.unused_funded,
        "unfunded": titles.unused_unfunded,
        **{name: owed[name] for name in (*OWED, "awaiting")},
        "late_handed": late,
    }
    return OrderFigures(order, tuple(values[name] for name in COUNTS))


def closing_figures(*, wave: Wave, seal_number: int, at: datetime) -> list[OrderFigures]:
    """Return the lines of every approved order of a wave, by funder then reference; what is known at a seal."""
    titles = order_states(wave=wave, seal_number=seal_number, at=at)
    owed = _owed(wave, seal_number)
    late = dict(
        late_handovers(wave=wave, at=at).values_list("booklet__order").order_by().annotate(n=Sum("booklet__size"))
    )
    orders = Order.objects.filter(pk__in=titles).select_related("funder").order_by("funder_id", "reference")
    return [_line(o, titles[o.pk], owed.get(o.pk, Counter()), late.get(o.pk, 0)) for o in orders]


def counts_of(statement: ClosingStatement) -> dict[int, tuple[int, ...]]:
    """Return the counts that a statement froze, by order (primary keys)."""
    lines = ClosingLine.objects.filter(statement=statement).values_list("order_id", *COUNTS)
    return {pk: tuple(counts) for pk, *counts in lines}


def last_statement(*, wave: Wave, funder: Organisation) -> ClosingStatement | None:
    """Return the last statement of a wave with a funder, amendments included."""
    return ClosingStatement.objects.filter(wave=wave, funder=funder).order_by("-rank").first()


def statements_visible_to(*, by: Actor) -> QuerySet[ClosingStatement]:
    """Return the statements that an actor may read: a funder its own, others those of the waves they see."""
    statements = ClosingStatement.objects.select_related("wave", "funder", "issuer", "amends").order_by(
        "wave_id", "series_rank"
    )
    if by.role == Role.FUNDER:
        return statements.filter(funder__in=own(by))
    return statements.filter(wave__in=waves_visible_to(by=by))


def signers_of(statement: ClosingStatement) -> dict[UUID, str]:
    """Return the names of the people and organisations that signed a statement, by public id."""
    people = [statement.issuer_signed_by_id, statement.funder_signed_by_id]
    houses = [statement.issuer_signed_for, statement.funder_signed_for]
    named = dict(User.objects.filter(uid__in=[one for one in people if one]).values_list("uid", "full_name"))
    signing = Organisation.objects.filter(uid__in=[one for one in houses if one])
    return named | dict(signing.values_list("uid", "name"))
