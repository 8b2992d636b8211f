"""A day without a computer at the desk: the sheet to print beforehand, its rows to type in afterwards.

A row that was recorded comes back as a line of text and the public id of its hand-over; the whole form sent twice
records nothing twice, since each row has its own request number.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from passnum.accounts.models import Organisation
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError
from vouchers.actions.handover_rows import enter_handover_rows
from vouchers.documents.handover_sheet import ROWS, HandoverSheet, handover_sheet_pdf
from vouchers.forms.handover_sheet import HandoverRowForm, PrintForm, SheetForm
from vouchers.models import Handover
from vouchers.publics import AgeBand, TargetPublic
from vouchers.queries.desk import desk_commune, handovers_named
from vouchers.queries.referents import served_by
from vouchers.queries.waves import late_entry_days

MOST_ROWS: Final = 42


def _distributors(request: HttpRequest) -> list[Organisation]:
    return served_by(by=post_of(request).actor(), day=paris_date(now()))


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def handover_sheet_page(request: HttpRequest) -> HttpResponse:
    """Choose what is printed on the sheets; with an answer, give the PDF."""
    distributors = _distributors(request)
    form = PrintForm(request.GET if "sheets" in request.GET else None, distributors=distributors)
    days = late_entry_days()
    if form.is_bound and form.is_valid():
        sheet = HandoverSheet(
            distributor=form.cleaned_data["distributor"].name,
            late_days=days,
            publics=tuple(str(public.label) for public in TargetPublic),
            ages=tuple(str(band.label) for band in AgeBand),
            sheets_count=form.cleaned_data["sheets"],
        )
        return HttpResponse(
            handover_sheet_pdf(sheet),
            content_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="feuille-de-remise.pdf"'},
        )
    context = {"form": form, "late_days": days}
    return render(request, "vouchers/handover_sheet.html", context, status=422 if form.errors else 200)


@dataclass(slots=True)
class Row:
    """A row as it is shown: a hand-over that was recorded, or a form with why it was refused."""

    rank: int
    form: HandoverRowForm | None = None
    handover: Handover | None = None
    refusal: DomainError | None = None

    @property
    def is_faulty(self) -> bool:
        """Tell whether the row was filled in and not recorded."""
        return self.refusal is not None or (self.form is not None and self.form.is_bound and bool(self.form.errors))


def _blank(rank: int) -> Row:
    return Row(rank, HandoverRowForm(None, rank=rank, initial={"key": uuid4()}))


def _count(request: HttpRequest) -> int:
    text = request.POST.get("rows", "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else ROWS  # noqa: PLR2004


def _done(request: HttpRequest, distributors: list[Organisation]) -> dict[int, Handover]:
    """Return the hand-overs that earlier sendings recorded, by rank."""
    named: dict[int, UUID] = {}
    for rank in range(1, _count(request) + 1):
        try:
            named[rank] = UUID(request.POST.get(f"r{rank}-done", ""))
        except ValueError:
            continue
    found = handovers_named(uids=named.values(), distributors=distributors)
    return {rank: found[uid] for rank, uid in named.items() if uid in found}


def _read(request: HttpRequest, distributors: list[Organisation]) -> list[Row]:
    done = _done(request, distributors)
    rows = []
    for rank in range(1, _count(request) + 1):
        form = HandoverRowForm(request.POST, rank=rank)
        if rank in done:
            rows.append(Row(rank, handover=done[rank]))
        elif form.is_blank():
            rows.append(_blank(rank))
        else:
            rows.append(Row(rank, form))
    return rows


def _record(request: HttpRequest, sheet: SheetForm, rows: list[Row]) -> None:
    """Record the good rows, one by one; keep beside the others why they were refused."""
    at = now()
    today, distributor = paris_date(at), sheet.cleaned_data["distributor"]
    commune = desk_commune(organisation=distributor, day=today)
    sent = {row.rank: row for row in rows if row.form is not None and row.form.is_bound and row.form.is_valid()}
    outcomes = enter_handover_rows(
        rows=[
            (rank, row.form.row(day=sheet.cleaned_data["day"], today=today, commune_code=commune))
            for rank, row in sent.items()
            if row.form is not None
        ],
        distributor=distributor,
        by=post_of(request).actor(),
        at=at,
    )
    for rank, outcome in outcomes.items():
        sent[rank].handover, sent[rank].refusal = outcome.handover, outcome.refusal


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def late_handovers_page(request: HttpRequest) -> HttpResponse:
    """Ask for the rows of a sheet, and record those that are good."""
    distributors = _distributors(request)
    if request.method != "POST":
        rows = [_blank(rank) for rank in range(1, ROWS + 1)]
        return _shown(request, SheetForm(distributors=distributors), rows)
    sheet, rows = SheetForm(request.POST, distributors=distributors), _read(request, distributors)
    if sheet.is_valid():
        _record(request, sheet, rows)
    is_well = sheet.is_valid() and not any(row.is_faulty for row in rows)
    return _shown(request, sheet, rows, is_sent=True, status=200 if is_well else 422)


def _shown(
    request: HttpRequest, sheet: SheetForm, rows: list[Row], *, is_sent: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "sheet": sheet,
        "rows": rows,
        "is_sent": is_sent,
        "faulty": [row for row in rows if row.is_faulty],
        "done_count": sum(row.handover is not None for row in rows),
        "late_days": late_entry_days(),
    }
    return render(request, "vouchers/late_handovers.html", context, status=status)
