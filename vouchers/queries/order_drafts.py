"""The orders that an organisation began and has not written yet."""

from uuid import UUID

from django.db.models import QuerySet

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import OrderDraft
from vouchers.queries.organisations import own


def drafts_visible_to(*, by: Actor) -> QuerySet[OrderDraft]:
    """Return the drafts of an actor's organisation, last saved first; those that became orders too."""
    if by.role != Role.FUNDER:
        return OrderDraft.objects.none()
    drafts = OrderDraft.objects.filter(organisation__in=own(by))
    return drafts.select_related("wave", "organisation", "order").order_by("-updated_at", "-pk")


def begun_drafts(*, by: Actor) -> QuerySet[OrderDraft]:
    """Return the drafts to go on with."""
    return drafts_visible_to(by=by).filter(order__isnull=True)


def draft_of(*, uid: UUID, by: Actor) -> OrderDraft | None:
    """Return one draft of an actor's organisation; another's and none look alike."""
    return drafts_visible_to(by=by).filter(uid=uid).first()
