from collections.abc import Iterable
from typing import Any

from django import forms

from passnum.accounts.models import Organisation
from vouchers.forms.fields import OrganisationField


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez la date.", "invalid": "Écrivez la date comme 24/11/2026."},
    )


class MandateForm(forms.Form):
    """Who serves whom, from a day to a day."""

    served = OrganisationField(
        label="Distributeur sans compte", error_messages={"required": "Choisissez le distributeur servi."}
    )
    referent = OrganisationField(label="Référent", error_messages={"required": "Choisissez le référent."})
    starts_on = _day("À partir du")
    ends_on = _day("Jusqu’au (inclus)")

    def __init__(
        self, *args: Any, served: Iterable[Organisation], referents: Iterable[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, organisations in (("served", served), ("referent", referents)):
            field = self.fields[name]
            assert isinstance(field, OrganisationField)
            field.offer(organisations)
