from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import MeaningOfA, TitleProfile, Wave
from vouchers.states import WAVE_MOVES, WaveAct


class WaveNotReady(DomainError):
    code = "WAVE_NOT_READY"
    message = "Cette vague n’est pas dans l’état voulu ({status}) : l’opération n’a pas été faite."
    status = 409


class IssuerAddressMissing(DomainError):
    code = "ISSUER_ADDRESS_MISSING"
    message = (
        "Un chèque d’accompagnement personnalisé porte l’adresse de son émetteur\u00a0: il faut une vague qui la donne."
    )
    status = 409


def _move(wave: Wave, act: WaveAct, **changes: Any) -> None:
    """The only line that assigns a wave's status."""
    one = WAVE_MOVES[act]
    (target,) = one.targets
    if not Wave.objects.filter(pk=wave.pk, status__in=one.sources).update(status=target, **changes):
        raise WaveNotReady(status=wave.get_status_display())
    wave.refresh_from_db()


def _check_terms(wave: Wave) -> None:
    """Hold a wave to its columns and constraints before the database does. Raises InvalidInput."""
    unset = {field.name for field in wave._meta.concrete_fields if getattr(wave, field.attname) is None}
    try:
        wave.full_clean(exclude=unset)
    except ValidationError as faults:
        named = [
            message if name == "__all__" else f"{getattr(wave._meta.get_field(name), 'verbose_name', name)} : {message}"
            for name, messages in faults.message_dict.items()
            for message in messages
        ]
        raise InvalidInput(sentence=" ".join(text[0].upper() + text[1:] for text in named)) from None


@transaction.atomic
def create_wave(
    *,
    number: int,
    name: str,
    a_on: date,
    a_meaning: MeaningOfA,
    issuer: Organisation,
    contract_number: str,
    ceiling_cents: int,
    valid_from: date,
    valid_until: date,
    by: Actor,
    at: datetime,
    issuer_address: str = "",
    profile: TitleProfile = TitleProfile.MARCHE,
    grace_days: int = 30,
    target_hours: int | None = None,
    **rules: int,
) -> Wave:
    """Create a wave in preparation. `rules` are the other whole-number columns of the model (minutes, days, cents).

    Raises NotAllowed, InvalidInput.
    """
    check_role(by, Role.PILOT)
    if valid_from > valid_until:
        raise InvalidInput(sentence="La fin de validité précède le début : corrigez l’une des deux dates.")
    wave = Wave(
        uid=uuid4(),
        number=number,
        name=name,
        a_on=a_on,
        a_meaning=a_meaning,
        issuer=issuer,
        issuer_address=issuer_address.strip(),
        contract_number=contract_number,
        ceiling_cents=ceiling_cents,
        profile=profile,
        valid_from=valid_from,
        valid_until=valid_until,
        grace_days=grace_days,
        target_hours=target_hours,
        created_at=at,
        **rules,
    )
    _check_terms(wave)
    wave.save(force_insert=True)
    record_audit(act="CREATE_WAVE", subject_type="wave", subject=wave.uid, by=by, at=at)
    return wave


@transaction.atomic
def open_wave(*, wave: Wave, by: Actor, at: datetime) -> None:
    """Open a wave: orders may be approved. Raises NotAllowed, IssuerAddressMissing, WaveNotReady."""
    check_role(by, Role.PILOT)
    if wave.profile == TitleProfile.CAP and not wave.issuer_address:
        raise IssuerAddressMissing
    _move(wave, WaveAct.OPEN, opened_at=at)
    record_audit(act="OPEN_WAVE", subject_type="wave", subject=wave.uid, by=by, at=at)


@transaction.atomic
def close_wave(*, wave: Wave, by: Actor, at: datetime) -> None:
    """Close a wave for good: nothing is handed over nor redeemed any more. Raises NotAllowed, WaveNotReady."""
    check_role(by, Role.PILOT)
    _move(wave, WaveAct.CLOSE, closed_at=at)
    record_audit(act="CLOSE_WAVE", subject_type="wave", subject=wave.uid, by=by, at=at)
