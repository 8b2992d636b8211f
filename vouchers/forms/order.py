from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.formsets import formset_factory

from passnum.accounts.models import Organisation
from passnum.kit.errors import DomainError
from passnum.kit.image import LARGEST_UPLOAD
from vouchers.actions.order import LineInput, checked_siret
from vouchers.forms.fields import EurosField, KeyField, OrganisationField, WaveField
from vouchers.models import FundingBase, ProofKind, Wave
from vouchers.models.print_proof import LONGEST_REMARKS
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET
from vouchers.publics import TargetPublic

ROWS = 6
MOST_ROWS = 150


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


class OrderTextsForm(forms.Form):
    """What an order tells at the desk and on paper."""

    eligible_publics = forms.CharField(
        label="Publics visés (facultatif)",
        max_length=1000,
        required=False,
        help_text="L’agent qui remet un carnet lira ce texte. Il l’informe, il n’empêche rien.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    perimeter = forms.CharField(
        label="Périmètre (facultatif)",
        max_length=1000,
        required=False,
        help_text="Communes, quartiers ou lieux où remettre ces carnets. Montré à la remise, il n’empêche rien.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    handed_over_from = forms.DateField(label="À remettre à partir du (facultatif)", required=False, widget=_day())
    handed_over_until = forms.DateField(label="À remettre jusqu’au (facultatif)", required=False, widget=_day())
    letter = forms.CharField(
        label="Votre mot (facultatif)",
        max_length=600,
        required=False,
        help_text="Imprimé sur les carnets et montré à la remise.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("handed_over_from"), found.get("handed_over_until")
        if first and last and last < first:
            self.add_error("handed_over_until", "La remise finit après avoir commencé\u00a0: vérifiez ses deux dates.")
        return found


def read_picture(upload: UploadedFile) -> bytes:
    """Return what was sent, or just enough of it to be refused."""
    return bytes(upload.read(LARGEST_UPLOAD + 1))


class OrderLogoForm(OrderTextsForm):
    """The words of an order and the picture beside them."""

    logo = forms.FileField(
        label="Votre logo (facultatif)",
        required=False,
        help_text="PNG ou JPEG, 200 ko au plus. Imprimé sur la couverture des carnets et sur le bon à tirer.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    drops_logo = forms.BooleanField(label="Retirer le logo", required=False)

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_logo:
            del self.fields["drops_logo"]


class PayerForm(forms.Form):
    """Which wave an order is of, and who pays it."""

    wave = WaveField(label="Vague")
    siret = forms.CharField(
        label="SIRET à facturer",
        max_length=20,
        help_text="14 chiffres. C’est lui qui recevra la facture.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    service_code = forms.CharField(
        label="Code service (facultatif)",
        max_length=100,
        required=False,
        help_text="Demandé par Chorus Pro, si vous en avez.",
    )
    commitment_number = forms.CharField(label="Numéro d’engagement (facultatif)", max_length=50, required=False)

    def __init__(self, *args: Any, waves: list[Wave], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_waves = bool(waves)
        field = self.fields["wave"]
        assert isinstance(field, WaveField)
        field.offer(waves)

    def clean_siret(self) -> str:
        try:
            return checked_siret(self.cleaned_data["siret"])
        except DomainError as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class FeesField(EurosField):
    """What is paid beside the face value of the tickets."""

    def __init__(self) -> None:
        super().__init__(
            most_cents=1_000_000_000,
            label="Frais (facultatif)",
            required=False,
            help_text="En euros, hors valeur des tickets\u00a0: impression, livraison…",
        )


class OrderForm(PayerForm, OrderTextsForm):
    """What an order says, lines apart."""

    field_order = ("wave",)

    fees_cents = FeesField()
    key = KeyField()


class LineForm(forms.Form):
    """So many booklets of one size for one distributor. A row left blank is no row."""

    distributor = OrganisationField(label="Distributeur", required=False)
    size = forms.TypedChoiceField(
        label="Tickets par carnet",
        choices=[(n, str(n)) for n in range(LARGEST_BOOKLET, SMALLEST_BOOKLET - 1, -1)],
        coerce=int,
        required=False,
        initial=LARGEST_BOOKLET,
    )
    quantity = forms.IntegerField(
        label="Nombre de carnets",
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": "Indiquez au moins un carnet, ou laissez la ligne vide.",
            "max_value": "Autant de carnets ne se commandent pas d’une fois\u00a0: vérifiez ce nombre.",
        },
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["distributor"]
        assert isinstance(field, OrganisationField)
        field.offer(organisations)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("quantity") and not found.get("distributor") and "distributor" not in self.errors:
            self.add_error("distributor", "Choisissez qui remettra ces carnets.")
        if found.get("distributor") and not found.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", "Indiquez combien de carnets.")
        return found

    def line(self) -> LineInput | None:
        """Return what this row asks for, None for a blank row."""
        found = self.cleaned_data
        if not found.get("distributor") or not found.get("quantity"):
            return None
        return LineInput(found["distributor"], found.get("size") or LARGEST_BOOKLET, found["quantity"])


LineFormSet = formset_factory(LineForm, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class ProofForm(forms.Form):
    """Evidence that an order is funded."""

    kind = forms.ChoiceField(label="Nature", choices=ProofKind.choices)
    reference = forms.CharField(label="Référence", max_length=60, help_text="Numéro du mandat ou du virement.")
    dated_on = forms.DateField(label="Datée du", widget=_day())
    amount_cents = EurosField(label="Montant")


class CancelLineForm(forms.Form):
    """How many booklets whoever cancels a line has read as still at the printer."""

    expected = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)


class PrintProofForm(forms.Form):
    """What whoever answers on a proof (bon à tirer) says: what to mend, or why they answer for the funder."""

    remarks = forms.CharField(
        label="À corriger",
        max_length=LONGEST_REMARKS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label="Pourquoi répondez-vous à la place du financeur\u00a0?",
        max_length=LONGEST_REMARKS,
        required=False,
        help_text="Par exemple\u00a0: accord reçu par courrier le 3 mars.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FundingLineForm(forms.Form):
    """What a co-funder promises."""

    co_funder = OrganisationField(label="Cofinanceur")
    is_state = forms.BooleanField(label="C’est la part de l’État (20 à 65 %)", required=False)
    rate = forms.DecimalField(
        label="Taux (en %)",
        min_value=0,
        max_value=100,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
    )
    ceiling_cents = EurosField(label="Plafond")
    base = forms.ChoiceField(label="Assiette", choices=FundingBase.choices)
    target_publics = forms.MultipleChoiceField(
        label="Publics ouvrant droit (aucun : tous)",
        choices=[c for c in TargetPublic.choices if c[0] != TargetPublic.NON_COMMUNIQUE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["co_funder"]
        assert isinstance(field, OrganisationField)
        field.offer(organisations)

    @property
    def rate_points(self) -> int:
        """The rate in hundredths of a percent."""
        return int(self.cleaned_data["rate"] * 100)
