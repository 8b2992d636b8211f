"""What stands on the paper of a booklet, for tests that scan it."""

from passnum.kit.codes.payload import pack
from passnum.kit.codes.url import full_url
from passnum.kit.keys import production_keyring
from vouchers.models import Booklet, Ticket

HOST = "PASS.METROPOLE.EXAMPLE"


def printed_addresses(booklet: Booklet) -> list[str]:
    """The text of each QR of a booklet, in ticket order: what a scanner reads."""
    keyring = production_keyring()
    found = []
    for ticket in Ticket.objects.filter(booklet=booklet).order_by("position"):
        payload = pack(
            keyring,
            kid=ticket.kid,
            series=booklet.wave.number,
            number=booklet.number,
            position=ticket.position,
            code=keyring.derive(ticket.uid, ticket.generation, kid=ticket.kid),
        )
        found.append("".join(full_url(HOST, ticket.ref, payload)))
    return found
