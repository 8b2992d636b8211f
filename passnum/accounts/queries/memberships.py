from passnum.accounts.models import Membership, User


def open_memberships(*, user: User) -> list[Membership]:
    """Return the posts that a person may work in today, by organisation and role."""
    return list(
        Membership.objects.filter(user=user, ended_at__isnull=True)
        .select_related("organisation")
        .order_by("organisation__name", "role", "pk")
    )
