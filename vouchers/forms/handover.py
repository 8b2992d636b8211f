"""The desk: one field to read a booklet, then four taps."""

from collections.abc import Iterable
from typing import Any, Self

from django import forms

from passnum.territory.queries.communes import CommuneAsOf
from vouchers.actions.handover import Profile
from vouchers.forms.fields import KeyField
from vouchers.models import Carrier
from vouchers.publics import AgeBand, Gender, SocialStatus, TargetPublic
from vouchers.queries.desk import DeskBooklet

# A QR code is longer than anything typed: after a refusal it is not left in the field, where the next scan would join it.
TYPED_MAX = 24
SCANNED_MAX = 1024
# The languages that desks of the Métropole meet most; ISO 639 codes.
LANGUAGES = [
    ("fr", "Français"),
    ("ar", "Arabe"),
    ("en", "Anglais"),
    ("pt", "Portugais"),
    ("es", "Espagnol"),
    ("zh", "Chinois"),
    ("tr", "Turc"),
    ("ta", "Tamoul"),
    ("bn", "Bengali"),
    ("bm", "Bambara"),
    ("snk", "Soninké"),
    ("ro", "Roumain"),
    ("ru", "Russe"),
    ("uk", "Ukrainien"),
    ("mis", "Autre langue"),
    ("und", "Non communiqué"),
]
QPV = {"oui": True, "non": False, "non_communique": None}


class ScanForm(forms.Form):
    """One field for a hand scanner or a keyboard."""

    carnet = forms.CharField(
        label="Carnet à remettre",
        max_length=SCANNED_MAX,
        required=False,  # a lone field needs no mark; its absence has its own sentence
        help_text="Scannez le QR d’un de ses tickets, ou tapez le numéro de la couverture, en entier.",
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
                "data-scan": True,
                "enterkeyhint": "go",
            }
        ),
    )

    @classmethod
    def below(cls) -> "ScanForm":
        """Return the form of a page that has something to show first: the focus must not scroll it away."""
        form = cls()
        del form.fields["carnet"].widget.attrs["autofocus"]
        return form

    def clean_carnet(self) -> str:
        text = str(self.cleaned_data["carnet"]).strip()
        if not text:
            raise forms.ValidationError("Scannez un carnet, ou tapez son numéro.")
        return text

    def kept(self) -> Self:
        """Return the form to show again after a refusal, with what was typed."""
        text = self.data.get("carnet", "")
        return type(self)(initial={"carnet": text if len(text) <= TYPED_MAX else ""})


