"""A device sends its queue: each act is recorded alone, in any order; a bad one ends with its reason, alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NoReturn
from uuid import UUID

from mediation.actions.act_details import ActDetails
from mediation.actions.attempt import keeping_refusals
from mediation.actions.device_act import DeviceAct, record_device_act
from mediation.actions.redemption import Redeemed
from mediation.models import AttemptKind, Service, Site
from mediation.queries.places import ServiceUnknown, SiteUnknown, sites_visible_to
from mediation.queries.ticket import ReadCode, read_code
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError, InvalidInput, TooManyAttempts
from passnum.kit.idempotency import InProgress
from vouchers.register.writer import RegisterConflict


@dataclass(frozen=True, slots=True)
class QueuedAct:
    """One item of a queue as the device sends it: texts, uids and codes, nothing looked up yet."""

    key: UUID
    site_uid: UUID
    service_code: str
    codes: Sequence[str]
    details: ActDetails
    happened_at: datetime
    mediator_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnreadableAct:
    """An item that is no act: fields that miss, or that are not what they should be."""

    key: UUID
    fields: Sequence[str]


class ActUnreadable(DomainError):
    code = "ACT_UNREADABLE"
    message = "Cet acte ne se lit pas ({fields}) : il n’a pas été enregistré. Prévenez la Métropole."
    status = 422


class UploadOutcome(StrEnum):
    """What became of an item. The device forgets what is recorded or replayed, keeps in its history what is refused
    and sends again what is to retry."""

    RECORDED = "recorded"
    REPLAYED = "replayed"
    REFUSED = "refused"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What a device is told of one item."""

    key: UUID
    outcome: UploadOutcome
    redeemed: Redeemed | None = None
    refusal: DomainError | None = None


# A later try may well succeed: never the outcome of an act.
_NOT_FINAL = (InProgress, RegisterConflict, TooManyAttempts)


def upload_acts(
    *, queue: Sequence[QueuedAct | UnreadableAct], device_id: UUID, by: Actor, at: datetime, sent_at: datetime | None
) -> list[UploadResult]:
    """Record the items of a queue one by one, each in its own transaction; a refusal is a result, not an error."""
    sites = {site.uid: site for site in sites_visible_to(by).select_related("operator")}
    codes = {one.service_code for one in queue if isinstance(one, QueuedAct)}
    services = {service.code: service for service in Service.objects.filter(code__in=codes)}
    results = []
    for queued in queue:
        try:
            if isinstance(queued, UnreadableAct):
                _refuse(queued, by=by, at=at)
            act = _read(queued, sites, services, by=by, at=at)
            redeemed = record_device_act(act=act, device_id=device_id, by=by, at=at, sent_at=sent_at)
        except DomainError as refusal:
            outcome = UploadOutcome.RETRY if isinstance(refusal, _NOT_FINAL) else UploadOutcome.REFUSED
            results.append(UploadResult(queued.key, outcome, refusal=refusal))
        else:
            outcome = UploadOutcome.REPLAYED if redeemed.is_replay else UploadOutcome.RECORDED
            results.append(UploadResult(queued.key, outcome, redeemed=redeemed))
    return results


def _refuse(queued: UnreadableAct, *, by: Actor, at: datetime) -> NoReturn:
    """Keep the attempt of what is no act. Raises ActUnreadable."""
    with keeping_refusals(kind=AttemptKind.REDEEM, by=by, at=at, key=queued.key):
        raise ActUnreadable(fields=", ".join(queued.fields))


def _read(
    queued: QueuedAct, sites: Mapping[UUID, Site], services: Mapping[str, Service], *, by: Actor, at: datetime
) -> DeviceAct:
    """Look up place and service, read the codes; what cannot be read is left out of an act that has others.

    Raises SiteUnknown, ServiceUnknown, InvalidInput and, when no code can be read, the sentence of the first one.
    """
    site = sites.get(queued.site_uid)
    with keeping_refusals(
        kind=AttemptKind.REDEEM,
        site_uid=site.uid if site else None,
        by=by,
        at=at,
        key=queued.key,
        device_at=queued.happened_at,
    ):
        if site is None:
            raise SiteUnknown
        if queued.service_code not in services:
            raise ServiceUnknown
        read = read_codes(queued.codes)
        rank_of = {old: new for new, old in enumerate(read)}
        people = {rank_of[rank]: person for rank, person in queued.details.people.items() if rank in rank_of}
        return DeviceAct(
            key=queued.key,
            site=site,
            service=services[queued.service_code],
            codes=list(read.values()),
            details=replace(queued.details, people=people),
            happened_at=queued.happened_at,
            mediator_id=queued.mediator_id,
        )


def read_codes(texts: Sequence[str]) -> dict[int, ReadCode]:
    """Return the codes that can be read, by rank. Raises the refusal of the first one when none can, InvalidInput."""
    read: dict[int, ReadCode] = {}
    first: DomainError | None = None
    for rank, text in enumerate(texts):
        try:
            read[rank] = read_code(text)
        except DomainError as refusal:
            first = first or refusal
    if not read:
        raise first or InvalidInput(sentence="Cet acte ne porte aucun ticket.")
    return read
