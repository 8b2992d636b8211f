"""Unused booklets that came back: counted, sealed, destroyed under a report that two different people sign."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from passnum.kit.idempotency import claim, take_turn
from vouchers.actions.ranges import (
    BLOCKED,
    RangeNotHeld,
    RangeOfNumbers,
    check_ranges,
    move_each_from_its_place,
)
from vouchers.models import Booklet, DestructionMethod, DestructionReport, SealedBooklet, SealedLot, Ticket, Wave
from vouchers.policies.issuer import check_issues
from vouchers.register.writer import Context, Place
from vouchers.states import Act, DestructionStatus, HolderKind, TitleStatus

DESTROYED = Place(TitleStatus.DESTROYED, HolderKind.VOID)
# Worth nothing already, the paper still has to be destroyed.
WORTHLESS = (TitleStatus.EXPIRED, TitleStatus.BLOCKED, TitleStatus.CANCELLED)
# Whose turn it is to take the next number of a series, one at a time: no number is skipped nor given twice.
LOT_SERIES = UUID("5ea1ed00-0000-4000-8000-000000000001")
REPORT_SERIES = UUID("5ea1ed00-0000-4000-8000-000000000002")


class CountDiffers(DomainError):
    code = "SEALED_COUNT_DIFFERS"
    message = "Ces plages font {expected} carnets et vous en avez compté {counted} : recomptez, ou corrigez les plages."
    status = 422


class BookletPartlyUsed(DomainError):
    code = "BOOKLET_PARTLY_USED"
    message = "Le carnet {number} a servi : il n’est pas revenu entier et ne se scelle pas."
    status = 409


class LotAlreadyReported(DomainError):
    code = "LOT_ALREADY_REPORTED"
    message = "Ce lot a déjà son procès-verbal : ouvrez-le pour le contresigner."
    status = 409


class ReportAlreadySigned(DomainError):
    code = "REPORT_ALREADY_SIGNED"
    message = "Ce procès-verbal porte déjà ses deux signatures : rien n’a été changé."
    status = 409


class SecondSignerNeeded(DomainError):
    code = "SECOND_SIGNER_NEEDED"
    message = "Vous avez déjà signé ce procès-verbal : une autre personne doit le contresigner."
    status = 409


def _next(model: type[SealedLot] | type[DestructionReport], series: UUID) -> int:
    """Return the next number of a continuous series, held until the end of the transaction."""
    take_turn(series)
    return int(model.objects.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def seal_lot(
    *,
    wave: Wave,
    holder: Organisation,
    ranges: Sequence[RangeOfNumbers],
    counted: int,
    seal_reference: str,
    by: Actor,
    at: datetime,
    key: UUID,
) -> SealedLot:
    """Put whole booklets under a numbered seal: those in the holder's stock are blocked, so that no code is worth a thing.

    The holder is the Métropole or the wave's issuer. Raises NotAllowed, InvalidInput, RangeNotHeld, BookletPartlyUsed,
    CountDiffers, KeyReused.
    """
    check_issues(by, wave, Role.PILOT)
    check_acts_for(by, holder, Role.PILOT, Role.ISSUER)
    if not seal_reference.strip():
        raise InvalidInput(sentence="Indiquez le numéro que porte le scellé.")
    uid = uuid4()
    content = {
        "wave": wave.uid,
        "holder": holder.uid,
        "ranges": [list(r) for r in sorted(ranges)],
        "counted": counted,
        "seal": seal_reference,
    }
    claimed = claim(
        key=key, act="SEAL_LOT", scope=f"organisation:{by.organisation_id}", content=content, result=uid, at=at
    )
    if claimed.result:
        return SealedLot.objects.get(uid=claimed.result)
    booklets = _locked(wave, holder, ranges)
    if counted != len(booklets):
        raise CountDiffers(expected=len(booklets), counted=counted)
    in_stock = [b for b in booklets if b.status == TitleStatus.IN_STOCK]
    if in_stock:
        details = {"reason": "SEALED", "sealed_lot": str(uid)}
        context = Context(happened_at=at, at=at, by=by, key=key, subject=uid, details=details)
        move_each_from_its_place(Act.BLOCK, in_stock, BLOCKED, context)
    lot = SealedLot.objects.create(
        uid=uid,
        number=_next(SealedLot, LOT_SERIES),
        wave=wave,
        holder=holder,
        seal_reference=seal_reference.strip(),
        booklets_count=len(booklets),
        tickets_count=sum(b.size for b in booklets),
        sealed_at=at,
        **by.columns(),
    )
    SealedBooklet.objects.bulk_create(SealedBooklet(lot=lot, booklet=b) for b in booklets)
    record_audit(act="SEAL_LOT", subject_type="sealed_lot", subject=uid, by=by, at=at, booklets=len(booklets))
    return lot


def _locked(wave: Wave, holder: Organisation, ranges: Sequence[RangeOfNumbers]) -> list[Booklet]:
    """Lock what may be sealed of ranges. Raises InvalidInput, RangeNotHeld, BookletPartlyUsed."""
    check_ranges(ranges)
    here = Q(status=TitleStatus.IN_STOCK, holder=holder) | Q(status__in=WORTHLESS)
    booklets: list[Booklet] = []
    for first, last in sorted(ranges):
        found = list(
            Booklet.objects.select_for_update(of=("self",), no_key=True)
            .filter(here, wave=wave, number__range=(first, last), sealed_in__isnull=True)
            .order_by("number")
        )
        if len(found) != last - first + 1:
            raise RangeNotHeld(first=first, last=last)
        booklets += found
    parted = Ticket.objects.filter(booklet__in=booklets).exclude(status=F("booklet__status"))
    used = parted.order_by("booklet__number").values_list("booklet__number", flat=True).first()
    if used is not None:
        raise BookletPartlyUsed(number=used)
    return booklets


def check_may_sign(lot: SealedLot, by: Actor) -> None:
    """Let people of the Métropole or of the wave's issuer sign. Raises NotAllowed."""
    check_issues(by, lot.wave, Role.PILOT)
    if by.kind != ActorKind.USER:
        raise NotAllowed


