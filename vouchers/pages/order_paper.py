"""The quote and the order as PDF: an order nobody approved is a quote."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passnum.accounts.post import post_required
from passnum.kit.clock import paris_date
from passnum.kit.templatetags.french import siret_fr, span_fr
from vouchers.documents.order_paper import OrderPaper, PaperKind, PaperLine, order_paper_pdf
from vouchers.models import Order
from vouchers.pages.order_sheet import READERS, visible_order
from vouchers.queries.orders import order_sheet


@never_cache
@require_safe
@post_required(*READERS)
def order_paper_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send the paper of an order as it stands."""
    order = visible_order(request, uid)
    paper = _paper(order)
    name = "bon-de-commande" if paper.kind is PaperKind.ORDER else "devis"
    response = HttpResponse(order_paper_pdf(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{order.reference}-{name}.pdf"'
    return response


def _paper(order: Order) -> OrderPaper:
    wave = order.wave
    return OrderPaper(
        kind=PaperKind.ORDER if order.approved_at else PaperKind.QUOTE,
        reference=order.reference,
        revision=order.revision,
        status=order.get_status_display(),
        wave_name=wave.name,
        contract_number=wave.contract_number,
        issuer_name=wave.issuer.name,
        issuer_address=wave.issuer_address,
        funder_name=order.funder.name,
        siret=siret_fr(order.siret),
        service_code=order.service_code,
        commitment_number=order.commitment_number,
        written_on=paris_date(order.created_at),
        approved_on=paris_date(order.approved_at) if order.approved_at else None,
        valid_until=wave.valid_until,
        face_value_cents=wave.face_value_cents,
        fees_cents=order.fees_cents,
        eligible_publics=order.eligible_publics,
        perimeter=order.perimeter,
        handed_over=span_fr(order.handed_over_from, order.handed_over_until),
        lines=tuple(
            PaperLine(line.distributor.name, line.size, line.kept_count)
            for line in order_sheet(order=order).lines
            if line.kept_count
        ),
    )
