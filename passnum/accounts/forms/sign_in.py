from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.html import format_html

from passnum.accounts.models import Membership
from passnum.accounts.roles import Role


class SignInForm(AuthenticationForm):
    """E-mail and password. The same sentence for an unknown address, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": (
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis recommencez. "
            "Si cela continue, demandez un nouveau mot de passe à la personne qui gère les comptes chez vous."
        ),
        "inactive": "Ce compte est fermé.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        name.label = "Adresse électronique"
        name.widget = forms.EmailInput(attrs={"autocomplete": "username", "maxlength": 254, "spellcheck": "false"})
        self.fields["password"].label = "Mot de passe"


class PostForm(forms.Form):
    """Choose the organisation and the role to work in."""

    membership = forms.ChoiceField(
        label="Pour qui travaillez-vous maintenant\u00a0?", widget=forms.RadioSelect(attrs={"class": "big"})
    )

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(m.uid), format_html("{}<small>{}</small>", m.organisation.name, Role(m.role).label))
            for m in memberships
        ]
        field.error_messages["required"] = "Choisissez une organisation et un rôle."
