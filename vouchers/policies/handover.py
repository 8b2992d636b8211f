"""May this booklet be handed over now, by this distributor?"""

from datetime import datetime

from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from vouchers.models import Booklet, FreezeConfirmation, ThresholdKind
from vouchers.models.wave_end import due_on
from vouchers.states import TitleStatus, WaveStatus


class BookletNotInStock(DomainError):
    """Also what an unknown number answers: another's stock is not theirs to know."""

    code = "BOOKLET_NOT_IN_STOCK"
    message = "Ce carnet n’est pas dans votre stock. Vérifiez le numéro, ou demandez à la Métropole où il se trouve."
    status = 404


class BookletNotReceived(DomainError):
    code = "BOOKLET_NOT_RECEIVED"
    message = "Ce carnet est dans un envoi que vous n’avez pas encore reçu. Confirmez d’abord la réception."
    status = 409


class BookletAlreadyHandedOver(DomainError):
    code = "BOOKLET_ALREADY_HANDED_OVER"
    message = "Ce carnet a déjà été remis. Prenez-en un autre dans votre stock."
    status = 409


class BookletBlocked(DomainError):
    code = "BOOKLET_BLOCKED"
    message = "Ce carnet est en opposition : il ne vaut plus rien. Mettez-le de côté et prenez-en un autre."
    status = 409


class BookletExpired(DomainError):
    code = "BOOKLET_EXPIRED"
    message = "Ce carnet n’est plus valable : sa date limite est passée. Mettez-le de côté."
    status = 409


class WaveClosed(DomainError):
    code = "WAVE_CLOSED"
    message = "La vague « {wave} » n’est pas ouverte : ses carnets ne peuvent pas être remis."
    status = 409


class HandoversFrozen(DomainError):
    code = "HANDOVERS_FROZEN"
    message = (
        "{funder} a arrêté la remise de ses carnets de la vague «\u00a0{wave}\u00a0» le {day}. Mettez ce carnet de côté, et"
        " prenez-en un d’une vague en cours."
    )
    status = 409


_REFUSALS: dict[str, type[DomainError]] = {
    TitleStatus.HANDED_OVER: BookletAlreadyHandedOver,
    TitleStatus.BLOCKED: BookletBlocked,
    TitleStatus.REPLACED: BookletBlocked,
    TitleStatus.EXPIRED: BookletExpired,
}


def check_handover(*, booklet: Booklet, distributor_id: int, happened_at: datetime) -> None:
    """Raise the first reason, in this order, that forbids the hand-over of a locked booklet.

    Not theirs · in a shipment not received · handed over, blocked or expired · wave not open · validity passed · hand-overs
    stopped by its funder.
    """
    concerns_them = (
        booklet.holder_id == distributor_id
        or booklet.handovers.filter(distributor_id=distributor_id, undone_at__isnull=True).exists()
        or (booklet.shipment is not None and booklet.shipment.to_organisation_id == distributor_id)
    )
    if not concerns_them:
        raise BookletNotInStock
    if booklet.status == TitleStatus.IN_TRANSIT and booklet.holder_id != distributor_id:
        raise BookletNotReceived
    refusal = _REFUSALS.get(booklet.status)
    if refusal:
        raise refusal
    if booklet.wave.status != WaveStatus.OPEN:
        raise WaveClosed(wave=booklet.wave.name)
    if booklet.status != TitleStatus.IN_STOCK or booklet.holder_id != distributor_id:
        raise BookletNotInStock
    if paris_date(happened_at) > booklet.wave.valid_until:
        raise BookletExpired
    check_freeze(booklet, happened_at)


def check_freeze(booklet: Booklet, happened_at: datetime) -> None:
    """Refuse what is handed over after the funder confirmed the freeze; a paper day before it may still be typed in.

    Raises HandoversFrozen.
    """
    wave = booklet.wave
    if paris_date(happened_at) < due_on(wave, ThresholdKind.FREEZE):
        return
    frozen = FreezeConfirmation.objects.filter(
        asked__wave=wave,
        asked__due_on=due_on(wave, ThresholdKind.FREEZE),
        funder=booklet.funder_id,
        confirmed_at__lte=happened_at,
    ).first()
    if frozen is not None:
        day = paris_date(frozen.confirmed_at).strftime("%d/%m/%Y")
        raise HandoversFrozen(funder=booklet.funder.name, wave=wave.name, day=day)
