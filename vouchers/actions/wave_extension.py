"""Put off the end of a wave, by decision of the pilot: what its calendar asked for is asked for again, from the new day."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import InvalidInput
from vouchers.models import Wave, WaveExtension
from vouchers.policies.wave_extension import check_extension

# « Long validity did not raise use: short waves, extension only by decision » (product.md §1): a year at a time.
LONGEST_DAYS: Final = 366


@transaction.atomic
def extend_wave(*, wave: Wave, until: date, reason: str, by: Actor, at: datetime) -> WaveExtension:
    """Let the titles of a wave live until a later day. Thresholds met so far stay as facts, and are due again.

    A freeze that a funder confirmed was one of the former end: its booklets are handed over again, until it is asked
    anew. Raises NotAllowed, InvalidInput, WaveNotRunning, CapNotExtended, WaveOverAlready.
    """
    check_role(by, Role.PILOT)
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    check_extension(wave=wave, at=at)
    days = (until - wave.valid_until).days
    if not 0 < days <= LONGEST_DAYS:
        raise InvalidInput(
            sentence=f"Choisissez un jour après le {wave.valid_until:%d/%m/%Y}, d’un an au plus\u00a0: rien n’a été changé."
        )
    if not reason.strip():
        raise InvalidInput(sentence="Écrivez le motif de la prolongation\u00a0: il reste dans le dossier de la vague.")
    extension = WaveExtension.objects.create(
        wave=wave, ended_on=wave.valid_until, until_on=until, reason=reason.strip(), extended_at=at, **by.columns()
    )
    Wave.objects.filter(pk=wave.pk).update(valid_until=until)
    record_audit(act="EXTEND_WAVE", subject_type="wave", subject=wave.uid, by=by, at=at, until=until.isoformat())
    return extension
