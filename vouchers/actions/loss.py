"""A lot that nobody has any more is blocked by range and reported, in one act."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.idempotency import claim
from vouchers.actions.ranges import BLOCKED, RangeOfNumbers, locked_ranges, move_each_from_its_place, place_of
from vouchers.models import Booklet, DisputeReason, LossReport, Shipment, Wave
from vouchers.policies.issuer import check_issues
from vouchers.register.writer import Context
from vouchers.states import Act, HolderKind, TitleStatus

# What is at somebody's charge and may be lost as a lot; a booklet in a person's hands has its own opposition.
LOSABLE = (TitleStatus.IN_STOCK, TitleStatus.IN_TRANSIT, TitleStatus.MISSING)
LOSABLE_AT_PRINTER = (TitleStatus.PRODUCED, TitleStatus.IN_TRANSIT, TitleStatus.MISSING)


def check_may_report_loss(wave: Wave, holder: Organisation | None, by: Actor) -> None:
    """Let the holder, the wave's issuer or the pilot report a lot lost. Raises NotAllowed."""
    if holder is None:
        check_issues(by, wave, Role.PILOT)
        return
    check_role(by, Role.PILOT, Role.ISSUER, Role.DISTRIBUTOR)
    if by.kind == ActorKind.SYSTEM or by.role == Role.PILOT or by.organisation_id == holder.uid:
        return
    check_acts_for(by, wave.issuer, Role.ISSUER)


@transaction.atomic
def report_loss(
    *,
    wave: Wave,
    holder: Organisation | None,
    ranges: Sequence[RangeOfNumbers],
    reason: DisputeReason,
    by: Actor,
    at: datetime,
    key: UUID,
    complaint_reference: str = "",
) -> LossReport:
    """Block whole booklets by ranges of numbers, wherever they are at `holder`'s charge (None: the printer).

    Raises NotAllowed, InvalidInput, RangeNotHeld, KeyReused.
    """
    check_may_report_loss(wave, holder, by)
    uid = uuid4()
    content = {
        "wave": wave.uid,
        "holder": holder.uid if holder else None,
        "ranges": [list(r) for r in sorted(ranges)],
        "reason": reason,
        "complaint": complaint_reference,
    }
    scope = f"organisation:{by.organisation_id}"
    claimed = claim(key=key, act="REPORT_LOSS", scope=scope, content=content, result=uid, at=at)
    if claimed.result:
        return LossReport.objects.get(uid=claimed.result)
    sources = [place_of(state, holder) for state in (LOSABLE if holder else LOSABLE_AT_PRINTER)]
    booklets = locked_ranges(wave, ranges, sources)
    return block_lost(
        booklets,
        uid=uid,
        wave=wave,
        holder=holder,
        reason=reason,
        complaint_reference=complaint_reference,
        by=by,
        at=at,
        key=key,
    )


def block_lost(
    booklets: Sequence[Booklet],
    *,
    wave: Wave,
    holder: Organisation | None,
    reason: DisputeReason,
    by: Actor,
    at: datetime,
    uid: UUID | None = None,
    shipment: Shipment | None = None,
    complaint_reference: str = "",
    key: UUID | None = None,
) -> LossReport:
    """Block booklets that the caller has locked, and report them. Raises RegisterConflict."""
    uid = uid or uuid4()
    details = {"reason": reason.value, "loss_report": str(uid)}
    context = Context(happened_at=at, at=at, by=by, key=key, subject=uid, details=details)
    move_each_from_its_place(Act.BLOCK, booklets, BLOCKED, context)
    report = LossReport.objects.create(
        uid=uid,
        wave=wave,
        holder_kind=HolderKind.ORGANISATION if holder else HolderKind.PRINTER,
        holder=holder,
        shipment=shipment,
        reason=reason,
        complaint_reference=complaint_reference,
        booklets_count=len(booklets),
        tickets_count=sum(b.size for b in booklets),
        happened_at=at,
        recorded_at=at,
        **by.columns(),
    )
    record_audit(
        act="REPORT_LOSS",
        subject_type="loss_report",
        subject=uid,
        by=by,
        at=at,
        booklets=len(booklets),
        reason=reason.value,
    )
    return report
