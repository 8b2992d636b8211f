"""Late entry of a whole sheet, without script: rows are recorded one by one, refused ones are shown to be corrected.

A row that was recorded comes back as a line of text and the public id of its act: its codes are not sent again. The
whole form sent twice records nothing twice, since each row has its own request number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mediation.actions.late_rows import enter_rows
from mediation.forms.late_entry import RowForm, SheetForm, has_a_key, new_key
from mediation.forms.late_paste import HEADER, MOST_ROWS, PasteForm
from mediation.models import Service
from mediation.pages.paper_day import ENTERERS
from mediation.pages.present_place import places_of, present_place
from mediation.queries.acts import Act, acts_named
from mediation.queries.paper_day import late_days, services_lately
from mediation.states import Owed
from passnum.accounts.post import post_of, post_required
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import counted

FIRST_ROWS: Final = 12
MORE_ROWS: Final = 6
ROW_FIELDS: Final = tuple(name for name in RowForm.base_fields if name != "key")
LOST_KEY: Final = "Cette ligne a été modifiée en route\u00a0: relisez-la, puis renvoyez-la."


@dataclass(slots=True)
class Row:
    """A row as it is shown: an act that was recorded, or a form with why it was refused."""

    rank: int
    form: RowForm | None = None
    act: Act | None = None
    refusal: DomainError | None = None

    @property
    def is_contested(self) -> bool:
        """Tell whether what was recorded waits for a decision before it is paid."""
        return self.act is not None and any(line.owed == Owed.CONTESTED for line in self.act.lines)

    @property
    def is_faulty(self) -> bool:
        """Tell whether the row was filled in and not recorded."""
        return self.refusal is not None or (self.form is not None and self.form.is_bound and bool(self.form.errors))


class Sheet:
    """A sheet as it was sent: its shared answers, its rows."""

    def __init__(self, request: HttpRequest) -> None:
        self.by = post_of(request).actor()
        self.today = paris_date(now())
        self.places = places_of(request)
        self.services: list[Service] = list(services_lately(day=self.today))
        self.data: QueryDict = request.POST.copy()
        self.paste_form = PasteForm(services=self.services)
        place = present_place(request, self.places)
        self.initial = {"place": str(place.uid) if place else ""}
        self.form = self.sheet_form(None)
        self.rows: list[Row] = []

    def sheet_form(self, data: QueryDict | None, **options: Any) -> SheetForm:
        """Return the form of what rows share."""
        return SheetForm(
            data,
            places=self.places,
            services=self.services,
            today=self.today,
            **{"initial": self.initial, **options},
        )

    def row_form(self, rank: int, data: QueryDict | None, initial: dict[str, Any] | None = None) -> RowForm:
        """Return the form of a row; a blank one draws its request number."""
        given = {"key": new_key(), **(initial or {})}
        return RowForm(data, rank=rank, services=self.services, today=self.today, initial=given)

    def blank(self, count: int = FIRST_ROWS) -> None:
        """Show empty rows."""
        self.rows = [Row(rank, self.row_form(rank, None)) for rank in range(1, count + 1)]

    def read(self) -> set[int]:
        """Read the rows that were sent; return the ranks whose request number was lost on the way."""
        named = self.done_uids()
        acts = acts_named(uids=named.values(), by=self.by)
        lost: set[int] = set()
        for rank in range(1, self.count() + 1):
            act = acts.get(named[rank]) if rank in named else None
            if act is not None:
                self.rows.append(Row(rank, act=act))
                continue
            if not has_a_key(self.data.get(f"r{rank}-key", "")):
                self.data[f"r{rank}-key"] = new_key()
                lost.add(rank)
            form = self.row_form(rank, self.data)
            if form.is_blank():
                form = self.row_form(rank, None, {"key": self.data[f"r{rank}-key"]})
            self.rows.append(Row(rank, form))
        return lost

    def count(self) -> int:
        """Return how many rows were sent, as far as one sheet goes."""
        text = self.data.get("rows", "")
        return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else FIRST_ROWS  # noqa: PLR2004

    def done_uids(self) -> dict[int, UUID]:
        """Return the acts that earlier sendings recorded, by rank."""
        found = {}
        for rank in range(1, self.count() + 1):
            text = self.data.get(f"r{rank}-done", "")
            if has_a_key(text):
                found[rank] = UUID(text)
        return found

    def context(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "sheet": self.form,
            "rows": self.rows,
            "faulty": [row for row in self.rows if row.is_faulty],
            "done_count": sum(row.act is not None for row in self.rows),
            "contested_count": sum(row.is_contested for row in self.rows),
            "can_add": len(self.rows) < MOST_ROWS,
            "paste_form": self.paste_form,
            "paste_header": HEADER,
            "late_days": late_days(at=now()),
            "places": self.places,
        }


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*ENTERERS)
def late_sheet_page(request: HttpRequest) -> HttpResponse:
    """Ask for the rows of a sheet, and record those that are good."""
    sheet = Sheet(request)
    if request.method != "POST":
        sheet.blank()
        return _shown(request, sheet)
    lost = sheet.read()
    match request.POST.get("step", ""):
        case "more":
            _more(sheet)
            return _shown(request, sheet)
        case "paste":
            is_understood = _paste(sheet)
            return _shown(request, sheet, status=200 if is_understood else 422, is_pasted=is_understood)
        case _:
            _record(sheet, lost)
            is_well = sheet.form.is_valid() and not any(row.is_faulty for row in sheet.rows)
            return _shown(request, sheet, status=200 if is_well else 422, is_sent=True)


def _shown(request: HttpRequest, sheet: Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"is_sent": False, "is_pasted": False, **sheet.context(), **more}
    return render(request, "mediation/late_sheet.html", context, status=status)


def _as_typed(sheet: Sheet, rows: Iterable[Row]) -> None:
    """Show what was typed without judging it."""
    for row in rows:
        if row.form is not None and row.form.is_bound:
            typed = {name: sheet.data.get(row.form.add_prefix(name), "") for name in (*ROW_FIELDS, "key")}
            row.form = sheet.row_form(row.rank, None, typed)
    typed_sheet = {name: sheet.data.get(name, "") for name in SheetForm.base_fields}
    sheet.form = sheet.sheet_form(None, initial={**typed_sheet, "equipment": sheet.data.getlist("equipment")})


def _more(sheet: Sheet) -> None:
    """Add empty rows; nothing is recorded."""
    _as_typed(sheet, sheet.rows)
    first = len(sheet.rows) + 1
    last = min(MOST_ROWS, len(sheet.rows) + MORE_ROWS)
    sheet.rows += [Row(rank, sheet.row_form(rank, None)) for rank in range(first, last + 1)]


def _paste(sheet: Sheet) -> bool:
    """Put pasted lines in the empty rows, for a person to read them; nothing is recorded. Tell whether they were read."""
    sheet.paste_form = PasteForm(sheet.data, services=sheet.services)
    _as_typed(sheet, ())
    if not sheet.paste_form.is_valid():
        _as_typed(sheet, sheet.rows)
        return False
    pasted: list[dict[str, str]] = sheet.paste_form.cleaned_data["pasted"]
    free = [row.rank for row in sheet.rows if row.form is not None and not row.form.is_bound]
    free += range(len(sheet.rows) + 1, MOST_ROWS + 1)
    if len(pasted) > len(free):
        sheet.paste_form.add_error(
            "pasted", f"Il reste {counted(len(free), 'ligne libre,lignes libres')} sur cette feuille."
        )
        _as_typed(sheet, sheet.rows)
        return False
    shown = {row.rank: row for row in sheet.rows}
    for rank, cells in zip(free, pasted, strict=False):
        sheet.data.setdefault(f"r{rank}-key", new_key())
        for name, cell in cells.items():
            sheet.data[f"r{rank}-{name}"] = cell
        shown[rank] = Row(rank, sheet.row_form(rank, sheet.data))
    sheet.rows = [shown[rank] for rank in sorted(shown)]
    sheet.paste_form = PasteForm(services=sheet.services)
    header = sheet.sheet_form(sheet.data)
    for row in sheet.rows:
        if row.form is not None and row.form.is_bound:
            row.form.shared = header.shared() if header.is_valid() else None
    return True


def _record(sheet: Sheet, lost: set[int]) -> None:
    """Record the good rows, one by one; keep beside the others why they were refused."""
    sheet.form = sheet.sheet_form(sheet.data)
    is_valid = sheet.form.is_valid()
    services = {service.code: service for service in sheet.services}
    sent, forms = [], {row.rank: row for row in sheet.rows if row.form is not None and row.form.is_bound}
    for rank, row in forms.items():
        assert row.form is not None
        row.form.shared = sheet.form.shared() if is_valid else None
        if rank in lost:
            row.form.add_error(None, LOST_KEY)
        if row.form.is_valid() and is_valid:
            sent.append((rank, row.form.late_row(services)))
    if not sent:
        return
    done = [(row.rank, row.act.redemption) for row in sheet.rows if row.act is not None]
    site = sheet.form.cleaned_data["place"]
    outcomes = enter_rows(rows=sent, done=done, site=site, by=sheet.by, at=now())
    made = [outcome.redemption.uid for outcome in outcomes.values() if outcome.redemption is not None]
    acts = acts_named(uids=made, by=sheet.by)
    for rank, outcome in outcomes.items():
        row = forms[rank]
        row.refusal = outcome.refusal
        if outcome.redemption is not None:
            row.act, row.form = acts[outcome.redemption.uid], None
