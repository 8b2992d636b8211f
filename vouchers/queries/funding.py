from django.db.models import Sum

from vouchers.models import Booklet, FundingProof, Order


def verified_cents(*, order: Order) -> int:
    """Return the sum of an order's verified proofs, in cents."""
    verified = FundingProof.objects.filter(order=order, verified_at__isnull=False)
    return verified.aggregate(n=Sum("amount_cents"))["n"] or 0


def funded_cents(*, order: Order) -> int:
    """Return the face value of an order's active booklets, in cents (replacements add nothing)."""
    active = Booklet.objects.filter(order=order, replaces__isnull=True, funded_at__isnull=False)
    return (active.aggregate(n=Sum("size"))["n"] or 0) * order.wave.face_value_cents
