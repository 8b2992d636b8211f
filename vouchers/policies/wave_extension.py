"""May the end of this wave still be put off?"""

from datetime import datetime

from passnum.kit.errors import DomainError
from vouchers.models import ThresholdKind, TitleProfile, Wave
from vouchers.models.wave_end import ready_at
from vouchers.states import WaveStatus


class WaveNotRunning(DomainError):
    code = "WAVE_NOT_RUNNING"
    message = "La vague «\u00a0{wave}\u00a0» n’est pas ouverte\u00a0: sa validité ne se prolonge pas."
    status = 409


class WaveOverAlready(DomainError):
    code = "WAVE_OVER_ALREADY"
    message = (
        "Les tickets de la vague «\u00a0{wave}\u00a0» sont périmés depuis le {day}\u00a0: ils ne revivent pas. Ce qui n’a pas"
        " servi est dans l’avoir du financeur."
    )
    status = 409


class CapNotExtended(DomainError):
    code = "CAP_NOT_EXTENDED"
    message = "Un chèque d’accompagnement personnalisé finit avec l’année imprimée\u00a0: il ne se prolonge pas."
    status = 409


def check_extension(*, wave: Wave, at: datetime) -> None:
    """Let an open wave be put off while its tickets live. Raises WaveNotRunning, CapNotExtended, WaveOverAlready."""
    if wave.status != WaveStatus.OPEN:
        raise WaveNotRunning(wave=wave.name)
    if wave.profile == TitleProfile.CAP:
        raise CapNotExtended
    is_refused = wave.thresholds.filter(kind=ThresholdKind.REFUSAL).exists()
    if is_refused or at >= ready_at(wave, ThresholdKind.REFUSAL):
        raise WaveOverAlready(wave=wave.name, day=wave.redeemable_until.strftime("%d/%m/%Y"))


def can_extend(*, wave: Wave, at: datetime) -> bool:
    """Tell whether `check_extension` passes."""
    try:
        check_extension(wave=wave, at=at)
    except DomainError:
        return False
    return True
