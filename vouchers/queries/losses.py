"""Lots reported lost: who sees them, and which numbers they took."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import LossReport, MovementLine
from vouchers.queries.organisations import own, own_and_relays
from vouchers.queries.stock import SEES_ALL, ranges_of


def losses_visible_to(*, by: Actor) -> QuerySet[LossReport]:
    """Return the reports an actor may read, newest first: a distributor its own and its relays'."""
    losses = LossReport.objects.select_related("wave", "holder").order_by("-recorded_at", "-pk")
    if by.role in SEES_ALL:
        return losses
    if by.role == Role.ISSUER:
        return losses.filter(Q(wave__issuer__in=own(by)) | Q(holder__in=own(by)))
    if by.role == Role.DISTRIBUTOR:
        return losses.filter(holder__in=own_and_relays(by))
    return losses.none()


def loss_ranges(*, losses: Sequence[LossReport]) -> dict[int, list[tuple[int, int]]]:
    """Return the ranges of numbers of each report (by primary key), from its movements, in one statement."""
    by_uid = {loss.uid: loss.pk for loss in losses}
    numbers: dict[int, list[int]] = defaultdict(list)
    lines = MovementLine.objects.filter(movement__subject__in=by_uid)
    for subject, number in lines.values_list("movement__subject", "booklet__number"):
        if subject is not None:
            numbers[by_uid[subject]].append(number)
    return {pk: ranges_of(found) for pk, found in numbers.items()}
