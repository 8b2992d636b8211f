"""The same figures, counted again the slow way: every sealed movement replayed ticket by ticket, in plain Python."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mediation.models import OwedDecision, RedemptionLine
from passnum.accounts.models import Organisation
from passnum.kit.clock import PARIS
from reporting.queries.as_of import AsOf
from vouchers.models import Booklet, Movement, MovementLine, OrderStep, Seal, SealEntry, Wave

GIVEN = ("HAND_OVER", "HAND_OVER_AT_USE")


def month(instant: datetime) -> str:
    """Month in Paris."""
    return instant.astimezone(PARIS).strftime("%Y-%m")


@dataclass
class Recount:
    """States by (booklet, position), and what follows from them."""

    wave: Wave
    known: AsOf
    funder: Organisation | None = None
    states: dict[tuple[int, int], str] = field(default_factory=dict)
    taken_by: dict[tuple[int, int], Movement] = field(default_factory=dict)
    given: dict[int, Movement] = field(default_factory=dict)
    keeper: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        mine = Booklet.objects.filter(wave=self.wave)
        if self.funder:
            mine = mine.filter(funder=self.funder)
        self.booklets = {b.pk: b for b in mine}
        self.seal = Seal.objects.get(number=self.known.seal_number)
        for entry in SealEntry.objects.select_related("seal", "movement").order_by("seal__number", "position"):
            m = entry.movement
            if entry.seal.number <= self.known.seal_number and m.happened_at < self.known.end:
                for line in MovementLine.objects.filter(movement=m):
                    if line.booklet_id in self.booklets:
                        self._replay(m, line)
        self.born = {pk for pk, _ in self.states}

    def _replay(self, m: Movement, line: MovementLine) -> None:
        for position in range(1, 11):
            if line.mask >> (position - 1) & 1:
                self.states[line.booklet_id, position] = m.to_state
                self.taken_by[line.booklet_id, position] = m
        if m.act in GIVEN:
            self.given[line.booklet_id] = m
        if m.act == "UNDO_HANDOVER":
            del self.given[line.booklet_id]
        if m.act in ("RECEIVE", "FIND"):
            assert m.to_organisation_id
            self.keeper[line.booklet_id] = m.to_organisation_id

    def root(self, pk: int) -> int:
        """The first booklet of a family."""
        while (before := self.booklets[pk].replaces_id) is not None:
            pk = before
        return pk

    def tickets(self) -> Counter[str]:
        """Tickets by present state; an old booklet whose replacement is not known yet is blocked."""
        heirs = {self.booklets[pk].replaces_id for pk in self.born}
        found: Counter[str] = Counter()
        for (pk, _), state in self.states.items():
            if state != "REPLACED":
                found[state] += 1
            elif pk not in heirs:
                found["BLOCKED"] += 1
        found["TO_PRODUCE"] = self.ordered() - sum(found.values())
        return found

    def ordered(self) -> int:
        """Tickets of orders whose last known step is past the approval."""
        last: dict[int, str] = {}
        for step in OrderStep.objects.filter(order__wave=self.wave).order_by("pk"):
            if step.happened_at < self.known.end and step.recorded_at <= self.seal.sealed_at:
                last[step.order_id] = step.status
        total = 0
        for step in OrderStep.objects.filter(order__wave=self.wave, act="CREATE").select_related("order"):
            mine = self.funder is None or step.order.funder_id == self.funder.pk
            if mine and last.get(step.order_id) in {"APPROVED", "IN_PRODUCTION", "DELIVERED", "CLOSED"}:
                total += sum(line.size * line.quantity for line in step.order.lines.all())
        return total

    def used(self) -> dict[tuple[int, int], Movement]:
        """Tickets used, with the movement that took them."""
        return {place: self.taken_by[place] for place, state in self.states.items() if state == "REDEEMED"}

    def used_by(self, detail: str) -> Counter[str]:
        """Hours by a detail of the act (site, commune, service, type)."""
        return Counter(m.details[detail] for m in self.used().values())

    def used_by_month(self) -> Counter[str]:
        """Hours by month of the act."""
        return Counter(month(m.happened_at) for m in self.used().values())

    def acts(self) -> int:
        """Acts that stand."""
        return len({m.subject for m in self.used().values()})

    def handed(self) -> dict[int, Booklet]:
        """Booklets handed over; a replacement is no second booklet."""
        return {pk: self.booklets[pk] for pk in self.given if pk in self.born}

    def used_of_family(self) -> Counter[int]:
        """Tickets used by first booklet of the family."""
        return Counter(self.root(pk) for pk, _ in self.used())

    def handed_by_month(self) -> Counter[str]:
        """Tickets handed over by month."""
        found: Counter[str] = Counter()
        for pk, b in self.handed().items():
            found[month(self.given[pk].happened_at)] += b.size
        return found

    def by_distributor(self) -> dict[int, dict[str, int]]:
        """Handed over and used tickets, booklets started and completed, by who handed over, keeps, or was planned."""
        found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        used = self.used_of_family()
        for pk in self.born:
            b = self.booklets[pk]
            if b.replaces_id:
                continue
            giver = self.given[pk].from_organisation_id if pk in self.given else None
            row = found[giver or self.keeper.get(pk) or b.distributor_id]
            row["handed"] += b.size if pk in self.given else 0
            row["redeemed"] += used[pk]
            row["started"] += used[pk] > 0
            row["completed"] += used[pk] == b.size
        return {pk: dict(row) for pk, row in found.items()}

    def used_by_funder(self) -> Counter[int]:
        """Hours by funder's primary key."""
        return Counter(self.booklets[pk].funder_id for pk, _ in self.used())

    def last_decision(self, **of: Any) -> OwedDecision | None:
        """The last decision known on a line."""
        sealed = dict(SealEntry.objects.values_list("movement_id", "seal__number"))
        known = [
            d
            for d in OwedDecision.objects.filter(**of).select_related("movement")
            if sealed.get(d.movement_id, 10**9) <= self.known.seal_number and d.movement.happened_at < self.known.end
        ]
        return max(known, key=lambda d: d.rank, default=None)

    def owed(self) -> Counter[str]:
        """Hours used by the last decision known on them."""
        found: Counter[str] = Counter()
        for (pk, _), m in self.used().items():
            last = self.last_decision(line__movement=m, line__booklet=pk)
            assert last
            found[last.owed] += 1
        return found

    def not_counted(self) -> Counter[str]:
        """Hours told by places that took no ticket, but those that were paid by a free hour since."""
        found: Counter[str] = Counter()
        for line in RedemptionLine.objects.filter(booklet__in=self.booklets, movement=None):
            last = self.last_decision(line=line)
            if last and last.reason != "SETTLED_ON_FREE_HOUR":
                found[last.owed] += line.tickets_count
        return found
