"""The step that says who receives which booklets of an order."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from passnum.accounts.models import Organisation
from passnum.accounts.post import post_of
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.actions.order_draft import save_draft
from vouchers.forms.allocation import AllocationForm
from vouchers.forms.order import MOST_ROWS, ROWS, LineFormSet
from vouchers.forms.order_steps import DELIVERED, SIZES, SizesForm, first_rows, gaps, lines_of, rows_form
from vouchers.models import OrderDraft
from vouchers.pages.order_form import chosen_in, inhabitants_today, typed_rows
from vouchers.queries.organisations import distributors

# Longer than any figure or number of an organisation.
LONGEST_CELL = 60
# Buttons that keep what is typed, right or wrong, and leave the step.
LEAVES = {"back", "later"}
Rows = list[dict[str, Any]]


def _sizes(draft: OrderDraft) -> dict[int, int]:
    form = SizesForm(draft.content.get("sizes", {}))
    return form.by_size if form.is_valid() else {}


def _left(draft: OrderDraft, rows: Rows) -> dict[str, int]:
    """Return the size that remains to share, and how many of it: what the helper proposes."""
    asked = _sizes(draft)
    for size in SIZES:
        sent = any(str(row["size"]) == str(size) and row["distributor"] for row in rows)
        if asked.get(size) and not sent:
            return {"total": asked[size], "size": size}
    first = next(iter(asked), None)
    return {"total": asked[first], "size": first} if first else {}


def deliveries_page(
    request: HttpRequest, draft: OrderDraft, show: Callable[..., HttpResponse], onwards: Callable[..., HttpResponse]
) -> HttpResponse:
    """Show the rows kept, or keep what is sent: more rows, a total shared, or the step done."""
    organisations = distributors()
    if request.method != "POST":
        rows = draft.content.get("rows") or first_rows(_sizes(draft))
        return _rows_page(request, draft, show, rows, organisations)
    rows = _kept(typed_rows(request))
    share, status, refusal = None, 200, None
    if "share" in request.POST:
        share = AllocationForm(request.POST, request.FILES, organisations=organisations)
        status = 422
        if share.is_valid():
            try:
                rows, status = _shared(share, rows), 200
            except DomainError as wrong:
                refusal = wrong
    save_draft(draft=draft, said={"rows": rows}, by=post_of(request).actor(), at=now())
    if "share" in request.POST or "more" in request.POST:
        return _rows_page(request, draft, show, rows, organisations, status=status, refusal=refusal, share=share)
    lines = rows_form(rows, organisations)
    told = gaps(_sizes(draft), lines_of(lines)) if lines.is_valid() else []
    if LEAVES & request.POST.keys() or (lines.is_valid() and not told):
        return onwards(request, draft, DELIVERED)
    return show(request, draft, DELIVERED, status=422, lines=lines, gaps=told, share=_share(draft, rows))


def _shared(share: AllocationForm, rows: Rows) -> Rows:
    """Return the rows with one size shared anew; the other sizes stay. Raises InvalidInput."""
    size = str(share.cleaned_data["size"])
    others = [row for row in rows if str(row["size"]) != size]
    found = [*others, *share.rows_for(chosen=chosen_in(rows), inhabitants=inhabitants_today())]
    if len(found) > MOST_ROWS:
        raise InvalidInput(sentence=f"Ce partage ferait {len(found)} lignes, pour {MOST_ROWS} au plus par commande.")
    return found


def _kept(rows: Sequence[dict[str, str]]) -> Rows:
    """Return the rows that say something, as a draft keeps them (PostgreSQL stores no NUL)."""
    clean = [{name: value[:LONGEST_CELL].replace("\x00", "") for name, value in row.items()} for row in rows]
    return [row for row in clean if row["distributor"].strip() or row["quantity"].strip()]


def _share(draft: OrderDraft, rows: Rows) -> AllocationForm:
    return AllocationForm(initial={"fixed": 0, **_left(draft, rows)})


def _rows_page(
    request: HttpRequest,
    draft: OrderDraft,
    show: Callable[..., HttpResponse],
    rows: Rows,
    organisations: list[Organisation],
    *,
    status: int = 200,
    refusal: DomainError | None = None,
    share: AllocationForm | None = None,
) -> HttpResponse:
    """Show rows to fill: those said, and some blank ones."""
    lines = LineFormSet(initial=rows, form_kwargs={"organisations": organisations})
    lines.extra = ROWS
    is_shared = share is not None and status == HTTPStatus.OK
    return show(
        request,
        draft,
        DELIVERED,
        status=status,
        lines=lines,
        refusal=refusal,
        gaps=[],
        share=_share(draft, rows) if share is None or is_shared else share,
    )
