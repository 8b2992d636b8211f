"""Variable data for an industrial printer: written by the production worker, encrypted, taken by name, then deleted."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError
from passnum.kit.jobs import Lease, create_job, register, restart_job
from passnum.kit.keys import digest_keyring
from passnum.kit.models import Job
from passnum.kit.sealed_file import SealBroken, open_sealed, seal_file
from passnum.kit.tasks import run_job
from vouchers.actions.production import batches_of, production_plan
from vouchers.actions.production_download import ProductionFileAltered, ProductionFileGone
from vouchers.actions.production_file import booklet_sheets
from vouchers.documents import variable_data
from vouchers.models import Booklet, Order, PrinterFile
from vouchers.policies.issuer import check_issues
from vouchers.queries.printer_file import PRINTER_FILES, kept_files
from vouchers.states import OrderStatus, TitleStatus


class PrinterFilesNotReady(DomainError):
    code = "PRINTER_FILES_NOT_READY"
    message = (
        "Le fichier de l’imprimeur se prépare une fois les titres produits et avant la livraison\u00a0: la commande"
        " {reference} n’en est pas là."
    )
    status = 409


class PrinterFilesGone(DomainError):
    code = "PRINTER_FILES_GONE"
    message = "Le fichier de l’imprimeur de la commande {reference} est supprimé\u00a0: il ne se refait pas."
    status = 409


def _private(relative: str) -> Path:
    """Return a path inside the private folder, whatever the row says. Raises ProductionFileGone."""
    root = Path(settings.PRIVATE_ROOT).resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        raise ProductionFileGone
    return path


@transaction.atomic
def prepare_printer_files(*, order: Order, by: Actor, at: datetime) -> Job:
    """Queue the variable data of an order whose titles are made; asked again, take up what was given up.

    Raises NotAllowed, PrinterFilesNotReady, PrinterFilesGone.
    """
    check_issues(by, order.wave, Role.PILOT)
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if PrinterFile.objects.filter(order=order, deleted_at__isnull=False).exists():
        raise PrinterFilesGone(reference=order.reference)
    plan = production_plan(order=locked)
    made = Booklet.objects.filter(order=order, replaces__isnull=True).count()
    if locked.status != OrderStatus.IN_PRODUCTION or made < len(plan):
        raise PrinterFilesNotReady(reference=order.reference)
    job = create_job(kind=PRINTER_FILES, subject=order.uid, total=len(list(batches_of(plan))), at=at)
    restart_job(job.uid)
    record_audit(act="PREPARE_PRINTER_FILES", subject_type="order", subject=order.uid, by=by, at=at)
    transaction.on_commit(lambda: run_job.delay(str(job.uid)), robust=True)
    return job


@register(PRINTER_FILES)
def write_printer_files(lease: Lease) -> None:
    """Write what is left of an order's variable data. Needs the production keys."""
    order = Order.objects.select_related("wave", "wave__issuer", "funder").get(uid=lease.job.subject)
    batches = list(batches_of(production_plan(order=order)))
    for number in lease.pending():
        batch = batches[number - 1]
        with lease.batch(number) as at:
            _write_batch(order, number, batch[0].number, batch[-1].number, at)


def _write_batch(order: Order, batch: int, first: int, last: int, at: datetime) -> PrinterFile:
    """Write one batch, whole on the disk before its row; done again after a crash, it replaces itself."""
    booklets = list(
        Booklet.objects.filter(order=order, number__range=(first, last), replaces__isnull=True)
        .exclude(status=TitleStatus.CANCELLED)
        .select_related("distributor", "replaces")
        .order_by("number")
    )
    relative = f"imprimeur/{order.reference}/{batch:05d}.sealed"
    path = _private(relative)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    clear = hashlib.sha256()
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        rows = variable_data.rows(booklet_sheets(order=order, booklets=booklets))
        seal_file(_digested(rows, clear), out, keyring=digest_keyring())
        out.flush()
        os.fsync(out.fileno())
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        sha256 = hashlib.file_digest(out, "sha256").digest()
    partial.replace(path)
    return PrinterFile.objects.create(
        order=order,
        batch=batch,
        first_number=first,
        last_number=last,
        path=relative,
        sha256=sha256,
        content_sha256=clear.digest(),
        bytes_count=size,
        tickets_count=sum(b.size for b in booklets),
        created_at=at,
    )


def _digested(pieces: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


@transaction.atomic
def take_printer_files(*, order: Order, by: Actor, at: datetime) -> Iterator[bytes]:
    """Return the whole file of an order, decrypted as it is sent, and write down who took it.

    Every batch is checked whole before the first line goes out. Raises NotAllowed, PrinterFilesNotReady,
    PrinterFilesGone, ProductionFileGone, ProductionFileAltered.
    """
    check_issues(by, order.wave, Role.PILOT)
    files = kept_files(order=order)
    job = Job.objects.filter(kind=PRINTER_FILES, subject=order.uid).first()
    if PrinterFile.objects.filter(order=order, deleted_at__isnull=False).exists():
        raise PrinterFilesGone(reference=order.reference)
    if job is None or len(files) < job.total_count:
        raise PrinterFilesNotReady(reference=order.reference)
    for file in files:
        _check_whole(file)
    record_audit(
        act="TAKE_PRINTER_FILES",
        subject_type="order",
        subject=order.uid,
        by=by,
        at=at,
        batches=len(files),
        tickets=sum(file.tickets_count for file in files),
    )
    return _opened(files)


def _check_whole(file: PrinterFile) -> None:
    path = _private(file.path)
    if not path.is_file():
        raise ProductionFileGone
    with path.open("rb") as content:
        if hashlib.file_digest(content, "sha256").digest() != bytes(file.sha256):
            raise ProductionFileAltered


def _opened(files: list[PrinterFile]) -> Iterator[bytes]:
    yield variable_data.header()
    for file in files:
        with _private(file.path).open("rb") as content:
            try:
                yield from open_sealed(content, keyring=digest_keyring())
            except SealBroken:
                raise ProductionFileAltered from None


@transaction.atomic
def delete_printer_files(*, order: Order, by: Actor, at: datetime) -> int:
    """Delete the variable data of an order; the rows stay, with their digests. Returns how many files went.

    Raises NotAllowed.
    """
    check_issues(by, order.wave, Role.PILOT)
    files = list(PrinterFile.objects.select_for_update().filter(order=order, deleted_at__isnull=True))
    if not files:
        return 0
    PrinterFile.objects.filter(pk__in=[file.pk for file in files]).update(deleted_at=at)
    record_audit(act="DELETE_PRINTER_FILES", subject_type="order", subject=order.uid, by=by, at=at, batches=len(files))
    paths = [file.path for file in files]
    transaction.on_commit(lambda: _unlink(paths), robust=True)
    return len(files)


def _unlink(paths: Iterable[str]) -> None:
    for path in paths:
        _private(path).unlink(missing_ok=True)


def purge_printer_files(*, at: datetime) -> int:
    """Delete the files of what was delivered, and what a crash left of files said deleted; may be run again."""
    over = {OrderStatus.DELIVERED, OrderStatus.CLOSED}
    orders = Order.objects.filter(status__in=over, printer_files__deleted_at__isnull=True, printer_files__isnull=False)
    count = sum(
        delete_printer_files(order=order, by=SYSTEM, at=at)
        for order in orders.select_related("wave__issuer").distinct().order_by("pk")
    )
    _unlink(PrinterFile.objects.filter(deleted_at__isnull=False).values_list("path", flat=True).iterator())
    return count
