"""Contested acts: the queue of those who decide, and what the place and the distributor may know of it.

Places see their own acts, distributors their own booklets without the place, the pilot the cases; where the other act
of a double use was made is for finance and the auditor alone (register.md, *Who sees what*).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from mediation.models import Attempt, OwedDecision, Redemption, RedemptionLine, Site
from mediation.reasons import sentence_of
from mediation.states import GOODWILL, SETTLED_ON_FREE_HOUR, Owed, OwedAct, SettleReason
from passnum.accounts.models import Device
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotFound
from vouchers.models import Booklet, Handover, Ticket, Wave
from vouchers.states import REDEEMABLE, TitleStatus

READERS = (Role.FINANCE, Role.PILOT, Role.AUDITOR)
# Who may know where the hour was used instead.
READ_OTHER_PLACES = (Role.FINANCE, Role.AUDITOR)
A_DAY = timedelta(days=1)
# Of RedemptionLine, with `since`, `contest` and `owed`: annotations, which the type of a queryset cannot say here.
ContestedLines = QuerySet[Any]


class CaseUnknown(NotFound):
    code = "CASE_UNKNOWN"
    message = "Aucun acte contesté ne porte cet identifiant."


@dataclass(frozen=True, slots=True)
class Case:
    """Contested hours of one booklet in an act: why, since when, and what was decided (`decided` is None while open)."""

    line: RedemptionLine
    since: datetime
    contest: str
    decided: OwedDecision | None

    @property
    def amount_cents(self) -> int:
        """What the hours would be worth."""
        return self.line.tickets_count * self.line.price_cents

    @property
    def booklet(self) -> str:
        """The number printed on the booklet."""
        return self.line.booklet.label

    @property
    def sentence(self) -> str:
        """Why it is contested."""
        return sentence_of(self.contest)

    @property
    def has_consumed(self) -> bool:
        """Tell whether the hours took their tickets all the same."""
        return self.line.movement_id is not None

    @property
    def outcome(self) -> str:
        """What was decided, in a word or two."""
        if self.decided is None:
            return "À décider"
        by_reason = {SETTLED_ON_FREE_HOUR: "Payé sur une heure libre", GOODWILL: "Geste hors valeur faciale"}
        by_owed = {Owed.PAYABLE: "Payé", Owed.REFUSED: "Refusé", Owed.UNDONE: "Annulé"}
        return by_reason.get(self.decided.reason) or by_owed[Owed(self.decided.owed)]

    @property
    def tone(self) -> str:
        """The look of the outcome (passnum/templates/components)."""
        if self.decided is None:
            return "warn"
        if self.decided.owed == Owed.UNDONE:
            return "idle"
        paid = self.decided.owed == Owed.PAYABLE or self.decided.reason in {SETTLED_ON_FREE_HOUR, GOODWILL}
        return "ok" if paid else "bad"

    @property
    def why(self) -> str:
        """The reason that the officer chose; '' for what nobody decided."""
        if self.decided is None or self.decided.act == OwedAct.UNDO:
            return ""
        code = str(self.decided.movement.details.get("why", self.decided.reason))
        return SettleReason(code).label if code in SettleReason.values else sentence_of(code)

    @property
    def goodwill_cents(self) -> int | None:
        """What was granted outside of the face value."""
        granted = self.decided.movement.details.get("goodwill_cents") if self.decided else None
        return int(granted) if granted is not None else None

    def days_at(self, at: datetime) -> int:
        """How many whole days it has been waiting."""
        return max(0, (at - self.since) // A_DAY)


def contested_visible_to(by: Actor) -> ContestedLines:
    """Return the lines that were contested one day, as far as this actor may know of them."""
    contested = OwedDecision.objects.filter(line=OuterRef("pk"), owed=Owed.CONTESTED)
    last = OwedDecision.objects.filter(line=OuterRef("pk")).order_by("-rank").values("owed")[:1]
    lines = RedemptionLine.objects.filter(Exists(contested)).annotate(
        since=Subquery(contested.values("recorded_at")[:1], output_field=DateTimeField()),
        contest=Subquery(contested.values("reason")[:1]),
        owed=Subquery(last),
    )
    if by.role in READERS:
        return lines
    if by.organisation_id is None:
        return lines.none()
    if by.role == Role.DISTRIBUTOR:
        given = Handover.objects.filter(
            booklet=OuterRef("booklet"), distributor__uid=by.organisation_id, undone_at__isnull=True
        )
        planned = Q(distributor__uid=by.organisation_id) | Q(distributor__parent__uid=by.organisation_id)
        return lines.filter(planned | Exists(given))
    if by.role in {Role.MEDIATOR, Role.SITE_MANAGER}:
        return lines.filter(redemption__site__operator__uid=by.organisation_id)
    return lines.none()


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for of the queue; empty means all."""

    is_open: bool | None = True
    site: str = ""
    reason: str = ""
    wave: str = ""
    newest_first: bool = False


