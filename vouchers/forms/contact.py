from django import forms

from vouchers.models import ContactKind, ContactPurpose


class ContactForm(forms.Form):
    """How to reach the person, and for what they agree."""

    kind = forms.ChoiceField(
        label="Moyen",
        choices=ContactKind.choices,
        initial=ContactKind.PHONE,
        widget=forms.RadioSelect(attrs={"class": "pairs"}),
        error_messages={"required": "Choisissez téléphone ou courriel."},
    )
    value = forms.CharField(
        label="Numéro ou adresse",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Écrivez le numéro ou l’adresse."},
    )
    purposes = forms.MultipleChoiceField(
        label="La personne accepte d’être contactée pour",
        choices=ContactPurpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une chose que la personne accepte."},
    )
    is_guardians = forms.BooleanField(
        label="C’est le contact du tuteur ou de la tutrice", required=False, help_text="Obligatoire avant 15 ans."
    )
