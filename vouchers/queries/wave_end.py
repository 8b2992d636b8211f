"""The calendar of a wave's end, and who answered: what its pages show and what its policies ask."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.collation import sort_key
from vouchers.models import (
    EndNotice,
    FreezeConfirmation,
    Handover,
    Order,
    OrderLine,
    ThresholdKind,
    Wave,
    WaveThreshold,
)
from vouchers.models.wave_end import due_on, ready_at
from vouchers.queries.order import COMMITTED
from vouchers.queries.organisations import own, own_and_relays
from vouchers.queries.waves import waves_visible_to
from vouchers.states import Act, WaveStatus

TO_DO: dict[ThresholdKind, str] = {
    ThresholdKind.NOTICE: "Le financeur lit les quatre sommes de ses commandes\u00a0; les stocks qui dorment sont relancés.",
    ThresholdKind.FREEZE: "L’agent de chaque financeur confirme l’arrêt des remises de ses carnets.",
    ThresholdKind.REMINDER: "Appeler les financeurs qui n’ont pas confirmé\u00a0: l’horloge ne répond pas à leur place.",
    ThresholdKind.EXPIRY: "Plus rien ne se remet après ce jour.",
    ThresholdKind.REFUSAL: "Dernier jour au comptoir. Ce qui reste est ensuite périmé.",
    ThresholdKind.CLOSING: "Les deux côtés lisent et signent le décompte. La vague peut alors être close.",
}


@dataclass(frozen=True, slots=True)
class EndStep:
    """One threshold as shown: its place from J, the day it is due, when it was met (None: not yet)."""

    kind: ThresholdKind
    from_j: int
    due_on: date
    done_at: datetime | None
    is_next: bool

    @property
    def j(self) -> str:
        """« J−30 », « J », « J+37 »."""
        if self.from_j == 0:
            return "J"
        return f"J+{self.from_j}" if self.from_j > 0 else f"J\u2212{-self.from_j}"

    @property
    def to_do(self) -> str:
        """What people do, in a sentence."""
        return TO_DO[self.kind]

    @property
    def is_late(self) -> bool:
        """Tell whether it was met after its day: days missed were caught up."""
        return self.done_at is not None and paris_date(self.done_at) > self.due_on + timedelta(days=1)


def met_thresholds(*, wave: Wave) -> dict[str, WaveThreshold]:
    """Return the thresholds of a wave that were met, by kind; those of an end that was put off since are due again."""
    return {one.kind: one for one in wave.thresholds.all() if one.due_on == due_on(wave, ThresholdKind(one.kind))}


def _freeze_asked(wave: Wave) -> QuerySet[WaveThreshold]:
    return WaveThreshold.objects.filter(wave=wave, kind=ThresholdKind.FREEZE, due_on=due_on(wave, ThresholdKind.FREEZE))


def end_calendar(*, wave: Wave) -> list[EndStep]:
    """Return the six thresholds of a wave, in order, in one statement."""
    met = met_thresholds(wave=wave)
    steps, is_next = [], True
    for kind in ThresholdKind:
        day = due_on(wave, kind)
        done_at = met[kind].done_at if kind in met else None
        steps.append(EndStep(kind, (day - wave.valid_until).days, day, done_at, is_next and done_at is None))
        is_next = is_next and done_at is not None
    return steps


def waves_to_watch(*, at: datetime) -> list[Wave]:
    """Return the waves that were opened and whose end has begun at an instant, oldest first."""
    opened = Wave.objects.exclude(status=WaveStatus.DRAFT).select_related("issuer").order_by("valid_until", "pk")
    return [wave for wave in opened if at >= ready_at(wave, ThresholdKind.NOTICE)]


def waves_ending_for(*, by: Actor) -> QuerySet[Wave]:
    """Return the waves whose end an actor may follow, newest first.

    A funder: those of its approved orders; a distributor: those that were ordered for it or its relays.
    """
    waves = Wave.objects.select_related("issuer").order_by("-number")
    if by.role == Role.FUNDER:
        theirs = Order.objects.filter(funder__in=own(by), status__in=COMMITTED)
        return waves.filter(pk__in=theirs.values("wave"))
    if by.role == Role.DISTRIBUTOR:
        lines = OrderLine.objects.filter(distributor__in=own_and_relays(by), order__status__in=COMMITTED)
        return waves.filter(pk__in=lines.values("order__wave"))
    return waves_visible_to(by=by).exclude(status=WaveStatus.DRAFT)


def funders_of(*, wave: Wave, by: Actor | None = None) -> list[Organisation]:
    """Return who ordered in a wave, approved orders only, in alphabetical order; for `by`, those it may know.

    A funder knows itself, a distributor those whose booklets were ordered for it or its relays.
    """
    orders = Order.objects.filter(wave=wave, status__in=COMMITTED)
    if by is not None and by.role == Role.FUNDER:
        orders = orders.filter(funder__in=own(by))
    if by is not None and by.role == Role.DISTRIBUTOR:
        orders = orders.filter(lines__distributor__in=own_and_relays(by))
    return sorted(Organisation.objects.filter(pk__in=orders.values("funder")), key=lambda o: (sort_key(o.name), o.pk))


def freeze_confirmations(*, wave: Wave) -> dict[int, FreezeConfirmation]:
    """Return what the funders (primary keys) of a wave confirmed."""
    return {c.funder_id: c for c in FreezeConfirmation.objects.filter(asked__in=_freeze_asked(wave))}


def is_freeze_asked(*, wave: Wave) -> bool:
    """Tell whether the funders of a wave were asked to stop hand-overs."""
    return _freeze_asked(wave).exists()


def unanswered_funders(*, wave: Wave) -> list[Organisation]:
    """Return the funders that were asked to freeze and have not confirmed, while their booklets may be handed over."""
    met = met_thresholds(wave=wave)
    if ThresholdKind.FREEZE not in met or ThresholdKind.EXPIRY in met:
        return []
    confirmed = freeze_confirmations(wave=wave)
    return [one for one in funders_of(wave=wave) if one.pk not in confirmed]


@dataclass(frozen=True, slots=True)
class FreezeAnswer:
    """A funder that was asked to stop hand-overs, and when it confirmed (None: not yet).

    `late_booklets` were handed over since it was asked: at its charge.
    """

    funder: Organisation
    confirmed_at: datetime | None
    late_booklets: int


def freeze_answers(*, wave: Wave, by: Actor, at: datetime) -> list[FreezeAnswer]:
    """Return what the funders that an actor may know answered; nothing before the freeze is asked."""
    if not is_freeze_asked(wave=wave):
        return []
    confirmed = freeze_confirmations(wave=wave)
    late = Counter(late_handovers(wave=wave, at=at).values_list("booklet__funder", flat=True))
    return [
        FreezeAnswer(one, confirmed[one.pk].confirmed_at if one.pk in confirmed else None, late[one.pk])
        for one in funders_of(wave=wave, by=by)
    ]


def notices_for(*, wave: Wave, funder: Organisation | None) -> Sequence[EndNotice]:
    """Return the notices of a wave, order by order; one funder's when given."""
    current = {"order__wave": wave, "threshold__due_on": due_on(wave, ThresholdKind.NOTICE)}
    notices = EndNotice.objects.filter(**current).select_related("order__funder", "threshold")
    if funder is not None:
        notices = notices.filter(order__funder=funder)
    return list(notices.order_by("order__reference"))


def late_handovers(*, wave: Wave, at: datetime) -> QuerySet[Handover]:
    """Return the hand-overs made after the freeze was asked, known at an instant: they are at their funder's charge.

    A replacement is none: the person had the booklet already. Judged on the day declared, so that a paper day typed in
    later is what it was.
    """
    handovers = Handover.objects.filter(booklet__wave=wave, undone_at__isnull=True, recorded_at__lte=at)
    asked = _freeze_asked(wave).first()
    if asked is None:
        return handovers.none()
    return handovers.filter(happened_at__gte=asked.done_at).exclude(movement__act=Act.REISSUE)
