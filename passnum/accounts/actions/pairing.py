"""An invitation to pair a device: shown once as a QR code and six figures, used once, within ten minutes.

The QR code carries 128 random bits, which nobody guesses. Six figures are few: no two living invitations share them,
tries are counted by address and all together, and what is kept is keyed with the service's own secret, so that a stolen
dump does not give them back.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from passnum.accounts.models import Device, DevicePairing, Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.queries.devices import DEVICE_PREFIX, actor_of_device, live_pairings
from passnum.accounts.queries.tokens import digest_of_token
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotFound
from passnum.kit.throttle import forgive, throttle

TOKEN_BYTES: Final = 32  # 256 bits
SECRET_BYTES: Final = 16  # 128 bits
FIGURES: Final = 6
LIFE: Final = timedelta(minutes=10)
NAME_MAX: Final = 60
VERSION_MAX: Final = 40
# An address is a whole place behind one box: a few slips of the finger each. All together, a guesser with a thousand
# addresses still meets one living invitation in 5,000 windows.
WINDOW_SECONDS: Final = 600
TRIES_PER_ADDRESS: Final = 20
TRIES_IN_ALL: Final = 200

_CODE_SALT: Final = "passnum.accounts.pairing.code"
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f.-]")
_SIX_FIGURES: Final = re.compile(r"[0-9]{6}")
# Any number that no other advisory lock of the project takes.
_DRAWING_LOCK: Final = 0x70616972


class PairingUnknown(DomainError):
    code = "PAIRING_UNKNOWN"
    message = (
        "Ce code d’association n’existe pas, a déjà servi ou n’est plus valable. Demandez-en un nouveau à la personne "
        "responsable du lieu."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the manager is shown, once: nothing of it is kept but digests."""

    pairing: DevicePairing
    secret: str = field(repr=False)
    figures: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Paired:
    """A new device and the text of its token, which is kept nowhere."""

    device: Device
    token: str = field(repr=False)


def check_device_name(text: str) -> str:
    """Return the name of a device as it is kept. Raises InvalidInput."""
    name = " ".join(text.split())
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise InvalidInput(sentence=f"Donnez à l’appareil un nom de {NAME_MAX} caractères au plus : « Accueil 1 ».")
    return name


def _digest_of_figures(figures: str) -> bytes:
    return salted_hmac(_CODE_SALT, figures, algorithm="sha256").digest()


def _draw() -> str:
    return f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"


def _unused_figures(at: datetime) -> str:
    """Return six figures that no living invitation has; those who invite at the same time wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAWING_LOCK])
    taken = {bytes(digest) for digest in live_pairings(at=at).values_list("code_digest", flat=True)}
    while _digest_of_figures(figures := _draw()) in taken:
        pass
    return figures


@transaction.atomic
def create_pairing(
    *, organisation: Organisation, name: str, is_shared: bool = False, by: Actor, at: datetime
) -> Invitation:
    """Invite one device into an organisation, for ten minutes. Raises NotAllowed, InvalidInput."""
    check_acts_for(by, organisation, Role.SITE_MANAGER)
    name = check_device_name(name)
    secret, figures = secrets.token_urlsafe(SECRET_BYTES), _unused_figures(at)
    pairing = DevicePairing.objects.create(
        organisation=organisation,
        device_name=name,
        is_shared=is_shared,
        digest=digest_of_token(secret),
        code_digest=_digest_of_figures(figures),
        created_at=at,
        expires_at=at + LIFE,
        **by.columns(),
    )
    record_audit(act="CREATE_PAIRING", subject_type="device_pairing", subject=pairing.uid, by=by, at=at)
    return Invitation(pairing, secret, figures)


def _bucket(address: str) -> str:
    return "pairing:address:" + address


def _count_try(*, address: str, is_figures: bool) -> None:
    """Slow down whoever guesses. The long secret is not counted with the rest: a flood of figures cannot stop it."""
    throttle(_bucket(address), TRIES_PER_ADDRESS, WINDOW_SECONDS)
    if is_figures:
        throttle("pairing:figures", TRIES_IN_ALL, WINDOW_SECONDS)


@transaction.atomic
def pair_device(*, code: str, version: str = "", address: str, at: datetime) -> Paired:
    """Make a device of whoever shows the secret or the six figures of a living invitation; it is used once.

    `address` is where the request comes from. Raises PairingUnknown, TooManyAttempts.
    """
    figures = _BLANKS.sub("", code)
    is_figures = _SIX_FIGURES.fullmatch(figures) is not None
    _count_try(address=address, is_figures=is_figures)
    shown = {"code_digest": _digest_of_figures(figures)} if is_figures else {"digest": digest_of_token(code.strip())}
    pairing = (
        live_pairings(at=at).select_for_update(of=("self",)).filter(**shown).select_related("organisation").first()
    )
    if pairing is None:
        raise PairingUnknown
    token = DEVICE_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    device = Device.objects.create(
        organisation=pairing.organisation,
        name=pairing.device_name,
        is_shared=pairing.is_shared,
        digest=digest_of_token(token),
        app_version=clean_version(version),
        paired_at=at,
        last_seen_at=at,
        **pairing.actor().columns(),
    )
    pairing.used_at, pairing.device = at, device
    pairing.save(update_fields=["used_at", "device"])
    record_audit(
        act="PAIR_DEVICE",
        subject_type="device",
        subject=device.uid,
        by=actor_of_device(device),
        at=at,
        pairing=str(pairing.uid),
    )
    forgive(_bucket(address), WINDOW_SECONDS)  # a place pairs all its phones in one morning
    return Paired(device, token)


def clean_version(text: str) -> str:
    """Return what an application says of its version, as it is kept."""
    return "".join(char for char in text if char.isprintable())[:VERSION_MAX]


@transaction.atomic
def cancel_pairing(*, uid: UUID, organisation: Organisation, by: Actor, at: datetime) -> None:
    """Take an invitation back. One that was used, cancelled or has expired stays as it is. Raises NotAllowed, NotFound."""
    check_acts_for(by, organisation, Role.SITE_MANAGER)
    pairing = DevicePairing.objects.select_for_update().filter(uid=uid, organisation=organisation).first()
    if pairing is None:
        raise NotFound
    if pairing.used_at is not None or pairing.cancelled_at is not None or pairing.expires_at <= at:
        return
    pairing.cancelled_at = at
    pairing.save(update_fields=["cancelled_at"])
    record_audit(act="CANCEL_PAIRING", subject_type="device_pairing", subject=pairing.uid, by=by, at=at)
