"""What came back unused: sealed, then destroyed under a report that two people sign."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passnum.accounts.models import Organisation
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.destruction import propose_destruction, seal_lot, sign_destruction
from vouchers.actions.refusal import keep_refusal
from vouchers.documents.destruction import DestructionSheet, Signature, destruction_pdf
from vouchers.forms.custody import DestructionForm, SealForm
from vouchers.forms.shipment import RangeFormSet
from vouchers.models import DestructionMethod, DestructionReport, SealedLot
from vouchers.pages.ranges import ranges_typed, typed_rows
from vouchers.queries.custody import role_label
from vouchers.queries.destructions import lot_ranges, lots_visible_to, report_of
from vouchers.queries.stock import stock_ranges
from vouchers.queries.waves import waves_for_shipment
from vouchers.states import DestructionStatus
from vouchers.templatetags.titles import numbers

KEEPERS = (Role.PILOT, Role.ISSUER)
READERS = (*KEEPERS, Role.AUDITOR)
PAGE_SIZE = 25


@never_cache
@require_safe
@post_required(*READERS)
def lots_page(request: HttpRequest) -> HttpResponse:
    """List the sealed lots and their reports."""
    post = post_of(request)
    page = Paginator(lots_visible_to(by=post.actor()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "vouchers/lots.html", {"page": page, "may_seal": post.role in KEEPERS})


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*KEEPERS)
def lot_new_page(request: HttpRequest) -> HttpResponse:
    """Seal what came back."""
    post, at = post_of(request), now()
    waves = waves_for_shipment(by=post.actor())
    context: dict[str, object] = {"stock": stock_ranges(organisation=post.organisation), "refusal": None}
    if request.method != "POST" or "more" in request.POST:
        initial = {n: request.POST[n] for n in SealForm.base_fields if n in request.POST}
        context |= {"form": SealForm(initial=initial, waves=waves)}
        context |= {"ranges": RangeFormSet(initial=typed_rows(request) if request.method == "POST" else [])}
        return render(request, "vouchers/lot_new.html", context)
    form, ranges = SealForm(request.POST, waves=waves), RangeFormSet(request.POST)
    context |= {"form": form, "ranges": ranges}
    are_valid = form.is_valid() and ranges.is_valid()
    found = ranges_typed(ranges, form.cleaned_data["wave"]) if are_valid else None
    if found is None:
        return render(request, "vouchers/lot_new.html", context, status=422)
    try:
        lot = seal_lot(**form.cleaned_data, holder=post.organisation, ranges=found, by=post.actor(), at=at)
    except DomainError as refusal:
        wave = form.cleaned_data["wave"]
        keep_refusal(refusal, act="SEAL_LOT", subject_type="wave", subject=wave.uid, by=post.actor(), at=at)
        return render(request, "vouchers/lot_new.html", context | {"refusal": refusal}, status=refusal.status)
    messages.success(request, f"Le lot scellé n°\u00a0{lot.number} est noté\u00a0: ses carnets ne valent plus rien.")
    return redirect("vouchers:lot", uid=lot.uid)


def _lot(request: HttpRequest, uid: UUID) -> SealedLot:
    lot = lots_visible_to(by=post_of(request).actor()).filter(uid=uid).first()
    if lot is None:
        raise NotFound
    return lot


@never_cache
@require_safe
@post_required(*READERS)
def lot_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a sealed lot, and what is still to sign."""
    return _lot_page(request, _lot(request, uid))


def _lot_page(
    request: HttpRequest, lot: SealedLot, *, status: int = 200, refusal: DomainError | None = None, **shown: object
) -> HttpResponse:
    post, report = post_of(request), report_of(lot=lot)
    is_keeper = post.role in KEEPERS
    is_half = report is not None and report.status == DestructionStatus.PROPOSED
    context = {
        "lot": lot,
        "spans": lot_ranges(lot=lot),
        "report": report,
        "signatures": _signatures(report) if report else [],
        "may_propose": is_keeper and report is None,
        "may_sign": is_keeper and is_half and report is not None and report.by_id != post.user_uid,
        "awaits_another": is_keeper and is_half and report is not None and report.by_id == post.user_uid,
        "form": DestructionForm(),
        "refusal": refusal,
        **shown,
    }
    return render(request, "vouchers/lot.html", context, status=refusal.status if refusal else status)


def _signatures(report: DestructionReport) -> list[Signature]:
    signers = [(report.by_role, report.by_organisation, report.first_signed_at)]
    if report.second_signed_at:
        signers.append((report.second_by_role, report.second_by_organisation, report.second_signed_at))
    names = dict(Organisation.objects.filter(uid__in=[uid for _, uid, _ in signers]).values_list("uid", "name"))
    return [Signature(role_label(role), names.get(uid, "–") if uid else "–", at) for role, uid, at in signers]


@require_POST
@post_required(*KEEPERS)
def lot_sign_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign the report of a lot: first with the way it is destroyed, then by somebody else."""
    lot, by = _lot(request, uid), post_of(request).actor()
    report = report_of(lot=lot)
    form = DestructionForm(request.POST)
    if report is None and not form.is_valid():
        return _lot_page(request, lot, status=422, form=form)
    try:
        if report is None:
            propose_destruction(lot=lot, method=DestructionMethod(form.cleaned_data["method"]), by=by, at=now())
            messages.success(request, "Votre signature est notée. Une autre personne doit contresigner.")
        else:
            signed = sign_destruction(report=report, by=by, at=now())
            messages.success(request, f"Le procès-verbal n°\u00a0{signed.number} est signé\u00a0: le lot est détruit.")
    except DomainError as refusal:
        keep_refusal(refusal, act="SIGN_DESTRUCTION", subject_type="sealed_lot", subject=uid, by=by, at=now())
        return _lot_page(request, lot, refusal=refusal)
    return redirect("vouchers:lot", uid=uid)


@never_cache
@require_safe
@post_required(*READERS)
def lot_report_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Download the report as a PDF."""
    lot = _lot(request, uid)
    report = report_of(lot=lot)
    if report is None:
        raise NotFound
    spans = lot_ranges(lot=lot)
    words = numbers(spans, lot.wave)
    sheet = DestructionSheet(
        number=report.number,
        lot_number=lot.number,
        seal_reference=lot.seal_reference,
        holder=lot.holder.name,
        wave=lot.wave.name,
        method=report.get_method_display(),
        spans=[(said, last - first + 1) for said, (first, last) in zip(words, spans, strict=True)],
        booklets=lot.booklets_count,
        tickets=lot.tickets_count,
        cents=lot.tickets_count * lot.wave.face_value_cents,
        signatures=_signatures(report),
    )
    response = HttpResponse(destruction_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="proces-verbal-lot-{lot.number}.pdf"'
    return response
