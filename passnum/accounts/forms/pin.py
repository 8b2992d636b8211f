from typing import Any

from django import forms

from passnum.accounts.actions.pin import LONGEST, SHORTEST


def _code(label: str, **options: Any) -> forms.CharField:
    attributes = {"inputmode": "numeric", "autocomplete": "new-password", "maxlength": LONGEST, "class": "short"}
    return forms.CharField(label=label, strip=False, widget=forms.PasswordInput(attrs=attributes), **options)


class PinForm(forms.Form):
    """One's own code, typed twice since it is not shown. What a good code is, the action says."""

    pin = _code(
        "Nouveau code",
        help_text=f"De {SHORTEST} à {LONGEST} chiffres. Évitez 1234, 0000 et votre année de naissance.",
        error_messages={"required": "Tapez le code que vous choisissez."},
    )
    again = _code("Le même code, encore une fois", error_messages={"required": "Tapez le code une seconde fois."})

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "pin" in self.cleaned_data and again != self.cleaned_data["pin"]:
            raise forms.ValidationError("Les deux codes ne sont pas les mêmes\u00a0: recommencez.")
        return again
