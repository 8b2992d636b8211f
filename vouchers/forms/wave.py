from datetime import date
from typing import Any

from django import forms

from passnum.accounts.models import Organisation
from vouchers.forms.fields import EurosField, OrganisationField
from vouchers.models import MeaningOfA, TitleProfile, Wave

NUMBER_TAKEN = "Une vague porte déjà ce numéro."


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _count(label: str, initial: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, min_value=0, max_value=365, **options)


class WaveForm(forms.Form):
    """A wave in preparation: its market, its dates, its rules."""

    number = forms.IntegerField(
        label="Numéro", min_value=1, max_value=65535, help_text="Il est imprimé sur les carnets."
    )
    name = forms.CharField(label="Nom", max_length=80, help_text="Par exemple : Vague 2 (2027).")
    a_on = _day("Date A", help_text="Le rapport d’évaluation est dû six mois plus tard.")
    a_meaning = forms.ChoiceField(label="Ce que marque la date A", choices=MeaningOfA.choices)
    issuer = OrganisationField(label="Fournisseur des chèques")
    issuer_address = forms.CharField(
        label="Adresse du fournisseur",
        max_length=120,
        required=False,
        help_text="Imprimée sous son nom. Obligatoire pour des chèques d’accompagnement personnalisé.",
    )
    contract_number = forms.CharField(label="Numéro du marché", max_length=40)
    ceiling_cents = EurosField(label="Plafond de la vague", help_text="En euros, frais compris.")
    valid_from = _day("Valable à partir du")
    valid_until = _day("Valable jusqu’au", help_text="C’est la date imprimée sur les tickets.")
    target_hours = forms.IntegerField(
        label="Objectif d’heures utilisées (facultatif)", min_value=1, max_value=100_000_000, required=False
    )
    profile = forms.ChoiceField(label="Profil des titres", choices=TitleProfile.choices)
    face_value_cents = EurosField(label="Valeur d’un ticket", initial=1000, most_cents=100_000)
    grace_days = _count("Jours de grâce après la date limite", 30)
    upload_days = _count("Jours d’envoi tardif des actes faits à temps", 37)
    silence_days = _count("Jours de silence valant confirmation d’une remise", 15)
    late_entry_days = _count("Jours pour la saisie différée", 15)
    undo_minutes = _count("Minutes pour annuler un acte", 15)
    shortest_act_minutes = forms.IntegerField(
        label="Durée minimale qui prend un ticket (minutes)", initial=45, min_value=1, max_value=60
    )

    def __init__(self, *args: Any, issuers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["issuer"]
        assert isinstance(field, OrganisationField)
        field.offer(issuers)

    def clean_number(self) -> int:
        number = int(self.cleaned_data["number"])
        if Wave.objects.filter(number=number).exists():
            raise forms.ValidationError(NUMBER_TAKEN)
        return number

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        start, end = found.get("valid_from"), found.get("valid_until")
        if start and end and start > end:
            self.add_error("valid_until", "La fin de validité précède le début : corrigez l’une des deux dates.")
        elif start and end and found.get("profile") == TitleProfile.CAP:
            self._check_cap(start, end, found.get("grace_days"))
        if found.get("profile") == TitleProfile.CAP and not found.get("issuer_address"):
            self.add_error("issuer_address", "Un chèque d’accompagnement personnalisé porte l’adresse de son émetteur.")
        if found.get("face_value_cents") == 0:
            self.add_error("face_value_cents", "Un ticket vaut au moins un centime.")
        return found

    def _check_cap(self, start: date, end: date, grace_days: int | None) -> None:
        """R.1611-6 CGCT: such a cheque is used within the calendar year that it prints."""
        if (end.month, end.day) != (12, 31) or start.year != end.year:
            self.add_error(
                "valid_until", "Un chèque d’accompagnement personnalisé vaut jusqu’au 31 décembre de l’année."
            )
        if grace_days:
            self.add_error(
                "grace_days", "Un chèque d’accompagnement personnalisé n’a pas de jours de grâce : écrivez 0."
            )
