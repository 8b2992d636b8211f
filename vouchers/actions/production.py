"""Production of an order: titles first, then their PDFs, by numbered batches that a crash never doubles.

The plan is fixed when production starts: the order's numbers are reserved in the wave's series, so that a batch done
twice would claim the same numbers, which the database refuses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.audit import record_audit
from passnum.kit.codes.crockford import random_ref
from passnum.kit.copy import copy_rows
from passnum.kit.cores import is_daemon, over_cores
from passnum.kit.errors import DomainError
from passnum.kit.jobs import Lease, create_job, register, restart_job
from passnum.kit.key_fingerprints import remember_keys
from passnum.kit.keys import digest_keyring, production_keyring
from passnum.kit.models import Job
from passnum.kit.tasks import run_job
from vouchers.actions.funding import activate_funded_booklets
from vouchers.actions.order import WaveNotOpen, move_order
from vouchers.actions.production_file import (
    batch_task,
    print_batch,
    record_batch_file,
    remove_partial_files,
    write_batch_file,
)
from vouchers.models import Order, OrderLine, Wave
from vouchers.policies.issuer import check_issues
from vouchers.policies.print_proof import check_proof_approved
from vouchers.register.writer import Context, Place, full_mask, insert_movement
from vouchers.states import TO_PRODUCE, Act, HolderKind, OrderAct, OrderStatus, TitleStatus, WaveStatus

PRODUCE_ORDER = "PRODUCE_ORDER"
# About two seconds of work with its PDF: what a crash costs at most.
BATCH_BOOKLETS = 250

AT_PRINTER = Place(TitleStatus.PRODUCED, HolderKind.PRINTER)
NOT_YET = Place(TO_PRODUCE, HolderKind.VOID)


class ProductionNotStopped(DomainError):
    code = "PRODUCTION_NOT_STOPPED"
    message = "La production de cette commande n’est pas arrêtée\u00a0: il n’y a rien à relancer."
    status = 409


@dataclass(frozen=True, slots=True)
class PlannedBooklet:
    """A number of the series, the line it answers, its tickets."""

    number: int
    line_id: int
    distributor_id: int
    size: int


def production_plan(*, order: Order) -> list[PlannedBooklet]:
    """Return every booklet of an order in number order: its lines, one after the other, from its first number."""
    number = order.first_booklet_number or 0
    plan: list[PlannedBooklet] = []
    for line in OrderLine.objects.filter(order=order).order_by("position"):
        for _ in range(line.quantity):
            plan.append(PlannedBooklet(number, line.pk, line.distributor_id, line.size))
            number += 1
    return plan


def batches_of(plan: Sequence[PlannedBooklet]) -> Iterator[Sequence[PlannedBooklet]]:
    """Cut a plan in batches."""
    for start in range(0, len(plan), BATCH_BOOKLETS):
        yield plan[start : start + BATCH_BOOKLETS]


@transaction.atomic
def start_production(*, order: Order, by: Actor, at: datetime) -> Job:
    """Reserve the order's numbers and queue its production, once its proof is approved.

    Raises NotAllowed, WaveNotOpen, OrderNotReady, PrintProofNotApproved, PrintProofOutdated.
    """
    check_issues(by, order.wave, Role.PILOT)
    wave = Wave.objects.select_for_update(no_key=True).get(pk=order.wave_id)
    if wave.status != WaveStatus.OPEN:
        raise WaveNotOpen(wave=wave.name)
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if locked.status == OrderStatus.APPROVED:
        check_proof_approved(order=locked)
    count = sum(OrderLine.objects.filter(order=order).values_list("quantity", flat=True))
    first = wave.next_booklet_number
    move_order(order, OrderAct.START_PRODUCTION, by=by, at=at, started_at=at, first_booklet_number=first)
    Wave.objects.filter(pk=wave.pk).update(next_booklet_number=first + count)
    batches = -(-count // BATCH_BOOKLETS)
    job = create_job(kind=PRODUCE_ORDER, subject=order.uid, total=2 * batches, at=at)
    # a broker that is down delays the work, it does not undo what was committed: the sweeper takes the job up
    transaction.on_commit(lambda: run_job.delay(str(job.uid)), robust=True)
    return job


@transaction.atomic
def restart_production(*, order: Order, by: Actor, at: datetime) -> Job:
    """Queue again a production that was given up, once its cause is mended; what was made stays made.

    Raises NotAllowed, ProductionNotStopped.
    """
    check_issues(by, order.wave, Role.PILOT)
    job = Job.objects.filter(kind=PRODUCE_ORDER, subject=order.uid).first()
    if job is None or not restart_job(job.uid):
        raise ProductionNotStopped
    record_audit(act="RESTART_PRODUCTION", subject_type="order", subject=order.uid, by=by, at=at)
    transaction.on_commit(lambda: run_job.delay(str(job.uid)), robust=True)
    return job


def _insert_booklets(order: Order, batch: Sequence[PlannedBooklet], movement_id: int, at: datetime) -> dict[int, int]:
    """Insert the booklets of a batch; return their primary keys by number."""
    copy_rows(
        "vouchers_booklet",
        (
            "uid",
            "wave_id",
            "number",
            "order_id",
            "line_id",
            "funder_id",
            "distributor_id",
            "size",
            "status",
            "holder_kind",
            "movement_id",
            "created_at",
        ),
        (
            (
                uuid4(),
                order.wave_id,
                b.number,
                order.pk,
                b.line_id,
                order.funder_id,
                b.distributor_id,
                b.size,
                TitleStatus.PRODUCED.value,
                HolderKind.PRINTER.value,
                movement_id,
                at,
            )
            for b in batch
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, id FROM vouchers_booklet WHERE wave_id = %s AND number BETWEEN %s AND %s",
            [order.wave_id, batch[0].number, batch[-1].number],
        )
        return dict(cursor.fetchall())


def _insert_tickets(batch: Sequence[PlannedBooklet], ids: dict[int, int], movement_id: int) -> None:
    """Derive the codes of a batch and keep only their digests (register.md, *Codes*)."""
    keyring, digests = production_keyring(), digest_keyring()
    kid = keyring.current
    places = [(ids[b.number], position) for b in batch for position in range(1, b.size + 1)]
    uids = [uuid4() for _ in places]
    codes = keyring.derive_many(((uid, 1) for uid in uids), kid=kid)
    copy_rows(
        "vouchers_ticket",
        ("uid", "generation", "booklet_id", "position", "ref", "kid", "digest", "status", "movement_id"),
        (
            (uid, 1, booklet_id, position, random_ref(), kid, digest, TitleStatus.PRODUCED.value, movement_id)
            for (booklet_id, position), uid, digest in zip(
                places, uids, digests.digest_many(codes, kid=kid), strict=True
            )
        ),
    )


def produce_batch(*, order: Order, batch: Sequence[PlannedBooklet], at: datetime) -> None:
    """Make the booklets and tickets of one batch, with their movement, in the caller's transaction."""
    context = Context(
        happened_at=at,
        at=at,
        by=SYSTEM,
        subject=order.uid,
        details={"order": order.reference, "booklets": [batch[0].number, batch[-1].number]},
    )
    count = sum(b.size for b in batch)
    movement = insert_movement(Act.PRODUCE, source=NOT_YET, target=AT_PRINTER, count=count, context=context)
    ids = _insert_booklets(order, batch, movement.pk, at)
    copy_rows(
        "vouchers_movementline",
        ("movement_id", "booklet_id", "mask", "tickets_count"),
        ((movement.pk, ids[b.number], full_mask(b.size), b.size) for b in batch),
    )
    _insert_tickets(batch, ids, movement.pk)


