"""What an auditor asks for: which acts, how many, with which seed."""

from collections.abc import Iterable
from typing import Any

from django import forms

from mediation.actions.paper_sample import MOST_ITEMS, SEED_MOST
from mediation.forms.attendance import PlaceField
from mediation.models import PaperOutcome, Site
from vouchers.forms.fields import KeyField, WaveField
from vouchers.models import Wave


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class SampleForm(forms.Form):
    """A new sample."""

    key = KeyField()
    wave = WaveField(label="Vague", error_messages={"required": "Choisissez la vague."})
    site = PlaceField()
    starts_on = _day("Accompagnements du")
    ends_on = _day("Au (ce jour compris)")
    size = forms.IntegerField(
        label="Nombre de lignes",
        min_value=1,
        max_value=MOST_ITEMS,
        initial=10,
        help_text="Une ligne\u00a0: les tickets d’un carnet utilisés pour un accompagnement.",
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    seed = forms.IntegerField(
        label="Graine du tirage",
        required=False,
        min_value=0,
        max_value=SEED_MOST,
        help_text="Un nombre, tiré devant témoin par exemple. Laissez vide pour qu’elle soit tirée ici et notée.",
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, waves: Iterable[Wave], sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wave, site = self.fields["wave"], self.fields["site"]
        assert isinstance(wave, WaveField) and isinstance(site, PlaceField)
        wave.offer(waves)
        site.offer(sites, blank="Choisir…")


class NoteForm(forms.Form):
    """Whether one paper was shown."""

    item = forms.UUIDField()
    outcome = forms.ChoiceField(
        choices=[(PaperOutcome.FOUND, PaperOutcome.FOUND.label), (PaperOutcome.MISSING, PaperOutcome.MISSING.label)]
    )


class DecideForm(forms.Form):
    """Whether the hours of a missing paper are taken back."""

    item = forms.UUIDField()
    answer = forms.ChoiceField(choices=[("accept", "Retirer"), ("reject", "Laisser")])
