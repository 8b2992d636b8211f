"""The four taps as lists: for rows of a sheet, and for a workshop where many answer the same."""

from typing import Any, Final

from django import forms

from vouchers.actions.handover import Profile
from vouchers.models import Carrier
from vouchers.publics import AgeBand, Gender, SocialStatus, TargetPublic

TAPS: Final = ("target_public", "age_band", "gender", "social_status")
_NOT_TOLD: Final = "«\u00a0Non communiqué\u00a0» est une réponse."


def _tap(label: str, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, error_messages={"required": f"Choisissez\u00a0: {_NOT_TOLD}"}
    )


class TapsForm(forms.Form):
    """Four answers, none chosen beforehand, and to whom the booklet was given."""

    target_public = _tap("Public", TargetPublic.choices)
    age_band = _tap("Âge", AgeBand.choices)
    gender = _tap("Genre", Gender.choices)
    social_status = _tap(
        "Situation",
        [
            *(c for c in SocialStatus.choices if c[0] != SocialStatus.NON_COMMUNIQUE),
            (SocialStatus.NON_COMMUNIQUE, "Non communiqué"),
        ],
    )
    carrier = forms.ChoiceField(label="Remis", choices=Carrier.choices, initial=Carrier.PERSON, required=False)
    had_one_already = forms.BooleanField(label="A déjà eu un carnet", required=False)
    # What an answer left empty means, and whether it may be.
    blank = "Choisir…"
    is_asked = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TAPS:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", self.blank), *field.choices]  # type: ignore[misc]
            field.required = self.is_asked

    def carrier_chosen(self) -> Carrier:
        """Return to whom the booklet was given."""
        return Carrier(self.cleaned_data["carrier"] or Carrier.PERSON)

    def profile(self, *, commune_code: str) -> Profile:
        """Return what was answered; the commune is the desk's, the language French, as long as nobody says otherwise."""
        found = self.cleaned_data
        return Profile(**{name: found[name] for name in TAPS}, commune_code=commune_code)


class OwnTapsForm(TapsForm):
    """What one person of a workshop answers otherwise than the others."""

    blank = "Comme les autres"
    is_asked = False

    def profile_like(self, shared: Profile) -> Profile:
        """Return the shared answers, where this person said nothing else."""
        found = self.cleaned_data
        own = {name: found[name] or getattr(shared, name) for name in TAPS}
        return Profile(**own, commune_code=shared.commune_code, language=shared.language)

    @property
    def is_told(self) -> bool:
        """Tell whether anything was answered here."""
        return self.is_bound and any(self.data.get(self.add_prefix(name)) for name in self.fields)
