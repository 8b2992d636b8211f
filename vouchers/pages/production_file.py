"""Taking a PDF that is worth its face value: a button, never a link, since each time is written down."""

from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import NotFound
from vouchers.actions.production_download import take_production_file
from vouchers.pages.booklet import visible_booklet
from vouchers.pages.order_sheet import PRODUCERS, visible_order
from vouchers.queries.custody import replacement_file
from vouchers.queries.orders import file_of


def _attachment(content: BinaryIO, name: str) -> FileResponse:
    """Send a file to save, which no cache keeps."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@post_required(*PRODUCERS)
def production_file_page(request: HttpRequest, uid: UUID, file: UUID) -> HttpResponseBase:
    """Send one PDF of an order to the pilot or to the issuer of that wave."""
    order = visible_order(request, uid)
    found = file_of(order=order, uid=file)
    if found is None:
        raise NotFound
    content = take_production_file(file=found, by=post_of(request).actor(), at=now())
    return _attachment(content, f"{order.reference}-lot-{found.batch:05d}.pdf")


@require_POST
@post_required(Role.DISTRIBUTOR, *PRODUCERS)
def replacement_file_page(request: HttpRequest, wave: int, number: int) -> HttpResponseBase:
    """Send the one-booklet PDF of a replacement to the desk that hands it over."""
    booklet = visible_booklet(request, wave, number)
    found = replacement_file(booklet=booklet)
    if found is None:
        raise NotFound
    content = take_production_file(file=found, by=post_of(request).actor(), at=now())
    return _attachment(content, f"carnet-{booklet.label}.pdf")
