from typing import Any

from django import forms

REASON_MAX = 200


class RecoveryForm(forms.Form):
    """Which acts of a revoked device are recovered, and why."""

    acts = forms.TypedMultipleChoiceField(
        label="Actes", coerce=str, error_messages={"required": "Cochez au moins un acte à récupérer."}
    )
    reason = forms.CharField(
        label="Pourquoi récupérer ces actes\u00a0?",
        max_length=REASON_MAX,
        strip=True,
        help_text="Par exemple\u00a0: vu avec la médiatrice, feuille d’émargement à l’appui. Sans nom de personne.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Écrivez le motif.",
            "max_length": f"Le motif tient en {REASON_MAX} caractères.",
        },
    )

    def __init__(self, data: Any = None, *, uids: list[str]) -> None:
        super().__init__(data)
        self.fields["acts"].choices = [(uid, uid) for uid in uids]  # type: ignore[attr-defined]
