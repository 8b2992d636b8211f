"""The waves a person may see, and what the cockpit of one shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.models import Job, JobStatus
from vouchers.models import Booklet, FundingProof, Handover, HandoverChannel, Order, OrderLine, Shipment, Wave
from vouchers.queries.counts import BookletCounts, total_of, wave_counts
from vouchers.queries.order import COMMITTED, KEPT
from vouchers.queries.organisations import own
from vouchers.queries.stock import dormant_since
from vouchers.states import OrderStatus, ShipmentStatus, TitleStatus, WaveStatus

SEES_ALL = (Role.PILOT, Role.EVALUATOR, Role.AUDITOR, Role.FINANCE)
# A parcel that nobody opened for a week is lost, or forgotten behind a counter.
LATE_SHIPMENT = timedelta(days=7)


def waves_visible_to(*, by: Actor) -> QuerySet[Wave]:
    """Return every wave to the pilot and those who evaluate, to an issuer those it issues, nothing to others."""
    waves = Wave.objects.select_related("issuer").order_by("-number")
    if by.role in SEES_ALL:
        return waves
    if by.role == Role.ISSUER:
        return waves.filter(issuer__in=own(by))
    return waves.none()


def open_waves() -> QuerySet[Wave]:
    """Return the waves that take orders, newest first."""
    return Wave.objects.filter(status=WaveStatus.OPEN).order_by("-number")


def next_wave_number() -> int:
    """Return the first number that no wave has."""
    return (Wave.objects.aggregate(n=Max("number"))["n"] or 0) + 1


@dataclass(frozen=True, slots=True)
class WaveMoney:
    """A wave and what approved orders take of its ceiling, in cents."""

    wave: Wave
    engaged_cents: int

    @property
    def left_cents(self) -> int:
        """What orders may still take."""
        return self.wave.ceiling_cents - self.engaged_cents


def waves_with_money(*, waves: QuerySet[Wave]) -> list[WaveMoney]:
    """Return waves with what their approved orders take, in three statements whatever their number."""
    found = list(waves)
    approved = Order.objects.filter(wave__in=[w.pk for w in found], status__in=COMMITTED)
    lines = OrderLine.objects.filter(order__in=approved).values("order__wave").order_by()
    tickets = {row["order__wave"]: row["n"] for row in lines.annotate(n=Sum(F("size") * KEPT))}
    fees = {row["wave"]: row["n"] for row in approved.values("wave").order_by().annotate(n=Sum("fees_cents"))}
    return [WaveMoney(w, tickets.get(w.pk, 0) * w.face_value_cents + fees.get(w.pk, 0)) for w in found]


@dataclass(frozen=True, slots=True)
class WaveAlerts:
    """What waits for somebody, as counts."""

    orders_to_approve: int
    orders_to_produce: int
    proofs_to_verify: int
    late_shipments: int
    missing_booklets: int
    dormant_booklets: int
    unfunded_booklets: int
    unanswered_handovers: int
    failed_productions: int


def wave_alerts(*, wave: Wave, at: datetime) -> WaveAlerts:
    """Count what waits in a wave at an instant."""
    orders = Order.objects.filter(wave=wave).aggregate(
        submitted=Count("pk", filter=Q(status=OrderStatus.SUBMITTED)),
        approved=Count("pk", filter=Q(status=OrderStatus.APPROVED)),
    )
    in_stock = Q(status=TitleStatus.IN_STOCK)
    booklets = Booklet.objects.filter(wave=wave).aggregate(
        missing=Count("pk", filter=Q(status=TitleStatus.MISSING)),
        dormant=Count("pk", filter=in_stock & Q(movement__happened_at__lt=dormant_since(at))),
        unfunded=Count("pk", filter=in_stock & Q(funded_at__isnull=True)),
    )
    started = Order.objects.filter(wave=wave, started_at__isnull=False).values("uid")
    at_use = Handover.objects.filter(booklet__wave=wave, channel=HandoverChannel.AT_USE, undone_at__isnull=True)
    sent = Shipment.objects.filter(wave=wave, status=ShipmentStatus.SENT, sent_at__lt=at - LATE_SHIPMENT)
    return WaveAlerts(
        orders_to_approve=orders["submitted"],
        orders_to_produce=orders["approved"],
        proofs_to_verify=FundingProof.objects.filter(order__wave=wave, verified_at__isnull=True).count(),
        late_shipments=sent.count(),
        missing_booklets=booklets["missing"],
        dormant_booklets=booklets["dormant"],
        unfunded_booklets=booklets["unfunded"],
        unanswered_handovers=at_use.filter(confirmation__isnull=True).count(),
        failed_productions=Job.objects.filter(subject__in=started, status=JobStatus.FAILED).count(),
    )


@dataclass(frozen=True, slots=True)
class Cockpit:
    """One wave at a glance."""

    money: WaveMoney
    ordered_booklets: int
    ordered_tickets: int
    counts: BookletCounts
    alerts: WaveAlerts


def wave_cockpit(*, wave: Wave, at: datetime) -> Cockpit:
    """Read what the cockpit of a wave shows; booklets and hours are counted from the movements."""
    (money,) = waves_with_money(waves=Wave.objects.filter(pk=wave.pk))
    ordered = OrderLine.objects.filter(order__wave=wave, order__status__in=COMMITTED).aggregate(
        booklets=Sum("quantity"), tickets=Sum(F("size") * F("quantity"))
    )
    return Cockpit(
        money=money,
        ordered_booklets=ordered["booklets"] or 0,
        ordered_tickets=ordered["tickets"] or 0,
        counts=total_of(wave_counts(wave_id=wave.pk)),
        alerts=wave_alerts(wave=wave, at=at),
    )


def waves_for_shipment(*, by: Actor) -> list[Wave]:
    """Return the waves whose booklets an actor may send: an issuer its own, others all that were opened."""
    waves = Wave.objects.exclude(status=WaveStatus.DRAFT).order_by("-number")
    return list(waves.filter(issuer__in=own(by)) if by.role == Role.ISSUER else waves)


def late_entry_days() -> int:
    """Return how many days later a hand-over may be typed in: the shortest delay of the open waves, else the usual one."""
    found = Wave.objects.filter(status=WaveStatus.OPEN).values_list("late_entry_days", flat=True)
    return min(found, default=int(Wave._meta.get_field("late_entry_days").default))
