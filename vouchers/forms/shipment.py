from typing import Any

from django import forms
from django.forms.formsets import formset_factory

from passnum.accounts.models import Organisation
from passnum.kit.templatetags.french import counted as plural
from vouchers.forms.fields import KeyField, OrganisationField, WaveField, parse_number, parse_numbers
from vouchers.models import Shipment, Wave

ROWS = 3
AWAITED = "carnet est attendu,carnets sont attendus"
MOST_ROWS = 200
_NUMBER = {"autocomplete": "off", "spellcheck": "false", "class": "short"}


class ShipmentForm(forms.Form):
    """To whom booklets go, ranges apart."""

    wave = WaveField(label="Vague")
    source = OrganisationField(label="D’où partent-ils\u00a0?", required=False, blank="De chez l’imprimeur")
    recipient = OrganisationField(label="Destinataire")
    key = KeyField()

    def __init__(
        self,
        *args: Any,
        waves: list[Wave],
        recipients: list[Organisation],
        own_stock: Organisation | None = None,
        **kwargs: Any,
    ) -> None:
        """`own_stock`: who may send from its own stock as well as from the printer."""
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, OrganisationField)
        if own_stock is None:
            del self.fields["source"]
        else:
            source.offer([own_stock])
        wave, recipient = self.fields["wave"], self.fields["recipient"]
        assert isinstance(wave, WaveField)
        assert isinstance(recipient, OrganisationField)
        wave.offer(waves)
        recipient.offer(recipients)


class RangeForm(forms.Form):
    """A first and a last number; one number alone is a range of one. A row left blank is no row."""

    first = forms.CharField(label="Du carnet", max_length=20, required=False, widget=forms.TextInput(attrs=_NUMBER))
    last = forms.CharField(label="au carnet", max_length=20, required=False, widget=forms.TextInput(attrs=_NUMBER))

    def range_in(self, wave: Wave) -> tuple[int, int] | None:
        """Return the range in a wave, None for a blank row. Adds the errors it finds to the row."""
        ends: list[int] = []
        for name in ("first", "last"):
            text = self.cleaned_data.get(name, "")
            try:
                ends += [parse_number(text, wave=wave)] if text else []
            except forms.ValidationError as error:
                self.add_error(name, error)
        if not ends or self.errors:
            return None
        return ends[0], ends[-1]


RangeFormSet = formset_factory(RangeForm, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class ReceptionForm(forms.Form):
    """What came: the recipient counts for themselves, and names what is missing."""

    counted = forms.IntegerField(
        label="Combien de carnets avez-vous comptés\u00a0?",
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    missing = forms.CharField(
        label="Numéros qui manquent (s’il en manque)",
        required=False,
        max_length=5000,
        help_text="Par exemple\u00a0: 12, 15 à 18. Laissez vide si tout est là.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, shipment: Shipment, awaited: int, **kwargs: Any) -> None:
        """`awaited`: how many are still on their way; what was blocked since it was sent does not arrive."""
        super().__init__(*args, **kwargs)
        self.shipment, self.awaited = shipment, awaited

    def clean_missing(self) -> list[int]:
        return parse_numbers(self.cleaned_data["missing"], wave=self.shipment.wave)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        sent, counted, missing = self.awaited, found["counted"], len(found["missing"])
        if counted + missing < sent:
            gap = sent - counted - missing
            self.add_error(
                "missing",
                f"{plural(sent, AWAITED)} et vous en avez compté {counted}\u00a0: "
                f"indiquez {'le numéro qui manque' if gap == 1 and not missing else 'tous les numéros qui manquent'}.",
            )
        elif counted + missing > sent:
            self.add_error(
                "counted",
                f"{plural(sent, AWAITED)}\u00a0: ce compte et les numéros manquants font davantage. Recomptez.",
            )
        return found