def contested_queue(*, by: Actor, asked: Filter) -> ContestedLines:
    """Return the lines to show, the oldest first unless told; `cases_of` reads their cases, a page at a time."""
    lines = contested_visible_to(by)
    if asked.is_open is not None:
        lines = lines.filter(owed=Owed.CONTESTED) if asked.is_open else lines.exclude(owed=Owed.CONTESTED)
    if asked.site:
        lines = lines.filter(redemption__site__uid=asked.site)
    if asked.reason:
        lines = lines.filter(contest=asked.reason)
    if asked.wave:
        lines = lines.filter(wave__number=asked.wave)
    return lines.order_by("-since", "-pk") if asked.newest_first else lines.order_by("since", "pk")


def cases_of(lines: ContestedLines) -> list[Case]:
    """Return the cases of lines of `contested_visible_to`, in their order."""
    decisions = OwedDecision.objects.select_related("movement").order_by("rank")
    loaded = lines.select_related(
        "redemption__site", "redemption__service", "booklet__wave", "wave", "distributor"
    ).prefetch_related(Prefetch("decisions", queryset=decisions))
    return [_case(line) for line in loaded]


def _case(line: RedemptionLine) -> Case:
    decided = list(line.decisions.all())
    contest = next(d for d in decided if d.owed == Owed.CONTESTED)
    last = decided[-1]
    return Case(line, contest.recorded_at, contest.reason, last if last.rank > contest.rank else None)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue may be narrowed to: (value, label)."""

    sites: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    waves: tuple[tuple[str, str], ...]


def filters_for(*, by: Actor) -> Choices:
    """Return the places, reasons and waves that have contested acts."""
    lines = contested_visible_to(by)
    sites = Site.objects.filter(pk__in=lines.values("redemption__site")).order_by("name", "pk")
    waves = Wave.objects.filter(pk__in=lines.values("wave")).order_by("number")
    reasons = lines.order_by("contest").values_list("contest", flat=True).distinct()
    return Choices(
        tuple((str(site.uid), site.name) for site in sites),
        tuple((code, sentence_of(code)) for code in reasons),
        tuple((str(wave.number), wave.name) for wave in waves),
    )


@dataclass(frozen=True, slots=True)
class Before:
    """The act that was recorded first with the same hour; its place is '' for who may not know it."""

    booklet: str
    recorded_at: datetime
    happened_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that is known of an act with contested hours."""

    redemption: Redemption
    cases: tuple[Case, ...]
    attempts: tuple[Attempt, ...]
    before: tuple[Before, ...]
    device: str

    @property
    def skew(self) -> str:
        """How far the device's clock was from ours when it sent the act; '' when it is not known."""
        seconds = self.redemption.skew_seconds
        if seconds is None:
            return ""
        minutes = round(abs(seconds) / 60)
        if minutes == 0:
            return "moins d’une minute"
        return f"{minutes}\u00a0min\u00a0: l’appareil {'retardait' if seconds > 0 else 'avançait'}"


def story_of(*, uid: UUID, by: Actor) -> Story:
    """Return the story of an act. Raises CaseUnknown, for what this actor may not see as well."""
    cases = cases_of(contested_visible_to(by).filter(redemption__uid=uid).order_by("pk"))
    if not cases:
        raise CaseUnknown
    redemption = cases[0].line.redemption
    tries = Attempt.objects.filter(Q(redemption=redemption) | Q(key=redemption.key)).order_by("recorded_at", "pk")
    device = Device.objects.filter(uid=redemption.device_id).first() if redemption.device_id else None
    before = tuple(one for case in cases for one in _before(case, names_places=by.role in READ_OTHER_PLACES))
    return Story(redemption, tuple(cases), tuple(tries), before, device.name if device else "")


def _before(case: Case, *, names_places: bool) -> list[Before]:
    """Return the acts that used the contested hours: of the ticket itself, or of the one that replaced it."""
    if case.has_consumed:
        return []
    positions = [p for p in range(1, case.line.mask.bit_length() + 1) if case.line.mask >> (p - 1) & 1]
    contested = Ticket.objects.filter(booklet=case.line.booklet_id, position__in=positions).values("uid")
    used = Ticket.objects.filter(uid__in=contested, status=TitleStatus.REDEEMED)
    lines = (
        RedemptionLine.objects.filter(
            Exists(used.filter(movement=OuterRef("movement"), booklet=OuterRef("booklet"))), movement__isnull=False
        )
        .exclude(redemption=case.line.redemption_id)
        .select_related("redemption__site", "booklet__wave")
        .order_by("pk")
    )
    return [
        Before(
            line.booklet.label,
            line.redemption.recorded_at,
            line.redemption.happened_at,
            line.redemption.site.name if names_places else "",
        )
        for line in lines
    ]


def unused_tickets(*, line: RedemptionLine) -> list[Ticket]:
    """Return what nobody used in the booklet of a line and in those that replaced it, wave loaded."""
    family, following = [line.booklet_id], [line.booklet_id]
    while following:
        following = list(Booklet.objects.filter(replaces__in=following).values_list("pk", flat=True))
        family += following
    return list(
        Ticket.objects.filter(booklet__in=family, status__in=REDEEMABLE).select_related("booklet__wave").order_by("pk")
    )
