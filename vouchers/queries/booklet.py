import re

from passnum.kit.codes.errors import CodesError
from passnum.kit.codes.payload import unpack, verify
from passnum.kit.codes.url import parse_scanned
from passnum.kit.keys import digest_keyring, public_keyring
from vouchers.models import Booklet, Ticket

# « 2-0001234 » as printed, « 2 1234 » as typed in haste.
NUMBER = re.compile(r"(?P<wave>\d{1,5})\s*[-–/ ]\s*(?P<number>\d{1,9})")

# Figures alone, too few for a ticket: the end of a number, as one says it aloud.
HALF_NUMBER = re.compile(r"[0-9]{1,9}")


class BookletNumberCut(CodesError):
    code = "BOOKLET_NUMBER_CUT"
    message = "Ce numéro n’est pas entier : tapez-le comme sur la couverture, par exemple 2-0000123."


def find_booklet(*, text: str) -> Booklet | None:
    """Find a booklet by its printed number, or by any ticket of it (QR, reference or code); None when unknown.

    Raises the sentences of `passnum.kit.codes` when the text is plainly a mistyped code.
    """
    typed = NUMBER.fullmatch(text.strip())
    booklets = Booklet.objects.select_related("wave", "order", "distributor", "funder", "holder")
    if HALF_NUMBER.fullmatch(text.strip()):
        raise BookletNumberCut
    if typed:
        return booklets.filter(wave__number=int(typed["wave"]), number=int(typed["number"])).first()
    ticket = find_ticket(text=text)
    return booklets.get(pk=ticket.booklet_id) if ticket else None


def find_ticket(*, text: str) -> Ticket | None:
    """Find a ticket by what a scanner or a keyboard gives; None when unknown.

    A signed payload must verify. Raises the sentences of `passnum.kit.codes`.
    """
    scanned = parse_scanned(text)
    if scanned.payload:
        signed = verify(unpack(scanned.payload), public_keyring())
        return Ticket.objects.filter(digest=digest_keyring().digest(signed.code, kid=signed.kid)).first()
    if scanned.code:
        return Ticket.objects.filter(digest__in=digest_keyring().digests_of(scanned.code)).first()
    return Ticket.objects.filter(ref=scanned.ref).first()
