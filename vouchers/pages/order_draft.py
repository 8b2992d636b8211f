"""An order written in five short steps: each is kept at once, gone back to, taken up again later, or abandoned."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.order_draft import drop_draft, finish_draft, save_draft, start_draft
from vouchers.forms.fields import KeyField
from vouchers.forms.order import PayerForm
from vouchers.forms.order_steps import (
    DELIVERED,
    PAYER,
    REVIEW,
    SIZED,
    STEP_FIELDS,
    STEP_NAMES,
    TITLES,
    TOLD,
    SizesForm,
    read_draft,
)
from vouchers.models import OrderDraft
from vouchers.pages.order_deliveries import LEAVES, deliveries_page
from vouchers.pages.order_form import said_by
from vouchers.pages.order_told import texts_page, typed
from vouchers.queries.logos import logo_of
from vouchers.queries.order_drafts import draft_of
from vouchers.queries.orders import orders_visible_to
from vouchers.queries.organisations import distributors
from vouchers.queries.waves import open_waves


class StartForm(PayerForm):
    """The first step, before anything is kept; its key becomes the draft's own number."""

    key = KeyField()


def _copied(request: HttpRequest) -> dict[str, Any]:
    """Return the steps that `?reprendre=` an order of one's own fills; else what is known of the payer."""
    post = post_of(request)
    nothing = {"payer": {"siret": post.organisation.siret}}
    try:
        uid = UUID(request.GET.get("reprendre", ""))
    except ValueError:
        return nothing
    order = orders_visible_to(by=post.actor()).filter(uid=uid).first()
    if order is None:
        return nothing
    fields, rows = said_by(order)
    told = {name: _as_typed(value) for name, value in fields.items()}
    by_size: dict[str, int] = {}
    for row in rows:
        by_size[f"size_{row['size']}"] = by_size.get(f"size_{row['size']}", 0) + row["quantity"]
    filled = {STEP_NAMES[step]: {n: told[n] for n in names if n in told} for step, names in STEP_FIELDS.items()}
    fees = {"fees_cents": SizesForm()["fees_cents"].field.prepare_value(order.fees_cents)}
    if order.logo:
        filled["texts"]["logo"] = str(order.logo.uid)
    return filled | {"sizes": by_size | fees, "rows": rows}


def _as_typed(value: Any) -> str:
    return "" if value is None else str(value)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.FUNDER)
def order_new_page(request: HttpRequest) -> HttpResponse:
    """Begin an order: which wave, and who pays. From there on it is kept."""
    post, waves, copied = post_of(request), list(open_waves()), _copied(request)
    form = StartForm(request.POST or None, waves=waves, initial=copied["payer"])
    if request.method != "POST" or not form.is_valid():
        return _step_page(request, None, PAYER, status=422 if request.method == "POST" else 200, form=form)
    try:
        draft = start_draft(
            organisation=post.organisation,
            wave=form.cleaned_data["wave"],
            content={**copied, "payer": typed(request, PAYER)},
            by=post.actor(),
            at=now(),
            uid=form.cleaned_data["key"],
        )
    except DomainError as refusal:
        return _step_page(request, None, PAYER, status=refusal.status, form=form, refusal=refusal)
    return redirect("vouchers:order_step", uid=draft.uid, step=SIZED)


def _own_draft(request: HttpRequest, uid: UUID) -> OrderDraft:
    draft = draft_of(uid=uid, by=post_of(request).actor())
    if draft is None:
        raise NotFound
    return draft


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.FUNDER)
def order_step_page(request: HttpRequest, uid: UUID, step: int) -> HttpResponse:
    """Show a step as it was kept, or keep what is sent and go on (back, with « Étape précédente »)."""
    draft = _own_draft(request, uid)
    if step not in TITLES:
        raise NotFound
    if draft.order:
        return redirect("vouchers:order", uid=draft.order.uid)
    if step == REVIEW:
        return _review_page(request, draft)
    if step == DELIVERED:
        return deliveries_page(request, draft, _step_page, _onwards)
    if step == TOLD:
        return texts_page(request, draft, _step_page, _onwards)
    form = _form_of(draft, step)
    if request.method != "POST":
        return _step_page(request, draft, step, form=form)
    said, wave = typed(request, step), None
    form = _form_of(draft, step, said)
    if form.is_valid() and step == PAYER:
        wave = form.cleaned_data["wave"]
    save_draft(draft=draft, said={STEP_NAMES[step]: said}, wave=wave, by=post_of(request).actor(), at=now())
    if not LEAVES & request.POST.keys() and not form.is_valid():
        return _step_page(request, draft, step, status=422, form=form)
    return _onwards(request, draft, step)


def _form_of(draft: OrderDraft, step: int, said: dict[str, str] | None = None) -> forms.Form:
    initial = draft.content.get(STEP_NAMES[step], {})
    if step == PAYER:
        return PayerForm(said, initial=initial, waves=list(open_waves()))
    return SizesForm(said, initial=initial)


def _onwards(request: HttpRequest, draft: OrderDraft, step: int) -> HttpResponse:
    """Go to the next step, to the one before, or to the list of orders."""
    if "later" in request.POST:
        return redirect("vouchers:orders")
    return redirect("vouchers:order_step", uid=draft.uid, step=step - 1 if "back" in request.POST else step + 1)


def _review_page(request: HttpRequest, draft: OrderDraft) -> HttpResponse:
    """Sum everything up, and write the order once it is asked for and nothing is to mend."""
    said = read_draft(draft.content, waves=list(open_waves()), organisations=distributors())
    logo = logo_of(organisation=draft.organisation, uid=draft.content.get("texts", {}).get("logo", ""))
    refusal, status = None, 200
    if request.method == "POST":
        status = 422
        if not said.faults:
            try:
                order = finish_draft(
                    draft=draft,
                    lines=said.lines,
                    terms=said.terms | {"logo": logo},
                    by=post_of(request).actor(),
                    at=now(),
                )
            except DomainError as told:
                refusal, status = told, told.status
            else:
                messages.success(request, f"La commande {order.reference} est enregistrée en brouillon.")
                return redirect("vouchers:order", uid=order.uid)
    value = said.tickets * draft.wave.face_value_cents
    fees = said.sizes.cleaned_data.get("fees_cents") or 0
    return _step_page(
        request,
        draft,
        REVIEW,
        status=status,
        refusal=refusal,
        said=said,
        logo=logo,
        faults=[(step, TITLES[step], told) for step, told in sorted(said.faults.items())],
        told=None if TOLD in said.faults else said.texts.cleaned_data,
        booklets=sum(line.quantity for line in said.lines),
        value_cents=value,
        fees_cents=fees,
        total_cents=value + fees,
    )


def _step_page(
    request: HttpRequest, draft: OrderDraft | None, step: int, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {
        "draft": draft,
        "step": step,
        "title": TITLES[step],
        "has_waves": draft is not None or shown["form"].has_waves,
        "form": None,
        "lines": None,
        "refusal": None,
        "has_logo": False,
        "is_wrong": status >= HTTPStatus.BAD_REQUEST,
        **shown,
    }
    return render(request, "vouchers/order_step.html", context, status=status)


@require_POST
@post_required(Role.FUNDER)
def order_drop_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Abandon an order that is not written."""
    drop_draft(draft=_own_draft(request, uid), by=post_of(request).actor(), at=now())
    messages.success(request, "La commande commencée est abandonnée.")
    return redirect("vouchers:orders")
