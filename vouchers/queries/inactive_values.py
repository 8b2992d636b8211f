"""*Valeurs inactives*: what a holder answered for on any day (Paris), from the movements alone, never from a status.

A booklet is at its holder's charge in stock, on its way out until it is received, and missing. Fact dates are those
declared (`happened_at`).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import connection

from passnum.accounts.models import Organisation
from passnum.kit.clock import end_of_day, start_of_day
from vouchers.models import InventoryCount, Wave
from vouchers.queries.inventories import counts_on
from vouchers.states import Act

_SQL: Final = """
WITH moved AS (
    SELECT b.wave_id, m.act, m.happened_at, l.tickets_count,
        coalesce((m.to_organisation_id = %(holder)s)::int, 0) AS enters,
        coalesce((m.from_organisation_id = %(holder)s)::int, 0) AS leaves, m.from_state, m.to_state
    FROM vouchers_movement m JOIN vouchers_movementline l ON l.movement_id = m.id
    JOIN vouchers_booklet b ON b.id = l.booklet_id
    WHERE (m.to_organisation_id = %(holder)s OR m.from_organisation_id = %(holder)s) AND m.happened_at < %(end)s)
SELECT wave_id, CASE WHEN happened_at < %(start)s THEN 'OPENING' WHEN enters > leaves THEN 'ENTRY'
        WHEN leaves > enters THEN 'EXIT' ELSE 'WITHIN' END AS kind,
    act, sum(enters - leaves), sum((enters - leaves) * tickets_count),
    sum(enters * (to_state = 'IN_STOCK')::int - leaves * (from_state = 'IN_STOCK')::int)
FROM moved GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
# What an act is called from the holder's side.
_ENTRIES: Final = {Act.RECEIVE: "Réceptions", Act.UNDO_HANDOVER: "Remises annulées", Act.FIND: "Retrouvés"}
_EXITS: Final = {
    Act.RECEIVE: "Envois reçus par d’autres",
    Act.HAND_OVER: "Remises",
    Act.HAND_OVER_AT_USE: "Remises constatées à l’usage",
    Act.BLOCK: "Bloqués\u00a0: perdus, volés ou scellés",
    Act.EXPIRE: "Périmés",
    Act.DESTROY: "Détruits",
    Act.FIND: "Retrouvés chez le destinataire",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """Booklets and the tickets they hold."""

    booklets: int = 0
    tickets: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.booklets + other.booklets, self.tickets + other.tickets)


@dataclass(slots=True)
class WaveStatement:
    """One wave at one holder over a period. `in_stock`: booklets in the drawer at the end; `count`: signed that day."""

    wave: Wave
    opening: Amount = Amount()
    entries: dict[str, Amount] = field(default_factory=dict)
    exits: dict[str, Amount] = field(default_factory=dict)
    in_stock: int = 0
    count: InventoryCount | None = None

    @property
    def closing(self) -> Amount:
        """What the holder answers for at the end."""
        return sum([*self.entries.values(), *self.exits.values()], start=self.opening)

    @property
    def difference(self) -> int | None:
        """Booklets counted less booklets in stock; None without a count."""
        return None if self.count is None else self.count.found_count - self.in_stock

    def cents(self, amount: Amount) -> int:
        """Face value of an amount, in cents."""
        return amount.tickets * self.wave.face_value_cents

    @property
    def closing_cents(self) -> int:
        """Face value of what the holder answers for at the end, in cents."""
        return self.cents(self.closing)

    def lines(self) -> Iterator[tuple[str, Amount, int]]:
        """Yield label, amount (exits are negative) and face value in cents, in the order of a statement."""
        labelled = [
            ("Au début", self.opening),
            *self.entries.items(),
            *self.exits.items(),
            ("À la fin", self.closing),
        ]
        for label, amount in labelled:
            yield label, amount, self.cents(amount)


def statement(*, holder: Organisation, starts_on: date, ends_on: date) -> list[WaveStatement]:
    """Return the statement of a holder from a day to another, both included, by wave; two statements and the counts."""
    terms: dict[str, int | datetime] = {
        "holder": holder.pk,
        "start": start_of_day(starts_on),
        "end": end_of_day(ends_on),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, terms)
        rows = cursor.fetchall()
    counts = counts_on(holder=holder, day=ends_on)
    waves = Wave.objects.in_bulk({row[0] for row in rows} | counts.keys())
    found = {pk: WaveStatement(waves[pk], count=counts.get(pk)) for pk in waves}
    stock: dict[int, int] = defaultdict(int)
    for wave_id, kind, act, booklets, tickets, in_stock in rows:
        one, amount = found[wave_id], Amount(int(booklets), int(tickets))
        stock[wave_id] += int(in_stock)
        if kind == "OPENING":
            one.opening += amount
        elif kind in {"ENTRY", "EXIT"}:
            names, side = (_ENTRIES, one.entries) if kind == "ENTRY" else (_EXITS, one.exits)
            label = names.get(Act(act), str(Act(act).label))
            side[label] = side.get(label, Amount()) + amount
    for wave_id, n in stock.items():
        found[wave_id].in_stock = n
    return sorted(found.values(), key=lambda s: s.wave.number)
