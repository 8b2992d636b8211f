"""Sealed lots and the reports of their destruction."""

from django.db.models import Q, QuerySet

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import DestructionReport, SealedLot
from vouchers.queries.organisations import own
from vouchers.queries.stock import SEES_ALL, ranges_of


def lots_visible_to(*, by: Actor) -> QuerySet[SealedLot]:
    """Return the sealed lots an actor may read, newest first."""
    lots = SealedLot.objects.select_related("wave", "holder", "report").order_by("-number")
    if by.role in SEES_ALL:
        return lots
    if by.role == Role.ISSUER:
        return lots.filter(Q(wave__issuer__in=own(by)) | Q(holder__in=own(by)))
    return lots.none()


def lot_ranges(*, lot: SealedLot) -> list[tuple[int, int]]:
    """Return the numbers under a seal, as ranges."""
    return ranges_of(lot.booklets.values_list("booklet__number", flat=True))


def report_of(*, lot: SealedLot) -> DestructionReport | None:
    """Return the report of a lot's destruction, once it is written."""
    return DestructionReport.objects.filter(lot=lot).select_related("lot", "lot__wave").first()
