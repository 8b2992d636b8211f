from django import forms


class ExtensionForm(forms.Form):
    """Until when a wave is put off, and why."""

    until = forms.DateField(
        label="Nouvelle fin de validité",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Les carnets gardent la date imprimée\u00a0; le comptoir et la page du ticket diront la nouvelle.",
    )
    reason = forms.CharField(
        label="Motif", max_length=200, help_text="Par exemple\u00a0: décision du comité du 12 mars."
    )
