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
from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import BookletSheet, Layout, TicketFace, TitleProfile
from vouchers.models import Booklet, Order, ProductionFile, Ticket
from vouchers.queries.print_proof import grace_sentence


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


def write_batch_file(
    *, order: Order, batch: int, first: int, last: int, at: datetime, layout: Layout = Layout.CUT_SHEETS
) -> ProductionFile:
    """Render the booklets `first` to `last` of an order into a private PDF and record it.

    The file is complete on disk before its row is written; done again after a crash, it replaces itself.
    """
    booklets = list(
        Booklet.objects.filter(wave=order.wave, number__range=(first, last))
        .select_related("distributor", "replaces")
        .order_by("number")
    )
    relative = f"production/{order.reference}/{batch:05d}.pdf"
    path = Path(settings.PRIVATE_ROOT) / relative
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
        result = render_booklets(booklet_sheets(order=order, booklets=booklets), layout, out)
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