@register(PRODUCE_ORDER)
def produce_order(lease: Lease) -> None:
    """Do what is left of an order's production: titles first, then files, on as many cores as the settings give."""
    order = Order.objects.select_related("wave", "wave__issuer", "funder").get(uid=lease.job.subject)
    remember_keys()
    batches = list(batches_of(production_plan(order=order)))
    pending = lease.pending()
    for number in (n for n in pending if n <= len(batches)):
        with lease.batch(number) as at:
            produce_batch(order=order, batch=batches[number - 1], at=at)
    _print_files(lease, order, batches, [n - len(batches) for n in pending if n > len(batches)])
    remove_partial_files(order=order)
    activate_funded_booklets(order=order, at=lease.now())


def _print_files(
    lease: Lease, order: Order, batches: Sequence[Sequence[PlannedBooklet]], numbers: Sequence[int]
) -> None:
    """Print the batches that have no file yet. Pages are drawn beside; rows are written here, one after the other."""
    ends = {n: (batches[n - 1][0].number, batches[n - 1][-1].number) for n in numbers}
    processes = min(settings.PRODUCTION_PROCESSES, len(numbers))
    # what is not committed, another process does not see
    if processes <= 1 or connection.in_atomic_block or is_daemon():
        for n, (first, last) in ends.items():
            with lease.batch(len(batches) + n) as at:
                write_batch_file(order=order, batch=n, first=first, last=last, at=at)
        return
    tasks = [batch_task(order=order, batch=n, first=first, last=last) for n, (first, last) in ends.items()]
    with over_cores(print_batch, tasks, processes=processes) as results:
        for task, printed in zip(tasks, results, strict=True):
            with lease.batch(len(batches) + task.batch) as at:
                record_batch_file(order=order, task=task, printed=printed(), at=at)
