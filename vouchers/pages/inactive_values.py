"""The statement of *valeurs inactives* of a holder, at any date: on screen, as a CSV, as a PDF to sign."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passnum.accounts.models import Organisation
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import NotFound
from vouchers.documents.inactive_values import Line, Sheet, statement_csv, statement_pdf
from vouchers.forms.custody import PeriodForm
from vouchers.queries.inactive_values import WaveStatement, statement
from vouchers.queries.organisations import own
from vouchers.queries.stock import SEES_ALL, visible_holders

READERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR)


def _holders(request: HttpRequest) -> list[Organisation]:
    """Whose statement may be read: one's own and one's relays'; an issuer, its own; the Métropole, everybody's."""
    by = post_of(request).actor()
    if by.role == Role.DISTRIBUTOR:
        found = visible_holders(by=by)
    elif by.role in SEES_ALL:
        found = Organisation.objects.filter(received_shipments__isnull=False).distinct()
    else:
        found = own(by)
    return sorted(found, key=lambda o: (o.name, o.pk))


def _asked(request: HttpRequest) -> PeriodForm:
    """Return the form: bound to the address when it says something, else this year for one's own organisation."""
    holders, today = _holders(request), paris_date(now())
    mine = {o.uid for o in holders} & {post_of(request).organisation.uid}
    first = str(next(iter(mine)) if mine else holders[0].uid if holders else "")
    given = {name: request.GET[name] for name in ("detenteur", "du", "au") if name in request.GET}
    defaults = {"detenteur": first, "du": date(today.year, 1, 1).isoformat(), "au": today.isoformat()}
    return PeriodForm({**defaults, **given}, holders=holders)


def _sheets(rows: list[WaveStatement]) -> list[Sheet]:
    return [
        Sheet(
            row.wave.name,
            tuple(Line(label, amount.booklets, amount.tickets, cents) for label, amount, cents in row.lines()),
            row.in_stock,
            row.count.found_count if row.count else None,
        )
        for row in rows
    ]


@never_cache
@require_safe
@post_required(*READERS)
def values_page(request: HttpRequest) -> HttpResponse:
    """Show a statement."""
    form = _asked(request)
    is_right = form.is_valid()
    if not is_right and not form.by_holder:
        return render(request, "vouchers/values.html", {"form": form, "rows": [], "holder": None, "query": ""})
    if not is_right:
        return render(
            request, "vouchers/values.html", {"form": form, "rows": [], "holder": None, "query": ""}, status=422
        )
    holder, starts_on, ends_on = (form.cleaned_data[name] for name in ("detenteur", "du", "au"))
    context = {
        "form": form,
        "holder": holder,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "rows": statement(holder=holder, starts_on=starts_on, ends_on=ends_on),
        "query": f"?detenteur={holder.uid}&du={starts_on.isoformat()}&au={ends_on.isoformat()}",
    }
    return render(request, "vouchers/values.html", context)


@never_cache
@require_safe
@post_required(*READERS)
def values_file_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Download a statement: `csv` or `pdf`."""
    form = _asked(request)
    if kind not in {"csv", "pdf"} or not form.is_valid():
        raise NotFound
    holder, starts_on, ends_on = (form.cleaned_data[name] for name in ("detenteur", "du", "au"))
    sheets = _sheets(statement(holder=holder, starts_on=starts_on, ends_on=ends_on))
    make = statement_csv if kind == "csv" else statement_pdf
    response = HttpResponse(
        make(holder.name, starts_on, ends_on, sheets),
        content_type="text/csv; charset=utf-8" if kind == "csv" else "application/pdf",
    )
    response["Content-Disposition"] = f'attachment; filename="valeurs-inactives-{ends_on.isoformat()}.{kind}"'
    return response
