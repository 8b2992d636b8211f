"""A lot that nobody has any more: blocked by range, at once, and reported."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from passnum.accounts.models import Organisation
from passnum.accounts.post import Post, post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import counted
from vouchers.actions.loss import report_loss
from vouchers.actions.refusal import keep_refusal
from vouchers.forms.loss import LossForm
from vouchers.forms.shipment import RangeForm, RangeFormSet
from vouchers.models import DisputeReason
from vouchers.pages.ranges import proposed_ranges, ranges_typed, typed_rows
from vouchers.queries.losses import loss_ranges, losses_visible_to
from vouchers.queries.stock import stock_ranges, visible_holders
from vouchers.queries.waves import waves_for_shipment

REPORTERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
READERS = (*REPORTERS, Role.AUDITOR)
PAGE_SIZE = 25


@never_cache
@require_safe
@post_required(*READERS)
def losses_page(request: HttpRequest) -> HttpResponse:
    """List the lots reported lost."""
    post = post_of(request)
    page = Paginator(losses_visible_to(by=post.actor()), PAGE_SIZE).get_page(request.GET.get("page"))
    spans = loss_ranges(losses=list(page.object_list))
    context = {
        "page": page,
        "rows": [(loss, spans.get(loss.pk, [])) for loss in page.object_list],
        "may_report": post.role in REPORTERS,
    }
    return render(request, "vouchers/losses.html", context)


def _holders(post: Post) -> list[Organisation] | None:
    """Whose stock may be reported lost; None: one's own alone."""
    if post.role == Role.DISTRIBUTOR:
        return None
    return sorted(visible_holders(by=post.actor()), key=lambda o: (o.name, o.pk))


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*REPORTERS)
def loss_new_page(request: HttpRequest) -> HttpResponse:
    """Report a lot lost, by ranges of numbers."""
    post, at = post_of(request), now()
    waves, holders = waves_for_shipment(by=post.actor()), _holders(post)
    if request.method != "POST" or "more" in request.POST:
        rows = typed_rows(request) if request.method == "POST" else proposed_ranges(request)
        initial = {"wave": request.GET.get("vague", "")}
        if request.method == "POST":
            initial = {n: request.POST[n] for n in LossForm.base_fields if n in request.POST}
        form = LossForm(initial=initial, waves=waves, holders=holders)
        return _form_page(request, form, RangeFormSet(initial=rows))
    form, ranges = LossForm(request.POST, waves=waves, holders=holders), RangeFormSet(request.POST)
    if not (form.is_valid() and ranges.is_valid()):
        return _form_page(request, form, ranges, status=422)
    wave = form.cleaned_data["wave"]
    found = ranges_typed(ranges, wave)
    if found is None:
        return _form_page(request, form, ranges, status=422)
    holder = form.cleaned_data.get("holder") if holders is not None else post.organisation
    try:
        report = report_loss(
            wave=wave,
            holder=holder,
            ranges=found,
            reason=DisputeReason(form.cleaned_data["reason"]),
            complaint_reference=form.cleaned_data["complaint_reference"],
            by=post.actor(),
            at=at,
            key=form.cleaned_data["key"],
        )
    except DomainError as refusal:
        keep_refusal(refusal, act="REPORT_LOSS", subject_type="wave", subject=wave.uid, by=post.actor(), at=at)
        return _form_page(request, form, ranges, refusal=refusal)
    told = counted(report.booklets_count, "carnet est bloqué,carnets sont bloqués")
    messages.success(request, f"La perte est déclarée\u00a0: {told}, leurs tickets ne valent plus rien.")
    return redirect("vouchers:losses")


def _form_page(
    request: HttpRequest,
    form: LossForm,
    ranges: "BaseFormSet[RangeForm]",
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    post = post_of(request)
    is_own = post.role == Role.DISTRIBUTOR
    context = {
        "form": form,
        "ranges": ranges,
        "refusal": refusal,
        "stock": stock_ranges(organisation=post.organisation) if is_own else [],
    }
    return render(request, "vouchers/loss_new.html", context, status=refusal.status if refusal else status)
