"""What a scanned or typed text stands for, and what is left on a booklet."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from passnum.kit.codes.payload import unpack, verify
from passnum.kit.codes.url import parse_scanned
from passnum.kit.errors import DomainError
from passnum.kit.keys import digest_keyring, public_keyring
from vouchers.models import Booklet, Ticket
from vouchers.states import TitleStatus


class ReferenceIsNotACode(DomainError):
    code = "REFERENCE_IS_NOT_A_CODE"
    message = (
        "C’est la référence du ticket, pas son code. Tapez les 13 lettres et chiffres du code, ou scannez le code QR."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code that was read, as the digests it may have (one when its key is known), and whether it was signed."""

    digests: tuple[bytes, ...]
    is_signed: bool
    oldest: bytes = b""

    @property
    def identity(self) -> bytes:
        """The digest under the oldest key: the same whether scanned or typed, before a rotation of keys or after."""
        return self.oldest or self.digests[-1]


def read_code(text: str) -> ReadCode:
    """Recognise a spendable code. Raises ReferenceIsNotACode and the sentences of `passnum.kit.codes`."""
    scanned = parse_scanned(text)
    keyring = digest_keyring()
    if scanned.payload:
        signed = verify(unpack(scanned.payload), public_keyring())
        oldest = keyring.digests_of(signed.code)[-1]
        return ReadCode((keyring.digest(signed.code, kid=signed.kid),), is_signed=True, oldest=oldest)
    if scanned.code:
        return ReadCode(tuple(keyring.digests_of(scanned.code)), is_signed=False)
    raise ReferenceIsNotACode


@dataclass(frozen=True, slots=True)
class HoursLeft:
    """What a booklet still gives."""

    booklet: Booklet
    left: int
    size: int
    redeemable_until: date


def hours_left(*, booklet: Booklet) -> HoursLeft:
    """Count the tickets of a booklet that can still be used."""
    usable = Q(status__in=[TitleStatus.HANDED_OVER, TitleStatus.IN_STOCK])
    left = Ticket.objects.filter(booklet=booklet).aggregate(n=Count("pk", filter=usable))["n"]
    return HoursLeft(booklet, left, booklet.size, booklet.wave.redeemable_until)


def site_scope(site_uid: UUID) -> str:
    """The idempotency scope of a place: any device of that place may replay."""
    return f"site:{site_uid}"
