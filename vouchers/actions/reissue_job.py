"""A replacement asked from a desk. The web holds no production key: the production worker makes the booklet and its PDF.

One job per opposition, one batch: asked twice, or taken up again after a crash, it gives one new booklet.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.jobs import Lease, create_job, register, restart_job
from passnum.kit.models import Job, JobStatus
from passnum.kit.tasks import run_job
from vouchers.actions.dispute import NotReissuable, block_booklet, check_may_dispute, reissue_booklet
from vouchers.actions.production import BATCH_BOOKLETS
from vouchers.actions.production_file import write_batch_file
from vouchers.documents.sheet import Layout
from vouchers.models import Booklet, Dispute, DisputeReason, Order, ProductionFile
from vouchers.queries.custody import current_handover, remainder_of
from vouchers.states import TitleStatus, WaveStatus

REISSUE = "REISSUE"


@transaction.atomic
def ask_reissue(*, dispute: Dispute, by: Actor, at: datetime) -> Job:
    """Queue the replacement of what an opposition blocked; asked again, return the job it has, or restart a stopped one.

    Raises NotAllowed, NotReissuable.
    """
    booklet = Booklet.objects.select_related("wave", "holder").get(pk=dispute.booklet_id)
    check_may_dispute(booklet, by, paris_date(at))
    known = Job.objects.filter(kind=REISSUE, subject=dispute.uid).first()
    if known and known.status != JobStatus.FAILED:
        return known
    given = current_handover(booklet=booklet)
    has_remainder = remainder_of(dispute=dispute).exists()
    if given is None or not has_remainder or booklet.wave.status != WaveStatus.OPEN:
        raise NotReissuable
    job = known or create_job(
        kind=REISSUE,
        subject=dispute.uid,
        total=1,
        at=at,
        distributor=str(given.distributor.uid),
        by=[by.kind.value, str(by.id or ""), str(by.organisation_id or ""), by.role],
    )
    restart_job(job.uid)
    record_audit(act="ASK_REISSUE", subject_type="booklet", subject=booklet.uid, by=by, at=at, dispute=str(dispute.uid))
    # a broker that is down delays the work, it does not undo what was committed: the sweeper takes the job up
    transaction.on_commit(lambda: run_job.delay(str(job.uid)), robust=True)
    return job


@transaction.atomic
def block_and_replace(
    *, booklet: Booklet, reason: DisputeReason, by: Actor, at: datetime, key: UUID, positions: Sequence[int] = ()
) -> Dispute:
    """Block a booklet or some of its tickets, and ask at once for what replaces them where that can be.

    A booklet that was not handed over, or whose wave is closed, is blocked alone. Raises what `block_booklet` raises.
    """
    dispute = block_booklet(booklet=booklet, reason=reason, by=by, at=at, key=key, positions=positions)
    if dispute.movement.from_state == TitleStatus.HANDED_OVER and booklet.wave.status == WaveStatus.OPEN:
        ask_reissue(dispute=dispute, by=by, at=at)
    return dispute


def _asker(columns: list[str]) -> Actor:
    kind, person, organisation, role = columns
    return Actor(ActorKind(kind), UUID(person) if person else None, UUID(organisation) if organisation else None, role)


def _write_replacement_file(booklet: Booklet, at: datetime) -> ProductionFile:
    """Print one booklet, under a batch number that the order's own production never takes."""
    Order.objects.select_for_update(no_key=True).get(pk=booklet.order_id)  # one number at a time
    order = Order.objects.select_related("wave", "wave__issuer", "funder").get(pk=booklet.order_id)
    planned = -(-(order.lines.aggregate(n=Sum("quantity"))["n"] or 0) // BATCH_BOOKLETS)
    last = ProductionFile.objects.filter(order=order).aggregate(n=Max("batch"))["n"] or 0
    return write_batch_file(
        order=order,
        batch=max(planned, last) + 1,
        first=booklet.number,
        last=booklet.number,
        at=at,
        layout=Layout.ONE_PER_DOCUMENT,
    )


@register(REISSUE)
def reissue(lease: Lease) -> None:
    """Make the replacement booklet and its PDF, in one transaction. Needs the production keys."""
    parameters = lease.job.parameters
    for number in lease.pending():
        with lease.batch(number) as at:
            booklet = reissue_booklet(
                dispute=Dispute.objects.select_related("booklet").get(uid=lease.job.subject),
                distributor=Organisation.objects.get(uid=parameters["distributor"]),
                by=_asker(parameters["by"]),
                at=at,
            )
            _write_replacement_file(booklet, at)
