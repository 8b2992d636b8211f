"""Pages: the real booklet against a QR image drawn the plain way, and the encoder alone."""

import io
import time

import qrcode
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.world import World
from passnum.kit.codes.affine import fast_matrix
from vouchers.actions.production_file import booklet_sheets
from vouchers.documents.booklet import render_booklets
from vouchers.documents.sheet import Layout

NAIVE_TICKETS, TEN_A_PAGE = 200, 10


def bench_printing(world: World) -> list[str]:
    """Return what to print: tickets per second and bytes per ticket, ours, naive, encoder alone."""
    order, booklets = world.produced_booklets()
    sheets = list(booklet_sheets(order=order, booklets=booklets))
    faces = [face for sheet in sheets for face in sheet.tickets]
    host = sheets[0].site_host
    fast_matrix(host, faces[0].ref, faces[0].payload)
    out = io.BytesIO()
    render_booklets(sheets[:10], Layout.CUT_SHEETS, io.BytesIO())
    began = time.perf_counter()
    result = render_booklets(sheets, Layout.CUT_SHEETS, out)
    ours = result.tickets / (time.perf_counter() - began)
    naive_rate, naive_bytes = _naive(host, [(f.ref, f.payload) for f in faces[:NAIVE_TICKETS]])
    began = time.perf_counter()
    for face in faces:
        fast_matrix(host, face.ref, face.payload)
    encoder = len(faces) / (time.perf_counter() - began)
    size = out.tell() / result.tickets
    return [
        f"Impression    {ours:>9,.0f} tickets/s, {size:,.0f} octets par ticket, couvertures comprises",
        f"  naïve       {naive_rate:>9,.0f} tickets/s, {naive_bytes:,.0f} octets par ticket",
        f"  rapport     {ours / naive_rate:>9.1f} fois plus vite que la façon naïve",
        f"  codeur seul {encoder:>9,.0f} symboles/s",
    ]


def _naive(host: str, faces: list[tuple[str, str]]) -> tuple[float, float]:
    """One automatic QR and one image per ticket, ten a page: what a first version does."""
    out = io.BytesIO()
    canvas = Canvas(out)
    began = time.perf_counter()
    for i, (ref, payload) in enumerate(faces):
        picture = qrcode.make(f"HTTPS://{host}/T/{ref}#{payload}").get_image()
        canvas.drawImage(ImageReader(picture), 50 + 250 * (i % 2), 50 + 150 * (i % TEN_A_PAGE // 2), 85, 85)
        canvas.drawString(150, 50, ref)
        if i % TEN_A_PAGE == TEN_A_PAGE - 1:
            canvas.showPage()
    canvas.save()
    return len(faces) / (time.perf_counter() - began), out.tell() / len(faces)
