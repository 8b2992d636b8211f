"""Two levels of distributors: a CCAS serves its own relays, a relay its CCAS; anybody may send back."""

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError
from vouchers.models import Wave
from vouchers.queries.recalls import open_recalls


class RecipientNotYours(DomainError):
    code = "RECIPIENT_NOT_YOURS"
    message = (
        "Vous envoyez à vos relais, à votre CCAS, à la Métropole ou au fournisseur des chèques. "
        "Pour un autre distributeur, demandez une réallocation à la Métropole."
    )
    status = 403


def check_sends_to(by: Actor, *, sender: Organisation, recipient: Organisation, wave: Wave) -> None:
    """Let a distributor send to its relay, its parent, the issuer or the Métropole, or whom a recall names.

    Raises RecipientNotYours. The pilot and the issuer send to any distributor.
    """
    if by.role != Role.DISTRIBUTOR:
        return
    is_family = recipient.parent_id == sender.pk or sender.parent_id == recipient.pk
    goes_back = recipient.kind == OrganisationKind.METROPOLE or recipient.pk == wave.issuer_id
    if is_family or goes_back:
        return
    if not open_recalls(holder=sender).filter(recipient=recipient, wave=wave).exists():
        raise RecipientNotYours
