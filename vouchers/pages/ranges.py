"""Ranges of numbers in a request: proposed by a link, typed in rows, or wrong."""

import re

from django.forms.formsets import BaseFormSet
from django.http import HttpRequest

from vouchers.forms.shipment import MOST_ROWS, RangeForm
from vouchers.models import Wave

RANGE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def proposed_ranges(request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows that the link which leads here proposes: `plage`, as many times as needed."""
    found = [RANGE.fullmatch(text) for text in request.GET.getlist("plage")[:MOST_ROWS]]
    return [{"first": m[1], "last": m[2]} for m in found if m]


def typed_rows(request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows typed so far, right or wrong."""
    total = request.POST.get("form-TOTAL_FORMS", "")
    count = min(int(total), MOST_ROWS) if total.isdecimal() and total.isascii() else 0
    return [{n: request.POST.get(f"form-{rank}-{n}", "") for n in ("first", "last")} for rank in range(count)]


def ranges_typed(ranges: "BaseFormSet[RangeForm]", wave: Wave) -> list[tuple[int, int]] | None:
    """Return the ranges of a valid formset, None when a row is wrong: its errors are then on it."""
    found = [row.range_in(wave) for row in ranges.forms]
    return None if any(row.errors for row in ranges.forms) else [one for one in found if one is not None]