def propose_destruction(*, lot: SealedLot, method: DestructionMethod, by: Actor, at: datetime) -> DestructionReport:
    """Write the report of a lot's destruction and sign it first. Raises NotAllowed, LotAlreadyReported."""
    check_may_sign(lot, by)
    try:
        with transaction.atomic():
            report = DestructionReport.objects.create(
                lot=lot, status=DestructionStatus.PROPOSED, method=method, first_signed_at=at, **by.columns()
            )
            record_audit(act="PROPOSE_DESTRUCTION", subject_type="sealed_lot", subject=lot.uid, by=by, at=at)
    except IntegrityError as error:
        if violated(error) == "vouchers_destructionreport_lot_id_key":
            raise LotAlreadyReported from error
        raise
    return report


@transaction.atomic
def sign_destruction(*, report: DestructionReport, by: Actor, at: datetime) -> DestructionReport:
    """Sign a report second: it takes its number, and its titles are destroyed.

    Raises NotAllowed, SecondSignerNeeded, ReportAlreadySigned.
    """
    check_may_sign(report.lot, by)
    report = DestructionReport.objects.select_for_update(no_key=True).get(pk=report.pk)
    if report.status != DestructionStatus.PROPOSED:
        raise ReportAlreadySigned
    if by.is_same_person(report.by_kind, report.by_id):
        raise SecondSignerNeeded
    booklets = list(
        Booklet.objects.select_for_update(of=("self",), no_key=True)
        .filter(sealed_in__lot=report.lot)
        .order_by("number")
    )
    context = Context(happened_at=at, at=at, by=by, subject=report.uid, details={"report": str(report.uid)})
    move_each_from_its_place(Act.DESTROY, booklets, DESTROYED, context)
    DestructionReport.objects.filter(pk=report.pk).update(
        status=DestructionStatus.SIGNED,
        number=_next(DestructionReport, REPORT_SERIES),
        second_signed_at=at,
        second_by_id=by.id,
        second_by_organisation=by.organisation_id,
        second_by_role=by.role,
    )
    record_audit(
        act="DESTROY", subject_type="destruction_report", subject=report.uid, by=by, at=at, booklets=len(booklets)
    )
    report.refresh_from_db()
    return report
