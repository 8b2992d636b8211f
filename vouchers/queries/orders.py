"""The orders a person may see, and everything one order's page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet, Sum

from passnum.accounts.models import Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import FundingLine, FundingProof, Order, OrderLine, OrderStep, ProductionFile
from vouchers.queries.attribution import Borne, borne
from vouchers.queries.counts import BookletCounts, order_counts, total_of
from vouchers.queries.funding import funded_cents, verified_cents
from vouchers.queries.organisations import own
from vouchers.states import OrderStatus

SEES_ALL = (Role.PILOT, Role.FINANCE, Role.AUDITOR, Role.EVALUATOR)
# What an issuer has to know: once approved. Before, the order is between the funder and the Métropole.
FOR_ISSUER = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION, OrderStatus.DELIVERED, OrderStatus.CLOSED)
# register.md: a funder reads acts as aggregates, « cells < 5 masked ».
SMALLEST_SHOWN = 5


def orders_visible_to(*, by: Actor) -> QuerySet[Order]:
    """Return the orders an actor may see, newest first: a funder's own, an issuer's to produce, all to the pilot."""
    orders = Order.objects.select_related("wave", "funder").order_by("-created_at", "-pk")
    if by.role in SEES_ALL:
        return orders
    if by.role == Role.FUNDER:
        return orders.filter(funder__in=own(by))
    if by.role == Role.ISSUER:
        return orders.filter(wave__issuer__in=own(by), status__in=FOR_ISSUER)
    return orders.none()


def with_amounts(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add `booklets_count`, `tickets_count` and `total_cents` (fees included) to orders, in the same statement."""
    kept = F("lines__quantity") - F("lines__cancelled_count")
    tickets = Sum(F("lines__size") * kept)
    total = ExpressionWrapper(tickets * F("wave__face_value_cents") + F("fees_cents"), output_field=BigIntegerField())
    return orders.annotate(booklets_count=Sum(kept), tickets_count=tickets, total_cents=total)


@dataclass(frozen=True, slots=True)
class LineUse:
    """How far the booklets of one distributor of an order went."""

    distributor: Organisation
    counts: BookletCounts


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """Everything that the page of an order shows; amounts in cents."""

    order: Order
    lines: Sequence[OrderLine]
    steps: Sequence[OrderStep]
    proofs: Sequence[FundingProof]
    funding_lines: Sequence[FundingLine]
    borne: Borne
    files: Sequence[ProductionFile]
    tickets: int
    booklets: int
    verified_cents: int
    funded_cents: int
    use: Sequence[LineUse]
    total_use: BookletCounts
    people: dict[UUID, str]

    @property
    def promises(self) -> list[tuple[FundingLine, int]]:
        """Each co-funder's promise, and what it bears of the tickets used."""
        return [(line, self.borne.by_promise.get(line.pk, 0)) for line in self.funding_lines]

    @property
    def face_value_cents(self) -> int:
        """Face value alone."""
        return self.tickets * self.order.wave.face_value_cents

    @property
    def total_cents(self) -> int:
        """Face value and fees."""
        return self.face_value_cents + self.order.fees_cents


def order_sheet(*, order: Order) -> OrderSheet:
    """Read an order's page in a fixed number of statements."""
    lines = list(OrderLine.objects.filter(order=order).select_related("distributor").order_by("position"))
    steps = list(OrderStep.objects.filter(order=order).order_by("pk"))
    proofs = list(FundingProof.objects.filter(order=order).order_by("recorded_at", "pk"))
    counts = order_counts(order_id=order.pk) if order.started_at else {}
    places = Organisation.objects.in_bulk(counts)
    actors = {s.by_id for s in steps} | {p.by_id for p in proofs} | {p.verified_by_id for p in proofs}
    return OrderSheet(
        order=order,
        lines=lines,
        steps=steps,
        proofs=proofs,
        funding_lines=list(FundingLine.objects.filter(order=order).select_related("co_funder").order_by("pk")),
        borne=borne(order=order),
        files=list(ProductionFile.objects.filter(order=order).order_by("batch")),
        tickets=sum(line.size * (line.quantity - line.cancelled_count) for line in lines),
        booklets=sum(line.quantity - line.cancelled_count for line in lines),
        verified_cents=verified_cents(order=order),
        funded_cents=funded_cents(order=order),
        use=[LineUse(places[pk], c) for pk, c in counts.items()],
        total_use=total_of(counts),
        people=dict(User.objects.filter(uid__in=[a for a in actors if a]).values_list("uid", "full_name")),
    )


def masked(count: int, *, by: Actor) -> int | None:
    """Return a count of acts, or None when its reader may not see so small a number (1 to 4)."""
    if by.role == Role.FUNDER and 0 < count < SMALLEST_SHOWN:
        return None
    return count


def proof_of(*, order: Order, uid: UUID) -> FundingProof | None:
    """Return a proof of this order; another's and none look alike."""
    return FundingProof.objects.filter(order=order, uid=uid).select_related("order", "order__wave").first()


def file_of(*, order: Order, uid: UUID) -> ProductionFile | None:
    """Return a production file of this order; another's and none look alike."""
    files = ProductionFile.objects.filter(order=order, uid=uid)
    return files.select_related("order", "order__wave", "order__wave__issuer").first()
