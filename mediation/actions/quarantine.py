"""What a stolen device had in its queue: refused to its token, kept aside so that nothing is lost.

No code is kept, only digests. A person recovers an act with a reason (`mediation.actions.recovery`); it is contested.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediation.actions.attempt import attempt_part
from mediation.actions.upload import QueuedAct, read_codes
from mediation.models import AttemptKind, QuarantinedAct, Redemption, Site
from mediation.queries.ticket import ReadCode
from passnum.accounts.models import Device
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError
from passnum.kit.together import run_together

# A queue holds some days of work; beyond, somebody fills the table with a token found in a bin.
MOST_ASIDE = 500
DEVICE_REVOKED = "DEVICE_REVOKED"


@transaction.atomic
def put_aside(
    *, device: Device, acts: Sequence[QueuedAct], by: Actor, at: datetime, sent_at: datetime | None = None
) -> list[UUID]:
    """Keep aside what a revoked device uploads; return the keys that are kept, now or before.

    Left out: acts of places that are not its organisation's, those recorded before the revocation, and what comes
    beyond `MOST_ASIDE`.
    """
    device = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
    if device.revoked_at is None:
        raise ValueError("only the acts of a revoked device are put aside")
    keys = list(dict.fromkeys(act.key for act in acts))
    sites = {site.uid: site for site in Site.objects.filter(operator=device.organisation_id)}
    aside = QuarantinedAct.objects.filter(key__in=keys)
    seen = {
        *aside.values_list("key", flat=True),
        *Redemption.objects.filter(key__in=keys).values_list("key", flat=True),
    }
    room = MOST_ASIDE - QuarantinedAct.objects.filter(device_id=device.uid).count()
    added = 0
    for act in acts:
        if act.key in seen or act.site_uid not in sites or added >= room:
            continue
        _keep(act, device=device, site=sites[act.site_uid], by=by, at=at, sent_at=sent_at)
        seen.add(act.key)
        added += 1
    if added:
        record_audit(act="PUT_ASIDE", subject_type="device", subject=device.uid, by=by, at=at, count=added)
    kept = set(aside.filter(site__operator=device.organisation_id).values_list("key", flat=True))
    return [key for key in keys if key in kept]


def _keep(act: QueuedAct, *, device: Device, site: Site, by: Actor, at: datetime, sent_at: datetime | None) -> None:
    read: dict[int, ReadCode] = {}
    fault = ""
    try:
        read = read_codes(act.codes)
    except DomainError as refusal:
        fault = refusal.code
    # what cannot be read is left out of an act that has others, as for any device (mediation.actions.upload)
    people = {new: act.details.people[old] for new, old in enumerate(read) if old in act.details.people}
    tried = attempt_part(
        kind=AttemptKind.REDEEM,
        site_uid=site.uid,
        digests=[code.digests[0] for code in read.values()],
        by=by,
        at=at,
        reason=DEVICE_REVOKED,
        key=act.key,
        device_at=act.happened_at,
    )
    run_together([tried])
    # another revoked device, restored from the same backup, may be sending the same key: whichever comes first is kept
    act_aside = QuarantinedAct(
        device_id=device.uid,
        site=site,
        key=act.key,
        content={
            "codes": [
                {
                    "digests": [digest.hex() for digest in code.digests],
                    "oldest": code.oldest.hex(),
                    "is_signed": code.is_signed,
                }
                for code in read.values()
            ],
            "fault": fault,
            "typed_count": sum(not code.is_signed for code in read.values()),
            "service": act.service_code,
            "details": asdict(replace(act.details, people=people)),
            "mediator": str(act.mediator_id) if act.mediator_id else None,
            "sent_at": sent_at.isoformat() if sent_at else None,
        },
        happened_at=act.happened_at,
        received_at=at,
    )
    QuarantinedAct.objects.bulk_create([act_aside], ignore_conflicts=True)
