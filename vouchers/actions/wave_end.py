"""The end of a wave, threshold after threshold: the clock meets each once, a funder's agent answers for the freeze.

Nothing here reads a clock: `mediation.actions.wave_clock` goes through the thresholds at the instant it is given.
"""

from datetime import datetime

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, NotAllowed
from vouchers.models import EndNotice, FreezeConfirmation, ThresholdKind, Wave, WaveThreshold
from vouchers.models.wave_end import due_on, ready_at
from vouchers.queries.end_sums import last_seal, notice_sums
from vouchers.queries.wave_end import funders_of, met_thresholds
from vouchers.states import WaveStatus

ORDER = tuple(ThresholdKind)


class ThresholdNotReady(DomainError):
    code = "THRESHOLD_NOT_READY"
    message = (
        "L’échéance «\u00a0{threshold}\u00a0» de la vague «\u00a0{wave}\u00a0» n’est pas encore due\u00a0: rien n’a été"
        " fait."
    )
    status = 409


class FreezeNotAsked(DomainError):
    code = "FREEZE_NOT_ASKED"
    message = (
        "Le gel des remises de la vague «\u00a0{wave}\u00a0» n’est pas encore demandé\u00a0: revenez après le {day}."
    )
    status = 409


class FreezeAlreadyConfirmed(DomainError):
    code = "FREEZE_ALREADY_CONFIRMED"
    message = "Le gel des remises est déjà confirmé pour votre organisation\u00a0: rien n’a été changé."
    status = 409


def _notify(threshold: WaveThreshold, *, at: datetime) -> int:
    """Write the four sums of each order that has booklets; return how many notices."""
    seal = last_seal()
    wave = threshold.wave
    sums = notice_sums(wave=wave, seal_number=seal.number, at=at) if seal else {}
    EndNotice.objects.bulk_create(
        EndNotice(
            threshold=threshold,
            order_id=order_id,
            seal_number=seal.number,
            issued=found.issued,
            injected=found.injected,
            started=found.started,
            face_value_cents=wave.face_value_cents,
        )
        for order_id, found in sums.items()
        if seal is not None
    )
    return len(sums)


@transaction.atomic
def meet_threshold(*, wave: Wave, kind: ThresholdKind, by: Actor, at: datetime) -> WaveThreshold | None:
    """Record that a threshold of a wave is met, once, after those before it; None when it was met already.

    Two clocks at once: the second waits for the wave's lock and finds it done. Raises NotAllowed, ThresholdNotReady.
    """
    check_role(by, Role.PILOT)
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    met = set(met_thresholds(wave=wave))
    if kind in met:
        return None
    is_early = at < ready_at(wave, kind) or not met.issuperset(ORDER[: ORDER.index(kind)])
    if wave.status == WaveStatus.DRAFT or is_early:
        raise ThresholdNotReady(threshold=kind.label, wave=wave.name)
    threshold = WaveThreshold.objects.create(
        wave=wave, kind=kind, due_on=due_on(wave, kind), done_at=at, **by.columns()
    )
    notices = _notify(threshold, at=at) if kind == ThresholdKind.NOTICE else 0
    record_audit(
        act="MEET_THRESHOLD",
        subject_type="wave",
        subject=wave.uid,
        by=by,
        at=at,
        threshold=kind.value,
        notices=notices,
    )
    return threshold


@transaction.atomic
def confirm_freeze(*, wave: Wave, funder: Organisation, by: Actor, at: datetime) -> FreezeConfirmation:
    """Take note, for a funder, of the freeze: from now on its booklets of the wave are not handed over.

    Only the funder's own agent may: silence is never a yes. Raises NotAllowed, FreezeNotAsked, FreezeAlreadyConfirmed.
    """
    check_acts_for(by, funder, Role.FUNDER)
    if by.kind == ActorKind.SYSTEM or funder not in funders_of(wave=wave):
        raise NotAllowed
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    asked = met_thresholds(wave=wave).get(ThresholdKind.FREEZE)
    if asked is None:
        raise FreezeNotAsked(wave=wave.name, day=due_on(wave, ThresholdKind.FREEZE).strftime("%d/%m/%Y"))
    if FreezeConfirmation.objects.filter(asked=asked, funder=funder).exists():
        raise FreezeAlreadyConfirmed
    confirmation = FreezeConfirmation.objects.create(asked=asked, funder=funder, confirmed_at=at, **by.columns())
    record_audit(act="CONFIRM_FREEZE", subject_type="wave", subject=wave.uid, by=by, at=at, funder=str(funder.uid))
    return confirmation
