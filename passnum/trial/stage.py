"""What every scene shares: seeded chance, keys drawn from the seed, and a clock of events in order."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID, uuid5

from mediation.models import Attempt
from passnum.kit.models import Job
from passnum.trial.cast import NAMESPACE
from vouchers.models import Order

Happening = Callable[[datetime], None]


@dataclass
class Stage:
    """Plays happenings in the order of their instants; one may add later ones."""

    seed: int
    is_resumed: bool = False
    _agenda: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _count: int = 0

    def random_of(self, name: str) -> Random:
        """Return the chance of one story: repeatable, whatever happens in the others. It protects nothing."""
        return Random(f"{self.seed}:{name}")  # noqa: S311

    def key(self, name: str) -> UUID:
        """Return the idempotency key of an act of this trial."""
        return uuid5(NAMESPACE, f"{self.seed}:{name}")

    def was_tried(self, key: UUID) -> bool:
        """Tell whether an interrupted play had already tried this act at a counter, whatever came of it."""
        return self.is_resumed and Attempt.objects.filter(key=key).exists()

    def add(self, at: datetime, happening: Happening) -> None:
        """Put a happening on the agenda; those of one instant keep the order they were added in."""
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, happening))

    def play(self) -> int:
        """Play everything on the agenda, in order; return how many happenings there were."""
        played = 0
        while self._agenda:
            at, _, happening = heapq.heappop(self._agenda)
            happening(at)
            played += 1
        return played

    def job_of(self, order: Order, kind: str) -> UUID:
        """Return the job that produces an order."""
        return Job.objects.get(kind=kind, subject=order.uid).uid
