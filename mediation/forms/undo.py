from django import forms

from mediation.states import UndoReason


class UndoForm(forms.Form):
    """Why an act is taken back: a choice, since free text could name a person."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label="Pourquoi annuler\u00a0?",
        choices=UndoReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez pourquoi vous annulez cet acte."},
    )
