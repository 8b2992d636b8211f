"""The finished PDF of a batch of booklets: as spendable as the paper, so a private folder and 0600."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from passnum.kit.codes.payload import pack
from passnum.kit.keys import production_keyring
from vouchers.documents.booklet import BookletSheet, Layout, TicketFace, render_booklets
from vouchers.models import Booklet, Order, ProductionFile, Ticket


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
        faces[t.booklet_id].append(TicketFace(position=t.position, ref=t.ref, code=code, payload=payload))
    return faces


def booklet_sheets(*, order: Order, booklets: list[Booklet]) -> Iterator[BookletSheet]:
    """Yield what to print for booklets of one order. Needs the production keys."""
    faces = _faces(order, booklets)
    for b in booklets:
        yield BookletSheet(
            wave_number=order.wave.number,
            wave_name=order.wave.name,
            issuer_name=order.wave.issuer.name,
            funder_name=order.funder.name,
            distributor_name=b.distributor.name,
            number=b.number,
            tickets=tuple(faces[b.pk]),
            face_value_cents=order.wave.face_value_cents,
            ticket_minutes=order.wave.ticket_minutes,
            valid_until=order.wave.valid_until,
            profile=order.wave.profile,
            host=settings.PASS_HOST,
            is_trial=settings.IS_TRIAL,
            is_replacement=b.replaces_id is not None,
        )


def write_batch_file(*, order: Order, batch: int, first: int, last: int, at: datetime) -> ProductionFile:
    """Render the booklets `first` to `last` of an order into a private PDF and record it.

    The file is complete on disk before its row is written; done again after a crash, it replaces itself.
    """
    booklets = list(
        Booklet.objects.filter(wave=order.wave, number__range=(first, last))
        .select_related("distributor")
        .order_by("number")
    )
    relative = f"production/{order.reference}/{batch:05d}.pdf"
    path = Path(settings.PRIVATE_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        result = render_booklets(booklet_sheets(order=order, booklets=booklets), Layout.A4_CUT, out)
        out.flush()
        os.fsync(out.fileno())
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        sha256 = hashlib.file_digest(out, "sha256").digest()
    partial.replace(path)
    return ProductionFile.objects.create(
        order=order,
        batch=batch,
        first_number=first,
        last_number=last,
        path=relative,
        sha256=sha256,
        bytes_count=size,
        pages_count=result.pages,
        tickets_count=result.tickets,
        created_at=at,
    )
