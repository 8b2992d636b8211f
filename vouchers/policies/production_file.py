"""Who may take a file that is worth its face value."""

from datetime import date

from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotAllowed
from vouchers.models import Booklet, ProductionFile
from vouchers.queries.referents import desks_of


def is_replacement(file: ProductionFile) -> bool:
    """Tell whether a file is the one booklet that replaces another."""
    one = Booklet.objects.filter(order=file.order_id, number=file.first_number, replaces__isnull=False)
    return file.first_number == file.last_number and one.exists()


def check_may_take(*, file: ProductionFile, by: Actor, day: date) -> None:
    """Let the pilot, the issuer of that wave, or for a replacement the distributor that hands it over or answers for it.

    Raises NotAllowed.
    """
    if by.role == Role.PILOT:
        return
    if by.role == Role.ISSUER and file.order.wave.issuer.uid == by.organisation_id:
        return
    if by.role == Role.DISTRIBUTOR and by.organisation_id is not None and is_replacement(file):
        theirs = Booklet.objects.filter(
            order=file.order_id,
            number=file.first_number,
            handovers__distributor__in=desks_of(by=by, day=day),
            handovers__undone_at__isnull=True,
        )
        if theirs.exists():
            return
    raise NotAllowed
