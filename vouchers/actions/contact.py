"""An optional contact, by the number of the receipt: consent by purpose, encrypted, erased on demand and at the end."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.sealed import Sealed, seal, unseal
from vouchers.models import ContactKind, ContactPurpose, Handover, HandoverContact, Wave
from vouchers.policies.referent import check_hands_over_for
from vouchers.publics import AgeBand
from vouchers.states import WaveStatus

PURPOSE: Final = "contact"
EMAIL_MAX: Final = 254
_PHONE: Final = re.compile(r"(?:0|\+33)[1-9]\d{8}|\+(?!33)\d{8,15}", re.ASCII)
_SPACING: Final = re.compile(r"[\s\u00a0.\-()]")
# Under 15, consent is the guardian's (loi Informatique et Libertés, art. 45); the band « 12 - 17 ans » cannot tell.
MINORS: Final = (AgeBand.MOINS_DE_DOUZE, AgeBand.DOUZE_DIX_HUIT)


class GuardianNeeded(DomainError):
    code = "GUARDIAN_NEEDED"
    message = "Avant 15 ans, le contact est celui du tuteur ou de la tutrice : cochez la case, ou ne notez rien."
    status = 422


class NoContactKept(DomainError):
    code = "NO_CONTACT_KEPT"
    message = "Aucun contact n’est gardé pour ce reçu."
    status = 404


class ContactOfUndone(DomainError):
    code = "CONTACT_OF_UNDONE_HANDOVER"
    message = "Cette remise est annulée : elle ne garde plus de contact."
    status = 409


class WaveStillRunning(DomainError):
    code = "WAVE_STILL_RUNNING"
    message = "Cette vague n’est pas close : ses contacts servent encore. Clôturez-la d’abord."
    status = 409


def _plain(kind: str, value: str) -> str:
    """Return a contact in its usual form. Raises InvalidInput."""
    if kind == ContactKind.PHONE:
        digits = _SPACING.sub("", value)
        if _PHONE.fullmatch(digits):
            return digits
        raise InvalidInput(sentence="Écrivez le téléphone en dix chiffres, par exemple 06 12 34 56 78.")
    text = value.strip()
    try:
        validate_email(text)
    except ValidationError:
        text = ""
    if kind != ContactKind.EMAIL or not text or len(text) > EMAIL_MAX:
        raise InvalidInput(sentence="Écrivez l’adresse de courriel en entier, par exemple prenom@exemple.fr.")
    return text


@transaction.atomic
def record_contact(
    *,
    handover: Handover,
    kind: ContactKind,
    value: str,
    purposes: Collection[ContactPurpose],
    is_guardians: bool = False,
    by: Actor,
    at: datetime,
) -> HandoverContact:
    """Keep one contact for a receipt, in place of the one it had. Nothing of it goes to a log nor to the audit.

    Raises NotAllowed, InvalidInput, GuardianNeeded, ContactOfUndone.
    """
    check_hands_over_for(by, handover.distributor, paris_date(at))
    told = _plain(kind, value)
    agreed = sorted(set(purposes))
    if not agreed or not set(agreed) <= set(ContactPurpose.values):
        raise InvalidInput(
            sentence="Cochez au moins une chose que la personne accepte. Sinon, ne notez pas de contact."
        )
    handover = _locked(handover)
    if handover.undone_at:
        raise ContactOfUndone
    profile = getattr(handover, "profile", None)
    if profile is not None and profile.age_band in MINORS and not is_guardians:
        raise GuardianNeeded
    HandoverContact.objects.filter(handover=handover).delete()
    sealed = seal(told, purpose=PURPOSE, of=handover.uid)
    contact = HandoverContact.objects.create(
        handover=handover,
        kind=kind,
        purposes=agreed,
        is_guardians=is_guardians,
        kid=sealed.kid,
        sealed=sealed.data,
        recorded_at=at,
        **by.columns(),
    )
    record_audit(act="RECORD_CONTACT", subject_type="handover", subject=handover.uid, by=by, at=at, purposes=agreed)
    return contact


def _locked(handover: Handover) -> Handover:
    Handover.objects.select_for_update(no_key=True).get(pk=handover.pk)
    return Handover.objects.select_related("profile", "distributor").get(pk=handover.pk)


@transaction.atomic
def read_contact(*, handover: Handover, by: Actor, at: datetime) -> str:
    """Return the contact of a receipt to its desk; each reading is noted. Raises NotAllowed, NoContactKept."""
    check_hands_over_for(by, handover.distributor, paris_date(at))
    contact = HandoverContact.objects.filter(handover=handover).first()
    if contact is None:
        raise NoContactKept
    told = unseal(Sealed(contact.kid, bytes(contact.sealed)), purpose=PURPOSE, of=handover.uid)
    record_audit(act="READ_CONTACT", subject_type="handover", subject=handover.uid, by=by, at=at)
    return told


@transaction.atomic
def erase_contact(*, handover: Handover, by: Actor, at: datetime) -> bool:
    """Erase the contact of a receipt, as its person may ask at any time; tell whether there was one. Raises NotAllowed."""
    check_hands_over_for(by, handover.distributor, paris_date(at))
    erased, _ = HandoverContact.objects.filter(handover=handover).delete()
    if erased:
        record_audit(act="ERASE_CONTACT", subject_type="handover", subject=handover.uid, by=by, at=at)
    return bool(erased)


@transaction.atomic
def purge_contacts(*, wave: Wave, by: Actor, at: datetime) -> int:
    """Erase every contact of a closed wave; return how many. May be run again. Raises NotAllowed, WaveStillRunning."""
    check_role(by, Role.PILOT)
    if Wave.objects.get(pk=wave.pk).status != WaveStatus.CLOSED:
        raise WaveStillRunning
    erased, _ = HandoverContact.objects.filter(handover__booklet__wave=wave).delete()
    if erased:
        record_audit(act="PURGE_CONTACTS", subject_type="wave", subject=wave.uid, by=by, at=at, contacts=erased)
    return erased


def purge_closed_waves(*, at: datetime) -> int:
    """Erase what is left of the contacts of every closed wave, wave by wave; return how many. May be run again."""
    kept = HandoverContact.objects.values("handover__booklet__wave")
    waves = Wave.objects.filter(status=WaveStatus.CLOSED, pk__in=kept).order_by("pk")
    return sum(purge_contacts(wave=wave, by=SYSTEM, at=at) for wave in waves)
