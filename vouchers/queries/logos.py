"""The logos of funders."""

from uuid import UUID

from passnum.accounts.models import Organisation
from vouchers.models import FunderLogo, Order


def logo_of(*, organisation: Organisation, uid: str) -> FunderLogo | None:
    """Return a logo of this organisation; another's and none look alike."""
    try:
        return FunderLogo.objects.filter(organisation=organisation, uid=UUID(uid)).first()
    except ValueError:
        return None


def printed_logo(*, order: Order, sha256: str) -> bytes:
    """Return the picture that a proof names by its digest; nothing when it names none."""
    if not sha256:
        return b""
    logo = FunderLogo.objects.get(organisation=order.funder_id, sha256=bytes.fromhex(sha256))
    return bytes(logo.content)