class HandoverForm(forms.Form):
    """Four taps, then what defaults to the desk's. The public is never chosen beforehand."""

    target_public = forms.ChoiceField(
        label="Public",
        choices=TargetPublic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le public\u00a0: « Non communiqué » est une réponse."},
    )
    age_band = forms.ChoiceField(
        label="Âge",
        choices=AgeBand.choices,
        widget=forms.RadioSelect(attrs={"class": "big pairs"}),
        error_messages={"required": "Choisissez l’âge\u00a0: « Non communiqué » est une réponse."},
    )
    gender = forms.ChoiceField(
        label="Genre",
        choices=[
            (Gender.FEMININ, Gender.FEMININ.label),
            (Gender.MASCULIN, Gender.MASCULIN.label),
            (Gender.NON_COMMUNIQUE, Gender.NON_COMMUNIQUE.label),
        ],
        widget=forms.RadioSelect(attrs={"class": "big pairs"}),
        error_messages={"required": "Choisissez le genre\u00a0: « Non communiqué » est une réponse."},
    )
    social_status = forms.ChoiceField(
        label="Situation",
        choices=[  # one person stands here: the standard's « ou hétérogène » is for a group
            *(c for c in SocialStatus.choices if c[0] != SocialStatus.NON_COMMUNIQUE),
            (SocialStatus.NON_COMMUNIQUE, "Non communiqué"),
        ],
        widget=forms.RadioSelect(attrs={"class": "big pairs"}),
        error_messages={"required": "Choisissez la situation\u00a0: « Non communiqué » est une réponse."},
    )
    lives_in_qpv = forms.ChoiceField(
        label="Habite un quartier prioritaire (déclaré)",
        choices=[("oui", "Oui"), ("non", "Non"), ("non_communique", "Non communiqué")],
        initial="non_communique",
        widget=forms.RadioSelect(attrs={"class": "pairs"}),
        required=False,
    )
    had_one_already = forms.BooleanField(label="A déjà eu un carnet", required=False)
    carrier = forms.ChoiceField(
        label="Remis",
        choices=Carrier.choices,
        initial=Carrier.PERSON,
        widget=forms.RadioSelect(attrs={"class": "pairs"}),
        required=False,
    )
    by_post = forms.BooleanField(
        label="Envoyé par la poste",
        required=False,
        help_text="L’adresse s’écrit sur l’enveloppe, jamais ici. Joignez le reçu\u00a0: il sert à activer le carnet.",
    )
    commune_code = forms.ChoiceField(label="Commune de la personne", required=False)
    language = forms.ChoiceField(label="Langue", choices=LANGUAGES, initial="fr", required=False)
    declared_on = forms.DateField(
        label="Jour de la remise, si ce n’est pas aujourd’hui",
        required=False,
        help_text="Pour une feuille remplie un jour sans ordinateur.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    key = KeyField()
    # What a booklet was given with, and a person may look at twice: shown folded unless one of them is wrong.
    MORE = ("lives_in_qpv", "had_one_already", "carrier", "by_post", "commune_code", "language", "declared_on")

    def __init__(
        self, *args: Any, desk: DeskBooklet, communes: Iterable[CommuneAsOf], commune_code: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        commune = self.fields["commune_code"]
        assert isinstance(commune, forms.ChoiceField)
        commune.choices = [("", "Non communiquée ou hors de la Métropole"), *((c.code, c.name) for c in communes)]
        commune.initial = commune_code
        self.desk = desk

    def public_tiles(self, publics: Iterable[TargetPublic]) -> list[tuple[str, str, bool]]:
        """Return (value, label, is chosen) of some publics."""
        chosen = str(self["target_public"].value() or "")
        return [(p.value, str(p.label), p.value == chosen) for p in publics]

    def usual_tiles(self) -> list[tuple[str, str, bool]]:
        """The publics always within reach."""
        return self.public_tiles(self.desk.usual_publics)

    def other_tiles(self) -> list[tuple[str, str, bool]]:
        """The publics folded under the others."""
        return self.public_tiles(self.desk.other_publics)

    @property
    def is_other_chosen(self) -> bool:
        """Tell whether the chosen public is a folded one."""
        return any(chosen for _, _, chosen in self.other_tiles())

    @property
    def is_more_seen(self) -> bool:
        """Tell whether the folded fields must be seen: one is wrong, a day was declared, or it goes by post."""
        told = bool(self["declared_on"].value()) or bool(self["by_post"].value())
        return told or any(name in self.errors for name in self.MORE)

    def clean(self) -> dict[str, Any]:
        """A letter is addressed to the person: nobody else carries it."""
        found = super().clean() or self.cleaned_data
        if found.get("by_post") and found.get("carrier") not in {"", None, Carrier.PERSON}:
            self.add_error("by_post", "Par la poste, le carnet va à la personne\u00a0: choisissez l’un ou l’autre.")
        return found

    def profile(self) -> Profile:
        """Return what was answered."""
        found = self.cleaned_data
        return Profile(
            target_public=found["target_public"],
            age_band=found["age_band"],
            gender=found["gender"],
            social_status=found["social_status"],
            commune_code=found["commune_code"],
            language=found["language"] or "und",
            lives_in_qpv=QPV.get(found["lives_in_qpv"]),
        )
