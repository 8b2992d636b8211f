"""The steps of an order, read from what was typed in each: the same forms show them, check them and sum them up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.forms.formsets import BaseFormSet

from passnum.accounts.models import Organisation
from passnum.kit.templatetags.french import counted
from vouchers.actions.order import MOST_BOOKLETS, LineInput
from vouchers.forms.order import FeesField, LineForm, LineFormSet, OrderTextsForm, PayerForm
from vouchers.models import Wave
from vouchers.models.order_draft import STEPS
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET

SIZES: Final = range(LARGEST_BOOKLET, SMALLEST_BOOKLET - 1, -1)
PAYER, SIZED, DELIVERED, TOLD, REVIEW = range(1, 6)
STEP_NAMES: Final = dict(enumerate(STEPS, start=PAYER))
TITLES: Final = {
    PAYER: "Vague et payeur",
    SIZED: "Carnets",
    DELIVERED: "Livraisons",
    TOLD: "Remise",
    REVIEW: "Vérification",
}


class SizesForm(forms.Form):
    """How many booklets of each size, and the fees beside their face value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for size in SIZES:
            self.fields[f"size_{size}"] = forms.IntegerField(
                label=f"Carnets de {size} tickets",
                required=False,
                min_value=0,
                max_value=MOST_BOOKLETS,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
            )
        self.fields["fees_cents"] = FeesField()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        total = sum(self.by_size.values())
        if not total and not self.errors:
            raise forms.ValidationError("Indiquez au moins un carnet.")
        if total > MOST_BOOKLETS:
            raise forms.ValidationError(
                f"{total} carnets dépassent le maximum d’une commande ({MOST_BOOKLETS})\u00a0: vérifiez les quantités."
            )
        return found

    @property
    def by_size(self) -> dict[int, int]:
        """Size → number of booklets, sizes asked for only."""
        counts = {size: self.cleaned_data.get(f"size_{size}") or 0 for size in SIZES}
        return {size: count for size, count in counts.items() if count}


STEP_FIELDS: Final = {
    PAYER: tuple(PayerForm.base_fields),
    SIZED: (*(f"size_{size}" for size in SIZES), "fees_cents"),
    TOLD: tuple(OrderTextsForm.base_fields),
}


def rows_form(rows: Sequence[Mapping[str, Any]], organisations: list[Organisation]) -> "BaseFormSet[LineForm]":
    """Return the rows of a draft as if they had just been sent."""
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for rank, row in enumerate(rows):
        data |= {f"form-{rank}-{name}": value for name, value in row.items()}
    return LineFormSet(data, form_kwargs={"organisations": organisations})


def first_rows(by_size: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return what the deliveries start from: all the booklets of a size on one row, for whoever will be chosen."""
    return [{"distributor": "", "size": size, "quantity": count} for size, count in by_size.items()]


def gaps(by_size: Mapping[int, int], lines: Sequence[LineInput]) -> list[str]:
    """Say where the deliveries do not add up to what is ordered, size by size."""
    sent: Counter[int] = Counter()
    for line in lines:
        sent[line.size] += line.quantity
    told = []
    for size in SIZES:
        left = by_size.get(size, 0) - sent[size]
        if left:
            asked = counted(by_size.get(size, 0), "commandé")
            more = counted(abs(left), "carnet reste,carnets restent") if left > 0 else counted(-left, "carnet")
            rest = f"{more} à répartir" if left > 0 else f"{more} de trop"
            told.append(f"Carnets de {size} tickets\u00a0: {asked}, {counted(sent[size], 'réparti')}\u00a0; {rest}.")
    return told


@dataclass(slots=True)
class DraftSaid:
    """What a draft says once every step is checked; `faults` by step, empty when the order can be written."""

    payer: PayerForm
    sizes: SizesForm
    texts: OrderTextsForm
    lines: list[LineInput] = field(default_factory=list)
    faults: dict[int, list[str]] = field(default_factory=dict)

    @property
    def terms(self) -> dict[str, Any]:
        """What `create_order` asks beside the wave and the lines."""
        payer = {name: value for name, value in self.payer.cleaned_data.items() if name != "wave"}
        return payer | self.texts.cleaned_data | {"fees_cents": self.sizes.cleaned_data.get("fees_cents") or 0}

    @property
    def tickets(self) -> int:
        """Tickets of all lines."""
        return sum(line.size * line.quantity for line in self.lines)


def read_draft(content: Mapping[str, Any], *, waves: list[Wave], organisations: list[Organisation]) -> DraftSaid:
    """Check every step of a draft as if it had just been sent."""
    said = DraftSaid(
        payer=PayerForm(content.get("payer", {}), waves=waves),
        sizes=SizesForm(content.get("sizes", {})),
        texts=OrderTextsForm(content.get("texts", {})),
    )
    for step, form in ((PAYER, said.payer), (SIZED, said.sizes), (TOLD, said.texts)):
        if not form.is_valid():
            said.faults[step] = sentences_of(form)
    rows = rows_form(content.get("rows", []), organisations)
    if rows.is_valid():
        said.lines = lines_of(rows)
        told = gaps(said.sizes.by_size, said.lines) if SIZED not in said.faults else []
    else:
        told = [sentence for row in rows for sentence in sentences_of(row)] or ["Les lignes sont à corriger."]
    if told:
        said.faults[DELIVERED] = told
    return said


def lines_of(rows: "BaseFormSet[LineForm]") -> list[LineInput]:
    """Return the lines of valid rows, blank ones apart."""
    return [line for line in (row.line() for row in rows.forms) if line is not None]


def sentences_of(form: forms.Form) -> list[str]:
    """Return what is to mend in a form, each with the name of its field."""
    named = [f"{f.label}\u00a0: {error}" for f in form for error in f.errors]
    return [*(str(error) for error in form.non_field_errors()), *named]
