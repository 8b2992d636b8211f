"""The public face of the register: its seals, whose last hash commits to everything before."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Sum
from django.db.models.functions import TruncDate

from passnum.kit.clock import PARIS
from vouchers.models import Seal

SHOWN_DAYS = 60


@dataclass(frozen=True, slots=True)
class DailyRoot:
    """The last seal of a day (Paris), and what was sealed that day."""

    day: date
    number: int
    sealed_at: datetime
    hash: str
    seals_count: int
    facts_count: int


def daily_roots() -> list[DailyRoot]:
    """Return the roots of the latest days that have a seal, newest first, in two statements."""
    by_day = Seal.objects.annotate(day=TruncDate("sealed_at", tzinfo=PARIS)).values("day").order_by("-day")
    days = list(by_day.annotate(last=Max("number"), seals=Count("pk"), facts=Sum("entries_count"))[:SHOWN_DAYS])
    seals = {s.number: s for s in Seal.objects.filter(number__in=[row["last"] for row in days])}
    return [
        DailyRoot(
            day=row["day"],
            number=row["last"],
            sealed_at=seals[row["last"]].sealed_at,
            hash=bytes(seals[row["last"]].hash).hex(),
            seals_count=row["seals"],
            facts_count=row["facts"],
        )
        for row in days
    ]


def sealed_facts_count() -> int:
    """Return how many facts are sealed."""
    return Seal.objects.aggregate(n=Sum("entries_count"))["n"] or 0
