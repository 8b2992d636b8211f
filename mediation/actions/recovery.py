"""Recover an act that a revoked device had in its queue: it enters the register as contested, never as payable."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from mediation.actions.act_details import ActDetails, Person
from mediation.actions.device_act import DeviceAct, record_device_act
from mediation.actions.quarantine import DEVICE_REVOKED
from mediation.models import QuarantinedAct
from mediation.policies.quarantine import check_may_recover
from mediation.queries.places import service_named
from mediation.queries.ticket import ReadCode
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput

REASON_MAX = 200


class AlreadyRecovered(DomainError):
    code = "ALREADY_RECOVERED"
    message = "Cet acte a déjà été récupéré\u00a0: rien n’a été changé."


class AsideUnreadable(DomainError):
    """No code of the act could be read when it came: nobody can tell which tickets they were."""

    code = "ASIDE_UNREADABLE"
    message = "Aucun code de cet acte n’a pu être lu ({fault})\u00a0: il ne peut pas être enregistré."
    status = 422


class AsideReadable(DomainError):
    code = "ASIDE_READABLE"
    message = "Les codes de cet acte se lisent : récupérez-le, les finances décideront."
    status = 409


def recover(*, aside: QuarantinedAct, reason: str, by: Actor, at: datetime) -> QuarantinedAct:
    """Record an act that was put aside, contested, and keep who recovered it and why.

    In two transactions, so that a refused attempt is kept: the act's own key makes the first one count once, however
    often it is begun again, and a single person is written as who recovered it.

    Raises NotAllowed, InvalidInput, AlreadyRecovered, AsideUnreadable, and what `record_device_act` raises.
    """
    check_may_recover(aside, by=by)
    reason = _checked_reason(reason)
    aside.refresh_from_db(fields=["recovered_at"])
    if aside.recovered_at is not None:
        raise AlreadyRecovered
    redeemed = record_device_act(
        act=_act_of(aside),
        device_id=aside.device_id,
        by=by,
        at=at,
        sent_at=_sent_at(aside, at),
        contest=DEVICE_REVOKED,
    )
    with transaction.atomic():
        waiting = QuarantinedAct.objects.filter(pk=aside.pk, recovered_at__isnull=True)
        if not waiting.update(
            recovered_at=at, recovered_by_id=by.id, recover_reason=reason, redemption=redeemed.redemption
        ):
            raise AlreadyRecovered
        record_audit(act="RECOVER", subject_type="quarantined_act", subject=aside.uid, by=by, at=at)
    aside.refresh_from_db()
    return aside


@transaction.atomic
def set_down(*, aside: QuarantinedAct, reason: str, by: Actor, at: datetime) -> QuarantinedAct:
    """Close an act of which no code could be read: it can never be recorded, and stays listed with its reason.

    Raises NotAllowed, InvalidInput, AlreadyRecovered, AsideReadable.
    """
    check_may_recover(aside, by=by)
    reason = _checked_reason(reason)
    if not aside.content["fault"]:
        raise AsideReadable
    waiting = QuarantinedAct.objects.filter(pk=aside.pk, recovered_at__isnull=True)
    if not waiting.update(recovered_at=at, recovered_by_id=by.id, recover_reason=reason):
        raise AlreadyRecovered
    record_audit(act="SET_DOWN", subject_type="quarantined_act", subject=aside.uid, by=by, at=at)
    aside.refresh_from_db()
    return aside


def _checked_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > REASON_MAX:
        raise InvalidInput(sentence=f"Écrivez le motif en {REASON_MAX} caractères au plus, sans nom de personne.")
    return reason


def _act_of(aside: QuarantinedAct) -> DeviceAct:
    """Rebuild the act from what was kept. Raises AsideUnreadable, ServiceUnknown."""
    content = aside.content
    if content["fault"]:
        raise AsideUnreadable(fault=content["fault"])
    codes = [
        ReadCode(
            tuple(bytes.fromhex(digest) for digest in code["digests"]),
            is_signed=code["is_signed"],
            oldest=bytes.fromhex(code["oldest"]),
        )
        for code in content["codes"]
    ]
    return DeviceAct(
        key=aside.key,
        site=aside.site,
        service=service_named(code=content["service"]),
        codes=codes,
        details=_details_of(content["details"]),
        happened_at=aside.happened_at,
        mediator_id=UUID(content["mediator"]) if content["mediator"] else None,
    )


def _details_of(told: Mapping[str, Any]) -> ActDetails:
    """Return the answers as they were: JSON knows neither tuples nor whole numbers as keys."""
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items() if k != "people"}
    people = {int(rank): Person(**person) for rank, person in told["people"].items()}
    return ActDetails(**plain, people=people)


def _sent_at(aside: QuarantinedAct, at: datetime) -> datetime | None:
    """What the device's clock would say now: its skew is that of the day it sent the act, not of this one."""
    sent = aside.content["sent_at"]
    return at - (aside.received_at - datetime.fromisoformat(sent)) if sent else None
