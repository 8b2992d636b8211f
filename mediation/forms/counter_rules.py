from typing import Any

from django import forms

from mediation.models.counter_rules import RequiredAnswer
from mediation.queries.counter_rules import CounterTerms

# A month without the network: beyond, a device is not offline, it is lost.
MOST_LIST_HOURS = 720
MOST_HOURS = 1_000
MOST_SKEW_MINUTES = 1_440


def _count(label: str, most: int, **options: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=most, widget=widget, **options)


class CounterRulesForm(forms.Form):
    """What a wave asks of the mediator, and how far a device goes without the network."""

    required_answers = forms.MultipleChoiceField(
        label="Réponses exigées à chaque acte",
        choices=RequiredAnswer.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tight"}),
        help_text="Sans coche, tout est facultatif. «\u00a0Non communiqué\u00a0» reste une réponse pour une personne.",
    )
    list_warn_hours = _count(
        "Liste ancienne\u00a0: avertir après (heures)",
        MOST_LIST_HOURS,
        help_text="Un appareil sans réseau juge les tickets avec la dernière liste reçue.",
    )
    list_stop_hours = _count(
        "Liste ancienne\u00a0: refuser après (heures)",
        MOST_LIST_HOURS,
        required=False,
        help_text="Vide\u00a0: l’appareil avertit, mais ne s’arrête jamais.",
    )
    offline_device_hours = _count("Heures sans réseau, par appareil et par jour", MOST_HOURS)
    offline_site_hours = _count("Heures sans réseau, par lieu et par jour", MOST_HOURS)
    typed_device_hours = _count(
        "Dont codes tapés à la main, par appareil et par jour",
        MOST_HOURS,
        help_text="Un code tapé ne porte pas de signature\u00a0: sans réseau, rien ne le prouve. 0\u00a0: aucun.",
    )
    skew_minutes = _count(
        "Écart d’horloge admis (minutes)",
        MOST_SKEW_MINUTES,
        help_text="Au-delà, un acte envoyé après coup est contesté\u00a0: un agent des finances décide.",
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        warn, stop = found.get("list_warn_hours"), found.get("list_stop_hours")
        if warn is not None and stop is not None and stop < warn:
            self.add_error(
                "list_stop_hours", "L’avertissement vient avant le refus\u00a0: donnez au moins autant d’heures."
            )
        typed, device = found.get("typed_device_hours"), found.get("offline_device_hours")
        if typed is not None and device is not None and typed > device:
            self.add_error(
                "typed_device_hours",
                "Ces heures comptent dans les heures sans réseau\u00a0: donnez-en moins, ou autant.",
            )
        return found

    def terms(self) -> CounterTerms:
        """Return the rules of a valid form."""
        return CounterTerms(**{**self.cleaned_data, "required_answers": tuple(self.cleaned_data["required_answers"])})
