"""Hand-over sheets of a paper day: what to print, what to type in afterwards."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from passnum.accounts.models import Organisation
from vouchers.actions.handover_rows import HandoverRow
from vouchers.documents.handover_sheet import MOST_SHEETS, ROWS
from vouchers.forms.fields import OrganisationField
from vouchers.forms.handover import SCANNED_MAX
from vouchers.forms.taps import TapsForm
from vouchers.queries.desk import declared_instant


def _distributor_field() -> OrganisationField:
    return OrganisationField(label="Pour quel distributeur", error_messages={"required": "Choisissez le distributeur."})


class PrintForm(forms.Form):
    """How many sheets, for whom."""

    distributor = _distributor_field()
    sheets = forms.IntegerField(
        label="Nombre de feuilles",
        min_value=1,
        max_value=MOST_SHEETS,
        initial=1,
        help_text=f"Une feuille a {ROWS} lignes, une ligne par carnet.",
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, distributors: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, list(distributors))


class SheetForm(forms.Form):
    """What the rows of a sheet share."""

    distributor = _distributor_field()
    day = forms.DateField(
        label="Date de la feuille",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez la date.", "invalid": "Écrivez la date comme 24/11/2026."},
    )

    def __init__(self, *args: Any, distributors: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, list(distributors))


def offer(form: forms.Form, distributors: list[Organisation]) -> None:
    """Set the list of distributors; one alone is chosen beforehand."""
    field = form.fields["distributor"]
    assert isinstance(field, OrganisationField)
    field.offer(distributors)
    if len(distributors) == 1:
        field.choices = [(str(distributors[0].uid), distributors[0].name)]


class HandoverRowForm(TapsForm):
    """One row of a sheet."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Cette ligne a été modifiée en route\u00a0: renvoyez-la."
        ),
    )
    carnet = forms.CharField(
        label="Carnet",
        max_length=SCANNED_MAX,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Écrivez le numéro du carnet."},
    )
    field_order = ("key", "carnet")

    def __init__(self, data: Mapping[str, Any] | None, *, rank: int, **kwargs: Any) -> None:
        super().__init__(data, prefix=f"r{rank}", **kwargs)
        self.rank = rank

    def is_blank(self) -> bool:
        """Tell whether nobody wrote a booklet nor a public in this row."""
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in ("carnet", "target_public"))

    def row(self, *, day: date, today: date, commune_code: str) -> HandoverRow:
        """Return the declaration of a valid row."""
        found = self.cleaned_data
        return HandoverRow(
            key=found["key"],
            booklet=found["carnet"],
            happened_at=declared_instant(day=day, today=today),
            profile=self.profile(commune_code=commune_code),
            carrier=self.carrier_chosen(),
            had_one_already=found["had_one_already"],
        )
