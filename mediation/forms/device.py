from django import forms

from passnum.accounts.actions.pairing import NAME_MAX
from passnum.accounts.models import RevokeReason


def _name() -> forms.CharField:
    return forms.CharField(
        label="Nom de l’appareil",
        max_length=NAME_MAX,
        help_text="Ce qui permet de le reconnaître\u00a0: «\u00a0Accueil 1\u00a0», «\u00a0Tablette de l’atelier\u00a0».",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Donnez un nom à l’appareil\u00a0: vous le retrouverez dans la liste."},
    )


class PairingForm(forms.Form):
    """A device to invite."""

    name = _name()
    is_shared = forms.BooleanField(
        label="Plusieurs personnes l’utilisent",
        required=False,
        help_text="Sur un appareil partagé, chaque personne choisit son nom et tape son code personnel avant de commencer.",
    )


class DeviceNameForm(forms.Form):
    """Another name for a device."""

    name = _name()


class RevokeForm(forms.Form):
    """Why a device is revoked."""

    reason = forms.ChoiceField(
        label="Pourquoi\u00a0?",
        choices=RevokeReason.choices,
        widget=forms.RadioSelect(attrs={"class": "tight"}),
        error_messages={"required": "Choisissez pourquoi vous révoquez cet appareil."},
    )
