"""Variable data for an industrial printer: prepared in the background, taken by a button, deleted once used."""

import io
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from vouchers.actions.printer_file import delete_printer_files, prepare_printer_files, take_printer_files
from vouchers.documents.printer_template import render_template
from vouchers.pages.order_sheet import PRODUCERS, refused, visible_order


@require_POST
@post_required(*PRODUCERS)
def prepare_files_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Queue the file."""
    order = visible_order(request, uid)
    try:
        prepare_printer_files(order=order, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return refused(request, uid, refusal)
    messages.success(request, "Le fichier de l’imprimeur se prépare.")
    return redirect("vouchers:order", uid=uid)


@require_POST
@post_required(*PRODUCERS)
def take_files_page(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send the file, decrypted as it goes out; no cache keeps it."""
    order = visible_order(request, uid)
    try:
        content = take_printer_files(order=order, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return refused(request, uid, refusal)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{order.reference}-imprimeur.csv"'
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@post_required(*PRODUCERS)
def delete_files_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Delete the file before the delivery does."""
    order = visible_order(request, uid)
    delete_printer_files(order=order, by=post_of(request).actor(), at=now())
    messages.success(request, "Le fichier de l’imprimeur est supprimé. Son empreinte est gardée.")
    return redirect("vouchers:order", uid=uid)


@never_cache
@require_safe
@post_required(*PRODUCERS)
def template_page(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send the template: where each column goes on the paper."""
    order = visible_order(request, uid)
    out = io.BytesIO()
    render_template(out, reference=order.reference)
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"{order.reference}-gabarit.pdf", content_type="application/pdf"
    )
