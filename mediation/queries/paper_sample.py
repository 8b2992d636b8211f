"""Samples of paper: who sees which, the lines among which one was drawn, what a place must show.

The draw, so that anybody makes it again: the population is every line of the wave at the place whose act happened in the
period and which was payable a minute before the draw (what is written that minute may not be visible yet), but those whose
first decision is SETTLED, as (redemption uid, booklet number, mask), in that order; then
`random.Random(seed).sample(population, size)`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from mediation.models import (
    Correction,
    OwedDecision,
    PaperOutcome,
    PaperSample,
    PaperSampleItem,
    Redemption,
    RedemptionLine,
    Site,
)
from mediation.queries.places import sites_visible_to
from mediation.states import SETTLED, Owed
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import end_of_day, paris_date, start_of_day
from passnum.kit.errors import NotFound
from vouchers.models import Wave

SEES_ALL: Final = (Role.AUDITOR, Role.FINANCE)
# An act is dated when it begins and seen when it ends, a few seconds later at most.
KNOWN_BEFORE: Final = timedelta(minutes=1)
LineKey = tuple[str, int, int]
"""Redemption, booklet number, mask of positions: public, in the export of the register too."""


def samples_visible_to(*, by: Actor) -> QuerySet[PaperSample]:
    """Return every sample to those who audit and pay, those of its places to a site's manager, none to others."""
    samples = PaperSample.objects.select_related("wave", "site").order_by("-drawn_at", "-pk")
    if by.role in SEES_ALL:
        return samples
    if by.role == Role.SITE_MANAGER:
        return samples.filter(site__in=sites_visible_to(by))
    return samples.none()


def with_counts(samples: QuerySet[PaperSample]) -> QuerySet[PaperSample]:
    """Count what was drawn, what waits and what is missing."""
    return samples.annotate(
        drawn_count=Count("items"),
        waiting_count=Count("items", filter=Q(items__outcome=PaperOutcome.WAITING)),
        missing_count=Count("items", filter=Q(items__outcome=PaperOutcome.MISSING)),
    )


def sample_of(*, uid: UUID, by: Actor) -> PaperSample:
    """Return a sample that the caller may see. Raises NotFound."""
    sample = samples_visible_to(by=by).select_related("wave", "site__operator").filter(uid=uid).first()
    if sample is None:
        raise NotFound
    return sample


def population_of(
    *, wave: Wave, site: Site, starts_on: date, ends_on: date, drawn_at: datetime
) -> list[tuple[LineKey, int]]:
    """Return the public key and the primary key of each line that could be drawn, in the order of the public ones."""
    known_at = drawn_at - KNOWN_BEFORE
    decisions = OwedDecision.objects.filter(line=OuterRef("pk"), recorded_at__lte=known_at)
    rows = (
        RedemptionLine.objects.filter(
            wave=wave,
            redemption__site=site,
            redemption__happened_at__gte=start_of_day(starts_on),
            redemption__happened_at__lt=end_of_day(ends_on),
            redemption__recorded_at__lte=known_at,
        )
        .annotate(known=Subquery(decisions.order_by("-rank").values("owed")[:1]))
        .filter(known=Owed.PAYABLE)
        # a contested hour paid by a free one: the place has stamped the ticket it was shown, not the one that paid
        .exclude(Exists(decisions.filter(rank=1, reason=SETTLED)))
        .values_list("redemption__uid", "booklet__number", "mask", "pk")
    )
    return sorted(((str(uid), number, mask), pk) for uid, number, mask, pk in rows)


def population_csv(population: Sequence[tuple[LineKey, int]]) -> str:
    """Return a population as text: « uid;number;mask », one line each, without a header."""
    return "".join(f"{uid};{number};{mask}\n" for (uid, number, mask), _ in population)


def population_digest(population: Sequence[tuple[LineKey, int]]) -> str:
    """Return the SHA-256 of that text: two people compare what they drew from."""
    return hashlib.sha256(population_csv(population).encode()).hexdigest()


def population_known(*, sample: PaperSample) -> list[tuple[LineKey, int]]:
    """Return the lines among which a sample was drawn, read again."""
    return population_of(
        wave=sample.wave,
        site=sample.site,
        starts_on=sample.starts_on,
        ends_on=sample.ends_on,
        drawn_at=sample.drawn_at,
    )


def draw(*, population: Sequence[tuple[LineKey, int]], seed: int, size: int) -> list[tuple[LineKey, int]]:
    """Return the lines that a seed draws, in the order of the draw; all of them when there are fewer than asked."""
    return Random(seed).sample(population, min(size, len(population)))  # noqa: S311 (repeatable on purpose)


def drawn_again(*, sample: PaperSample) -> bool:
    """Tell whether drawing today gives the very lines of a sample."""
    drawn = draw(population=population_known(sample=sample), seed=sample.seed, size=sample.size)
    kept = sample.items.order_by("rank").values_list("line_id", flat=True)
    return [pk for _, pk in drawn] == list(kept)


@dataclass(frozen=True, slots=True)
class Paper:
    """What must be shown for one line: where to look for it, never its codes."""

    item: PaperSampleItem
    booklet: str
    positions: tuple[int, ...]
    day: date
    service: str
    cents: int

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has noted it yet."""
        return self.item.outcome == PaperOutcome.WAITING


def _papers(items: QuerySet[PaperSampleItem]) -> list[Paper]:
    loaded = items.select_related("line__booklet__wave", "line__redemption__service", "sample__site", "sample__wave")
    return [
        Paper(
            item=item,
            booklet=item.line.booklet.label,
            positions=tuple(n + 1 for n in range(item.line.mask.bit_length()) if item.line.mask >> n & 1),
            day=paris_date(item.line.redemption.happened_at),
            service=item.line.redemption.service.name,
            cents=item.line.tickets_count * item.line.price_cents,
        )
        for item in loaded
    ]


def papers_of(*, sample: PaperSample) -> list[Paper]:
    """Return what a place must show, in the order of the draw."""
    return _papers(PaperSampleItem.objects.filter(sample=sample).order_by("rank"))


def item_of(*, uid: UUID, by: Actor) -> PaperSampleItem:
    """Return an item of a sample that the caller may see. Raises NotFound."""
    item = PaperSampleItem.objects.filter(uid=uid, sample__in=samples_visible_to(by=by)).first()
    if item is None:
        raise NotFound
    return item


def proposed_corrections(*, by: Actor) -> list[Paper]:
    """Return what is missing and waits for a finance officer, the oldest first."""
    items = PaperSampleItem.objects.filter(correction=Correction.PROPOSED, sample__in=samples_visible_to(by=by))
    return _papers(items.order_by("noted_at", "pk"))


def sites_with_acts() -> QuerySet[Site]:
    """Return the places where something was used, by name."""
    return Site.objects.filter(Exists(Redemption.objects.filter(site=OuterRef("pk")))).order_by("name", "pk")
