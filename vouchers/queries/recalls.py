"""What the pilot asked holders to send back, or on to another."""

from django.db.models import Q, QuerySet

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from vouchers.models import Recall
from vouchers.queries.organisations import own, own_and_relays
from vouchers.queries.stock import SEES_ALL


def open_recalls(*, holder: Organisation) -> QuerySet[Recall]:
    """Return what is still asked of a holder, oldest first."""
    found = Recall.objects.filter(holder=holder, done_at__isnull=True, withdrawn_at__isnull=True)
    return found.select_related("wave", "holder", "recipient").order_by("recorded_at", "pk")


def recalls_visible_to(*, by: Actor) -> QuerySet[Recall]:
    """Return the recalls an actor may read, newest first: a distributor those made to it and to its relays."""
    recalls = Recall.objects.select_related("wave", "holder", "recipient").order_by("-recorded_at", "-pk")
    if by.role in SEES_ALL:
        return recalls
    if by.role == Role.ISSUER:
        return recalls.filter(Q(wave__issuer__in=own(by)) | Q(recipient__in=own(by)))
    if by.role == Role.DISTRIBUTOR:
        return recalls.filter(holder__in=own_and_relays(by))
    return recalls.none()
