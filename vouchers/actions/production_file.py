"""The finished PDF of a batch of booklets: as spendable as the paper, so a private folder and 0600."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from passnum.kit.codes.payload import pack
from passnum.kit.keys import production_keyring
from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import BookletSheet, Layout, TicketFace, TitleProfile
from vouchers.models import Booklet, Order, ProductionFile, Ticket
from vouchers.queries.print_proof import grace_sentence

PARTIAL = ".partial"


def _faces(order: Order, booklets: list[Booklet]) -> dict[int, list[TicketFace]]:
    """Recompute the codes of booklets and sign what their QR carry; by booklet primary key."""
    keyring = production_keyring()
    numbers = {b.pk: b.number for b in booklets}
    faces: dict[int, list[TicketFace]] = defaultdict(list)
    for t in Ticket.objects.filter(booklet__in=booklets).order_by("booklet__number", "position"):
        code = keyring.derive(t.uid, t.generation, kid=t.kid)
        payload = pack(
            keyring,
            kid=t.kid,
            series=order.wave.number,
            number=numbers[t.booklet_id],
            position=t.position,
            code=code,
        )
        faces[t.booklet_id].append(TicketFace(ref=t.ref, code=code, payload=payload))
    return faces


def booklet_sheets(*, order: Order, booklets: list[Booklet]) -> Iterator[BookletSheet]:
    """Yield what to print for booklets of one order. Needs the production keys."""
    faces = _faces(order, booklets)
    logo = bytes(order.logo.content) if order.logo else b""
    for b in booklets:
        yield BookletSheet(
            wave_number=order.wave.number,
            wave_name=order.wave.name,
            issuer_name=order.wave.issuer.name,
            issuer_address=order.wave.issuer_address,
            funder_name=order.funder.name,
            funder_text=order.letter,
            logo=logo,
            distributor_name=b.distributor.name,
            booklet_number=f"{order.wave.number}-{b.number:07d}",
            tickets=tuple(faces[b.pk]),
            face_value_cents=order.wave.face_value_cents,
            minutes_per_ticket=order.wave.ticket_minutes,
            valid_until=order.wave.valid_until,
            grace_sentence=grace_sentence(order.wave),
            profile=TitleProfile[order.wave.profile],
            site_host=settings.PASS_HOST,
            is_trial=settings.IS_TRIAL,
            replaces_number=f"{order.wave.number}-{b.replaces.number:07d}" if b.replaces else "",
        )


@dataclass(frozen=True, slots=True)
class BatchTask:
    """What to print of an order: the booklets `first` to `last`, into the file `partial`."""

    order_id: int
    batch: int
    first: int
    last: int
    partial: Path
    layout: Layout = Layout.CUT_SHEETS


@dataclass(frozen=True, slots=True)
class PrintedBatch:
    """A PDF complete on disk, under a name that is not yet its own."""

    sha256: bytes
    bytes_count: int
    pages_count: int
    tickets_count: int


def batch_task(*, order: Order, batch: int, first: int, last: int, layout: Layout = Layout.CUT_SHEETS) -> BatchTask:
    """Return what prints a batch; its first name is its own: somebody else may print the same batch."""
    partial = Path(settings.PRIVATE_ROOT) / f"production/{order.reference}/{batch:05d}-{uuid4().hex}{PARTIAL}"
    return BatchTask(order.pk, batch, first, last, partial, layout)


def print_batch(task: BatchTask) -> PrintedBatch:
    """Render a batch into its private file, and write no row: any process with the production keys may do it."""
    order = Order.objects.select_related("wave", "wave__issuer", "funder").get(pk=task.order_id)
    booklets = list(
        Booklet.objects.filter(wave=order.wave, number__range=(task.first, task.last))
        .select_related("distributor", "replaces")
        .order_by("number")
    )
    task.partial.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(task.partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        result = render_booklets(booklet_sheets(order=order, booklets=booklets), task.layout, out)
        out.flush()
        os.fsync(out.fileno())
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        sha256 = hashlib.file_digest(out, "sha256").digest()
    return PrintedBatch(sha256, size, result.pages, result.tickets)


def record_batch_file(*, order: Order, task: BatchTask, printed: PrintedBatch, at: datetime) -> ProductionFile:
    """Give a printed batch its name and its row. Done again after a crash, the file replaces itself."""
    relative = f"production/{order.reference}/{task.batch:05d}.pdf"
    task.partial.replace(Path(settings.PRIVATE_ROOT) / relative)
    return ProductionFile.objects.create(
        order=order,
        batch=task.batch,
        first_number=task.first,
        last_number=task.last,
        path=relative,
        sha256=printed.sha256,
        bytes_count=printed.bytes_count,
        pages_count=printed.pages_count,
        tickets_count=printed.tickets_count,
        created_at=at,
    )


def write_batch_file(
    *, order: Order, batch: int, first: int, last: int, at: datetime, layout: Layout = Layout.CUT_SHEETS
) -> ProductionFile:
    """Render the booklets `first` to `last` of an order into a private PDF and record it.

    The file is complete on disk before its row is written.
    """
    task = batch_task(order=order, batch=batch, first=first, last=last, layout=layout)
    try:
        return record_batch_file(order=order, task=task, printed=print_batch(task), at=at)
    except BaseException:
        task.partial.unlink(missing_ok=True)
        raise


def remove_partial_files(*, order: Order) -> None:
    """Remove what killed processes left half-printed, once the whole order is: nobody prints it any more."""
    for partial in (Path(settings.PRIVATE_ROOT) / f"production/{order.reference}").glob(f"*{PARTIAL}"):
        partial.unlink(missing_ok=True)
