"""Variable data for a printer: as spendable as paper, so encrypted, written down at each taking, and gone once delivered."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.codes.url import parse_scanned
from passnum.kit.errors import NotAllowed
from passnum.kit.models import AuditEntry
from tests.guards import capture_after_commit
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import refused
from vouchers.actions import printer_file, production
from vouchers.actions.order_line import cancel_line
from vouchers.actions.printer_file import (
    PrinterFilesGone,
    PrinterFilesNotReady,
    delete_printer_files,
    prepare_printer_files,
    purge_printer_files,
    take_printer_files,
)
from vouchers.actions.production_download import ProductionFileAltered, ProductionFileGone
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.documents.variable_data import COLUMNS, harmless
from vouchers.models import Order, OrderLine, PrinterFile


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


@pytest.fixture
def order(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Order:
    """Five booklets made, by batches of two."""
    monkeypatch.setattr(production, "BATCH_BOOKLETS", 2)
    return scene.produced((scene.ccas, 5, 5))


def prepare(scene: Scene, order: Order) -> None:
    with capture_after_commit(execute=False):
        job = prepare_printer_files(order=order, by=scene.pilot, at=scene.tick())
    assert jobs.run_job(job.uid, now=lambda: scene.now)


def take(scene: Scene, order: Order, **options: Any) -> bytes:
    return b"".join(take_printer_files(order=order, at=scene.tick(), **({"by": scene.pilot} | options)))


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def on_disk(order: Order) -> list[Path]:
    return sorted((Path(settings.PRIVATE_ROOT) / "imprimeur" / order.reference).glob("*"))


def test_one_line_per_ticket_with_what_the_paper_says(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    lines = lines_of(take(scene, order))
    assert [(line["carnet"], line["position"]) for line in lines] == [
        (f"1-{number:07d}", str(position)) for number in range(1, 6) for position in range(1, 6)
    ]
    assert tuple(lines[0]) == COLUMNS
    codes = [code for b in order.booklets.order_by("number") for code in scene.codes(b)]
    assert [line["code"].replace(" ", "") for line in lines] == codes
    for line in lines:
        scanned = parse_scanned(line["qr"])
        assert scanned.ref == line["ref"] and scanned.payload
    assert (lines[0]["valable_jusqu_au"], lines[0]["valable_jusqu_au_iso"]) == (
        "31\u00a0décembre\u00a02026",
        "2026-12-31",
    )
    assert AuditEntry.objects.filter(act="TAKE_PRINTER_FILES").get().details == {"batches": 3, "tickets": 25}


def test_nothing_of_it_stands_in_clear(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    lines = lines_of(take(scene, order))
    stored = b"".join(path.read_bytes() for path in on_disk(order))
    assert len(on_disk(order)) == 3
    for name in ("code", "ref", "qr", "carnet"):
        assert lines[0][name].encode() not in stored
    assert {path.stat().st_mode & 0o777 for path in on_disk(order)} == {0o600}


def test_only_who_produces_takes_it(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    for by in (scene.buyer, scene.agent, scene.finance, person(scene.ccas, Role.ISSUER)):
        for act in (take_printer_files, prepare_printer_files, delete_printer_files):
            with refused(NotAllowed):
                act(order=order, by=by, at=scene.tick())
    assert take(scene, order, by=person(scene.metropole, Role.ISSUER))


def test_it_is_asked_between_the_titles_and_the_delivery(scene: Scene, order: Order) -> None:
    approved = scene.approved()
    for early in (approved, scene.draft()):
        with refused(PrinterFilesNotReady):
            prepare_printer_files(order=early, by=scene.pilot, at=scene.tick())
    with refused(PrinterFilesNotReady):
        take(scene, order)


def test_a_crash_between_two_batches_resumes(scene: Scene, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = printer_file._write_batch, []

    def fails_once(*args: Any) -> PrinterFile:
        calls.append(args[1])
        if len(calls) == 2:
            raise OSError("disk full")
        return write(*args)

    monkeypatch.setattr(printer_file, "_write_batch", fails_once)
    with capture_after_commit(execute=False):
        job = prepare_printer_files(order=order, by=scene.pilot, at=scene.tick())
    with pytest.raises(OSError, match="disk full"):
        jobs.run_job(job.uid, now=lambda: scene.now)
    with refused(PrinterFilesNotReady):
        take(scene, order)
    scene.tick(minutes=5)
    assert jobs.run_job(job.uid, now=lambda: scene.now)
    assert calls == [1, 2, 2, 3]
    assert len(lines_of(take(scene, order))) == 25


def test_an_altered_or_missing_batch_stops_the_whole_file(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    path = on_disk(order)[1]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with refused(ProductionFileAltered):
        take(scene, order)
    path.unlink()
    with refused(ProductionFileGone):
        take(scene, order)


def test_delivered_it_is_deleted_and_its_digests_stay(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    parcel = send_booklets(
        wave=order.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 5)],
        by=scene.pilot,
        at=scene.tick(),
        key=order.uid,
    )
    with capture_after_commit(execute=True):
        receive_shipment(shipment=parcel, missing=[], by=scene.agent, at=scene.tick())
    assert on_disk(order) == []
    assert PrinterFile.objects.filter(order=order, deleted_at__isnull=False).count() == 3
    with refused(PrinterFilesGone):
        take(scene, order)
    with refused(PrinterFilesGone):
        prepare_printer_files(order=order, by=scene.pilot, at=scene.tick())
    with pytest.raises(IntegrityError, match="is said once"), transaction.atomic():
        PrinterFile.objects.filter(order=order).update(deleted_at=scene.tick())


def test_the_night_deletes_what_a_crash_left(scene: Scene, order: Order) -> None:
    prepare(scene, order)
    with capture_after_commit(execute=False):  # the process died before the files went
        assert delete_printer_files(order=order, by=scene.pilot, at=scene.tick()) == 3
    assert len(on_disk(order)) == 3
    assert purge_printer_files(at=scene.tick()) == 0
    assert on_disk(order) == []


def test_a_cancelled_booklet_is_not_given(scene: Scene, order: Order) -> None:
    line = OrderLine.objects.select_related("order__wave", "order__funder").get(order=order)
    send_booklets(
        wave=order.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 3)],
        by=scene.pilot,
        at=scene.tick(),
        key=order.uid,
    )
    cancel_line(line=line, by=scene.buyer, at=scene.tick())
    prepare(scene, order)
    assert {line["carnet"] for line in lines_of(take(scene, order))} == {f"1-{n:07d}" for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+33 1 02", "'+33 1 02"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("Bonjour ;\r\n=1", "Bonjour ; =1"),
        ("Mairie", "Mairie"),
    ],
)
def test_a_free_text_is_no_formula(text: str, shown: str) -> None:
    assert harmless(text) == shown
