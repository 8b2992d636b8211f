"""The form of a whole order on one page, which amends one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from passnum.accounts.models import Organisation
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError
from passnum.territory.queries.communes import populations_on
from vouchers.actions.order import LineInput
from vouchers.forms.allocation import AllocationForm
from vouchers.forms.order import MOST_ROWS, LineForm, LineFormSet, OrderForm, OrderTextsForm
from vouchers.models import Order, Wave
from vouchers.queries.organisations import distributors

COPIED = ("siret", "service_code", "commitment_number", "fees_cents", *OrderTextsForm.base_fields)
ROW = ("distributor", "size", "quantity")


def said_by(order: Order) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the fields and the rows of the form that say what an order says."""
    rows = [
        {"distributor": str(line.distributor.uid), "size": line.size, "quantity": line.quantity}
        for line in order.lines.select_related("distributor")
    ]
    return {name: getattr(order, name) for name in COPIED} | {"wave": order.wave.number}, rows


def typed_rows(request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows typed so far, right or wrong."""
    total = request.POST.get("form-TOTAL_FORMS", "")
    count = min(int(total[:4]), MOST_ROWS) if total.isdecimal() and total.isascii() else 0
    return [{name: request.POST.get(f"form-{rank}-{name}", "") for name in ROW} for rank in range(count)]


def _typed(request: HttpRequest) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return what was typed so far, right or wrong."""
    return {name: request.POST[name] for name in OrderForm.base_fields if name in request.POST}, typed_rows(request)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a valid form asks for."""

    wave: Wave
    lines: list[LineInput]
    terms: dict[str, Any]
    key: UUID


def order_form_page(
    request: HttpRequest,
    waves: list[Wave],
    prefill: Callable[[], tuple[dict[str, Any], list[dict[str, Any]]]],
    write: Callable[[Asked], UUID],
    **shown: Any,
) -> HttpResponse:
    """Show the form of an order, or write what it says and go to the order."""
    kwargs = {"organisations": distributors()}
    if request.method == "POST" and "share" in request.POST:
        return _shared_page(request, waves, **kwargs, **shown)
    if request.method != "POST" or "more" in request.POST:
        initial, rows = _typed(request) if request.method == "POST" else prefill()
        form = OrderForm(initial=initial, waves=waves)
        return _form_page(request, form, LineFormSet(initial=rows, form_kwargs=kwargs), **shown)
    form, lines = OrderForm(request.POST, waves=waves), LineFormSet(request.POST, form_kwargs=kwargs)
    if not (form.is_valid() and lines.is_valid()):
        return _form_page(request, form, lines, status=422, **shown)
    found = form.cleaned_data
    filled = [row.line() for row in lines.forms]
    terms = {name: found[name] for name in COPIED} | {"fees_cents": found["fees_cents"] or 0}
    try:
        uid = write(Asked(found["wave"], [line for line in filled if line is not None], terms, found["key"]))
    except DomainError as refusal:
        return _form_page(request, form, lines, status=refusal.status, refusal=refusal, **shown)
    return redirect("vouchers:order", uid=uid)


def chosen_in(rows: list[dict[str, Any]]) -> list[str]:
    """Return the distributors that rows name."""
    return [row["distributor"] for row in rows if row["distributor"]]


def inhabitants_today() -> dict[str, int]:
    """Return the inhabitants of each commune."""
    return {code: p.inhabitants_count for code, p in populations_on(day=paris_date(now())).items()}


def _shared_page(
    request: HttpRequest, waves: list[Wave], *, organisations: list[Organisation], **shown: Any
) -> HttpResponse:
    """Show the form again with the rows of an allocation, to be read and changed; what was typed else stays."""
    initial, rows = _typed(request)
    form = OrderForm(initial=initial, waves=waves)
    share = AllocationForm(request.POST, request.FILES, organisations=organisations)
    status, refusal = 422, None
    if share.is_valid():
        try:
            rows, status = share.rows_for(chosen=chosen_in(rows), inhabitants=inhabitants_today()), 200
        except DomainError as told:
            refusal = told
    lines = LineFormSet(initial=rows, form_kwargs={"organisations": organisations})
    return _form_page(request, form, lines, status=status, refusal=refusal, share=share, **shown)


def _form_page(
    request: HttpRequest,
    form: OrderForm,
    lines: "BaseFormSet[LineForm]",
    *,
    status: int = 200,
    refusal: DomainError | None = None,
    **shown: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "refusal": refusal,
        "has_waves": bool(form.has_waves),
        "share": AllocationForm(),
        **shown,
    }
    return render(request, "vouchers/order_form.html", context, status=status)
