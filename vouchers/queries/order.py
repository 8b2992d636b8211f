from django.db.models import F, Sum

from vouchers.models import Order, OrderLine, Wave
from vouchers.states import OrderStatus

COMMITTED = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION, OrderStatus.DELIVERED, OrderStatus.CLOSED)


# What a line is paid for: its booklets that were not taken back from the printer.
KEPT = F("quantity") - F("cancelled_count")


def order_tickets_count(*, order: Order) -> int:
    """Return how many tickets an order asks for, cancelled ones apart."""
    return OrderLine.objects.filter(order=order).aggregate(n=Sum(F("size") * KEPT))["n"] or 0


def order_face_value_cents(*, order: Order) -> int:
    """Return the face value of an order, in cents, fees apart."""
    return order_tickets_count(order=order) * order.wave.face_value_cents


def order_total_cents(*, order: Order) -> int:
    """Return face value and fees of an order, in cents."""
    return order_face_value_cents(order=order) + order.fees_cents


def committed_cents(*, wave: Wave) -> int:
    """Return what approved orders take of a wave's ceiling, fees included, in cents."""
    approved = Order.objects.filter(wave=wave, status__in=COMMITTED)
    tickets = OrderLine.objects.filter(order__in=approved).aggregate(n=Sum(F("size") * KEPT))["n"] or 0
    fees = approved.aggregate(n=Sum("fees_cents"))["n"] or 0
    return tickets * wave.face_value_cents + fees
