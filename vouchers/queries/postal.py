"""Booklets sent by post: those of which nothing was heard."""

from django.db.models import Exists, OuterRef, QuerySet

from passnum.accounts.models import Organisation
from vouchers.models import Handover, HandoverChannel, Ticket
from vouchers.states import TitleStatus


def waiting_for_activation() -> QuerySet[Handover]:
    """Return the posted hand-overs that were neither undone nor activated."""
    posted = Handover.objects.filter(channel=HandoverChannel.BY_POST, undone_at__isnull=True)
    return posted.filter(activation__isnull=True)


def posted_without_news(*, distributor: Organisation) -> QuerySet[Handover]:
    """Return what a distributor posted and that was neither activated, used, blocked nor expired; oldest first."""
    used = Ticket.objects.filter(booklet=OuterRef("booklet"), status=TitleStatus.REDEEMED)
    sent = waiting_for_activation().filter(distributor=distributor, booklet__status=TitleStatus.HANDED_OVER)
    return sent.exclude(Exists(used)).select_related("booklet__wave").order_by("happened_at", "pk")
