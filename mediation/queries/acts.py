"""Acts as the place that made them sees them, and what they are worth to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery, Sum

from mediation.models import OwedDecision, Redemption, RedemptionLine, Site
from mediation.queries.places import sites_visible_to
from mediation.reasons import sentence_of
from mediation.states import SETTLED_ON_FREE_HOUR, Owed, OwedAct, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import end_of_day, start_of_day
from passnum.kit.errors import NotFound


class ActUnknown(NotFound):
    code = "ACT_UNKNOWN"
    message = "Aucun acte de votre structure ne porte cet identifiant."


@dataclass(frozen=True, slots=True)
class ActLine:
    """The tickets of one booklet in an act, and whether they are owed today."""

    booklet: str
    tickets_count: int
    amount_cents: int
    owed: Owed
    reason: str

    @property
    def sentence(self) -> str:
        """Why these hours are contested, refused or waiting; '' where nothing needs saying."""
        return "" if self.reason in {"REDEEMED", "LATE_ENTRY"} else sentence_of(self.reason)


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `undone_at` and `undo_reason` go together."""

    redemption: Redemption
    lines: tuple[ActLine, ...]
    undo_until: datetime
    undone_at: datetime | None
    undo_reason: str

    @property
    def tickets_count(self) -> int:
        """Hours taken."""
        return sum(line.tickets_count for line in self.lines)

    @property
    def amount_cents(self) -> int:
        """Face value of the tickets."""
        return sum(line.amount_cents for line in self.lines)

    @property
    def is_undone(self) -> bool:
        """Tell whether the act was taken back."""
        return self.undone_at is not None

    def may_be_undone(self, *, by: Actor, at: datetime) -> bool:
        """Tell what `undo_redemption` would answer to this actor now."""
        mine = by.is_same_person(self.redemption.by_kind, self.redemption.by_id)
        return not self.is_undone and at <= self.undo_until and (mine or by.role == Role.SITE_MANAGER)


def _loaded(acts: QuerySet[Redemption]) -> QuerySet[Redemption]:
    decisions = OwedDecision.objects.select_related("movement").order_by("rank")
    lines = RedemptionLine.objects.select_related("booklet__wave", "wave").order_by("pk")
    return acts.select_related("site", "service").prefetch_related(
        Prefetch("lines", queryset=lines.prefetch_related(Prefetch("decisions", queryset=decisions)))
    )


def _line(line: RedemptionLine, decisions: list[OwedDecision]) -> ActLine:
    last = decisions[-1]
    cents = line.tickets_count * line.price_cents
    return ActLine(line.booklet.label, line.tickets_count, cents, Owed(last.owed), last.reason)


def act_of(redemption: Redemption) -> Act:
    """Return an act whose lines and decisions were loaded."""
    lines = list(redemption.lines.all())
    decisions = {line.pk: list(line.decisions.all()) for line in lines}
    undo = next((d for found in decisions.values() for d in found if d.act == OwedAct.UNDO), None)
    reason = undo.movement.details.get("reason", "") if undo else ""
    minutes = min(line.wave.undo_minutes for line in lines)
    # hours settled on free ones are told by the line that consumed these: once is enough
    told = [line for line in lines if all(d.reason != SETTLED_ON_FREE_HOUR for d in decisions[line.pk])]
    return Act(
        redemption=redemption,
        lines=tuple(_line(line, decisions[line.pk]) for line in told),
        undo_until=redemption.recorded_at + timedelta(minutes=minutes),
        undone_at=undo.recorded_at if undo else None,
        undo_reason=UndoReason(reason).label if reason in UndoReason.values else "",
    )


def find_act(*, uid: UUID, by: Actor) -> Act:
    """Return an act of the caller's places. Raises ActUnknown, for another's act as well."""
    mine = Redemption.objects.filter(uid=uid, site__in=sites_visible_to(by))
    found = _loaded(mine).first()
    if found is None:
        raise ActUnknown
    return act_of(found)


def acts_named(*, uids: Iterable[UUID], by: Actor) -> dict[UUID, Act]:
    """Return those of these acts that are of the caller's places, by public id."""
    mine = Redemption.objects.filter(uid__in=list(uids), site__in=sites_visible_to(by))
    return {found.uid: act_of(found) for found in _loaded(mine)}


def acts_of_day(*, site: Site, day: date) -> list[Act]:
    """Return the acts of a place on a day (Paris), the last one first, undone ones too."""
    acts = Redemption.objects.filter(site=site, happened_at__gte=start_of_day(day), happened_at__lt=end_of_day(day))
    return [act_of(found) for found in _loaded(acts).order_by("-happened_at", "-pk")]


@dataclass(frozen=True, slots=True)
class OwedSum:
    """Hours and their face value."""

    tickets_count: int = 0
    cents: int = 0


def owed_to_site(*, site: Site) -> dict[Owed, OwedSum]:
    """Return what every act of a place is worth, by what was last decided of it; nothing was paid yet."""
    last = OwedDecision.objects.filter(line=OuterRef("pk")).order_by("-rank")
    rows = (
        RedemptionLine.objects.filter(redemption__site=site)
        .annotate(owed=Subquery(last.values("owed")[:1]), why=Subquery(last.values("reason")[:1]))
        .exclude(why=SETTLED_ON_FREE_HOUR)
        .values("owed")
        .annotate(tickets=Sum("tickets_count"), cents=Sum(F("tickets_count") * F("price_cents")))
        .order_by("owed")
    )
    sums = {Owed(row["owed"]): OwedSum(row["tickets"], row["cents"]) for row in rows}
    return {owed: sums.get(owed, OwedSum()) for owed in Owed}


def total_tickets(acts: Iterable[Act]) -> int:
    """Return the hours of acts that stand."""
    return sum(act.tickets_count for act in acts if not act.is_undone)
