"""Who serves a distributor that has no account, and for whom one may hand booklets over."""

from datetime import date

from django.db.models import Q, QuerySet

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from vouchers.models import ReferentMandate
from vouchers.queries.organisations import acted_for, own, own_and_relays


def mandates_on(*, day: date) -> QuerySet[ReferentMandate]:
    """Return the mandates that hold on a day."""
    return ReferentMandate.objects.filter(starts_on__lte=day, ends_on__gte=day)


def served_by(*, by: Actor, day: date) -> list[Organisation]:
    """Return for whom an agent hands booklets over on a day: their own organisation first, then those it serves."""
    mine = acted_for(by)
    if mine is None:
        return []
    served = mandates_on(day=day).filter(referent=mine).select_related("served").order_by("served__name", "pk")
    return [mine, *(mandate.served for mandate in served)]


def desks_of(*, by: Actor, day: date) -> QuerySet[Organisation]:
    """Return whose persons an agent answers on a day: their own desk's, its relays', those of whom it serves."""
    served = mandates_on(day=day).filter(referent__in=own(by))
    return Organisation.objects.filter(
        Q(pk__in=own_and_relays(by).values("pk")) | Q(pk__in=served.values("served")),
    )


def all_mandates() -> list[ReferentMandate]:
    """Return every mandate, those that end last first."""
    mandates = ReferentMandate.objects.select_related("served", "referent")
    return list(mandates.order_by("-ends_on", "served__name", "pk"))


def are_neighbours(one: Organisation, other: Organisation) -> bool:
    """Tell whether two distributors are of one commune, or of one family: the same parent, or one the other's."""
    same_commune = bool(one.commune_code) and one.commune_code == other.commune_code
    same_parent = one.parent_id is not None and one.parent_id == other.parent_id
    return same_commune or same_parent or one.parent_id == other.pk or other.parent_id == one.pk


def possible_referents() -> QuerySet[Organisation]:
    """Return the organisations that have an agent who hands booklets over."""
    working = Q(memberships__role="DISTRIBUTOR", memberships__ended_at__isnull=True)
    return Organisation.objects.filter(working).distinct().order_by("name", "pk")
