"""Acts as the place that made them sees them, and what they are worth to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from mediation.models import OwedDecision, Redemption, RedemptionLine, Service, Site
from mediation.queries.places import sites_visible_to
from mediation.reasons import sentence_of
from mediation.states import SETTLED_ON_FREE_HOUR, Owed, OwedAct, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import end_of_day, start_of_day
from passnum.kit.errors import NotFound
from passnum.kit.prepared import fetch_prepared
from passnum.kit.together import Part
from vouchers.models import label_of


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


_REDEMPTION = tuple(field.attname for field in Redemption._meta.concrete_fields)
# A line for each booklet of the acts. Hours settled on free ones are told by the line that consumed these: once is enough.
_LINES = f"""
SELECT {", ".join(f"r.{name}" for name in _REDEMPTION)}, l.id AS line_id, w.number AS wave, b.number AS booklet,
    l.tickets_count, l.price_cents, w.undo_minutes, last.owed, last.reason, undo.recorded_at AS undone_at,
    undo.why AS undo_reason,
    coalesce((SELECT false FROM mediation_oweddecision d
        WHERE d.line_id = l.id AND d.reason = '{SETTLED_ON_FREE_HOUR}' LIMIT 1), true) AS is_told
FROM mediation_redemption r
JOIN mediation_redemptionline l ON l.redemption_id = r.id
JOIN vouchers_booklet b ON b.id = l.booklet_id
JOIN vouchers_wave w ON w.id = l.wave_id
CROSS JOIN LATERAL (SELECT d.owed, d.reason FROM mediation_oweddecision d
    WHERE d.line_id = l.id ORDER BY d.rank DESC LIMIT 1) last
LEFT JOIN LATERAL (SELECT d.recorded_at, m.details ->> 'reason' AS why FROM mediation_oweddecision d
    JOIN vouchers_movement m ON m.id = d.movement_id
    WHERE d.line_id = l.id AND d.act = '{OwedAct.UNDO.value}' LIMIT 1) undo ON true
WHERE """  # noqa: S608 (names of columns and states, ours)
# Two statements: what is planned for any number of acts passes over whole tables while they are small.
_LINES_OF_ONE = _LINES + "r.uid = %(act_uid)s::uuid"
_LINES_OF_MANY = _LINES + "r.id = ANY(%(act_ids)s::bigint[]) ORDER BY l.id"


def lines_part(uid: UUID) -> Part:
    """Return the read of the lines of an act, for `rows_together`; `act_of` reads its rows, `LINES_READ`."""
    return Part("told", _LINES_OF_ONE, {"act_uid": uid})


LINES_READ: Final = "* FROM told ORDER BY line_id"


def act_of(rows: Sequence[tuple[Any, ...]], *, site: Site, service: Service) -> Act:
    """Return the act whose lines these rows are (`lines_part`)."""
    size = len(_REDEMPTION)
    redemption = Redemption.from_db(None, _REDEMPTION, rows[0][:size])
    redemption.site, redemption.service = site, service
    lines = [_Line(*row[size:]) for row in rows]
    undo = next((line for line in lines if line.undone_at is not None), None)
    return Act(
        redemption=redemption,
        lines=tuple(line.told() for line in lines if line.is_told),
        undo_until=redemption.recorded_at + timedelta(minutes=min(line.undo_minutes for line in lines)),
        undone_at=undo.undone_at if undo else None,
        undo_reason=UndoReason(undo.undo_reason).label if undo and undo.undo_reason in UndoReason.values else "",
    )


class _Line(NamedTuple):
    """What `_LINES` reads of a line, after the columns of its act."""

    line_id: int
    wave: int
    booklet: int
    tickets_count: int
    price_cents: int
    undo_minutes: int
    owed: str
    reason: str
    undone_at: datetime | None
    undo_reason: str | None
    is_told: bool

    def told(self) -> ActLine:
        """Return the line as its place sees it."""
        cents = self.tickets_count * self.price_cents
        return ActLine(label_of(self.wave, self.booklet), self.tickets_count, cents, Owed(self.owed), self.reason)


def _read(acts: QuerySet[Redemption]) -> list[Act]:
    """Read acts with their lines, in the order of the query."""
    found = list(acts.select_related("site", "service"))
    if not found:
        return []
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for row in fetch_prepared(_LINES_OF_MANY, {"act_ids": [act.pk for act in found]}):
        rows.setdefault(row[0], []).append(row)
    return [act_of(rows[act.pk], site=act.site, service=act.service) for act in found]


def find_act(*, uid: UUID, by: Actor) -> Act:
    """Return an act of the caller's places. Raises ActUnknown, for another's act as well."""
    found = acts_named(uids=[uid], by=by).get(uid)
    if found is None:
        raise ActUnknown
    return found


def acts_named(*, uids: Iterable[UUID], by: Actor) -> dict[UUID, Act]:
    """Return those of these acts that are of the caller's places, by public id."""
    mine = Redemption.objects.filter(uid__in=list(uids), site__in=sites_visible_to(by))
    return {found.redemption.uid: found for found in _read(mine)}


def acts_of_day(*, site: Site, day: date) -> list[Act]:
    """Return the acts of a place on a day (Paris), the last one first, undone ones too."""
    acts = Redemption.objects.filter(site=site, happened_at__gte=start_of_day(day), happened_at__lt=end_of_day(day))
    return _read(acts.order_by("-happened_at", "-pk"))


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
