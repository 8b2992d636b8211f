"""Who may be named on an order, a shipment or a wave, in alphabetical order."""

from django.db.models import Q, QuerySet

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.collation import sort_key


def own(by: Actor) -> QuerySet[Organisation]:
    """Return the organisation that an actor acts for (none for the system)."""
    return Organisation.objects.filter(uid=by.organisation_id) if by.organisation_id else Organisation.objects.none()


def acted_for(by: Actor) -> Organisation | None:
    """Return the organisation that an actor acts for, None for the system."""
    return own(by).first()


def own_and_relays(by: Actor) -> QuerySet[Organisation]:
    """Return the organisation that an actor acts for, and those that depend on it."""
    mine = own(by)
    return Organisation.objects.filter(Q(pk__in=mine) | Q(parent__in=mine))


def _sorted(organisations: list[Organisation]) -> list[Organisation]:
    return sorted(organisations, key=lambda o: (sort_key(o.name), o.pk))


def distributors() -> list[Organisation]:
    """Return who hands booklets over: every CCAS, with an account or not, their relays, and who has such agents."""
    found = Organisation.objects.filter(kind=OrganisationKind.CCAS)
    found |= Organisation.objects.filter(parent__isnull=False)
    found |= Organisation.objects.filter(
        pk__in=Organisation.objects.filter(
            memberships__role=Role.DISTRIBUTOR, memberships__ended_at__isnull=True
        ).values("pk")
    )
    return _sorted(list(found.distinct()))


def recipients(*, by: Actor) -> list[Organisation]:
    """Return to whom an actor may send: a distributor to its family, to whoever issues, or where a recall says.

    The pilot and the issuer send to any distributor, and back to the Métropole or the issuer.
    """
    back = Organisation.objects.filter(Q(kind=OrganisationKind.METROPOLE) | Q(issued_waves__isnull=False))
    if by.role != Role.DISTRIBUTOR:
        return _sorted([*{o.pk: o for o in (*distributors(), *back)}.values()])
    mine = own(by)
    family = Organisation.objects.filter(Q(parent__in=mine) | Q(relays__in=mine))
    asked = Organisation.objects.filter(
        awaited_recalls__holder__in=mine,
        awaited_recalls__done_at__isnull=True,
        awaited_recalls__withdrawn_at__isnull=True,
    )
    found = {o.pk: o for some in (back, family, asked) for o in some}
    return _sorted([o for o in found.values() if o.uid != by.organisation_id])


def issuers() -> list[Organisation]:
    """Return who may issue a wave: the Métropole itself, and who has people in that role."""
    found = Organisation.objects.filter(kind=OrganisationKind.METROPOLE)
    found |= Organisation.objects.filter(
        pk__in=Organisation.objects.filter(memberships__role=Role.ISSUER, memberships__ended_at__isnull=True).values(
            "pk"
        )
    )
    return _sorted(list(found.distinct()))


def co_funders() -> list[Organisation]:
    """Return who may promise a share of an order: any kind of funder (fiche action #3)."""
    kinds = [
        OrganisationKind.ETAT,
        OrganisationKind.METROPOLE,
        OrganisationKind.DEPARTEMENT,
        OrganisationKind.COMMUNE,
        OrganisationKind.ENTREPRISE,
        OrganisationKind.CAF,
        OrganisationKind.CCAS,
    ]
    return _sorted(list(Organisation.objects.filter(kind__in=kinds)))
