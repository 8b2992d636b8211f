"""Fields that these forms share: amounts in euros, numbers of booklets, the hidden number of a request."""

import re
from collections.abc import Collection, Iterable
from typing import Any
from uuid import uuid4

from django import forms

from passnum.accounts.models import Organisation
from passnum.kit.money import euros
from vouchers.models import Wave
from vouchers.queries.booklet import NUMBER

MOST_NUMBERS = 100_000
# Nine figures: no order is worth a billion euros, and nineteen would overflow the column.
_AMOUNT = re.compile(r"(?P<whole>\d{1,9})(?:[.,](?P<cents>\d{1,2}))?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f€]")
_SPAN = re.compile(r"(?P<first>\S+?)\s+(?:à|a|au|jusqu'à)\s+(?P<last>\S+)", re.IGNORECASE)


class KeyField(forms.UUIDField):
    """The number of a request, drawn when the form is shown: sent twice, it counts once."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput,
            initial=uuid4,
            error_messages=dict.fromkeys(
                ("required", "invalid"), "Cette page a été modifiée en route : rechargez-la et recommencez."
            ),
        )


class EurosField(forms.CharField):
    """An amount typed as people write it (« 1 250,50 € »), in integer cents, up to `most_cents`."""

    def __init__(self, *, most_cents: int = 100_000_000_000, **options: Any) -> None:
        self.most_cents = most_cents
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attributes), **options)

    def prepare_value(self, value: Any) -> Any:
        return euros(value).removesuffix("\u00a0€") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        found = _AMOUNT.fullmatch(_BLANKS.sub("", text))
        if not found:
            raise forms.ValidationError("Écrivez un montant en euros, par exemple 1 250,50.")
        cents = int(found["whole"]) * 100 + int((found["cents"] or "0").ljust(2, "0"))
        if cents > self.most_cents:
            raise forms.ValidationError(f"Ce montant dépasse {euros(self.most_cents)}\u00a0: vérifiez-le.")
        return cents


class OrganisationField(forms.ChoiceField):
    """Choose an organisation among those of a list; gives the object."""

    def __init__(self, organisations: Iterable[Organisation] = (), *, blank: str = "Choisir…", **options: Any) -> None:
        self.blank = blank
        super().__init__(**options)
        self.offer(organisations)

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Set the list."""
        self.by_uid = {str(o.uid): o for o in organisations}
        self.choices = [("", self.blank), *((uid, o.name) for uid, o in self.by_uid.items())]

    def clean(self, value: Any) -> Any:
        return self.by_uid.get(super().clean(value))


class WaveField(forms.ChoiceField):
    """Choose a wave by its number; gives the object."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.by_number: dict[str, Wave] = {}

    def offer(self, waves: Iterable[Wave]) -> None:
        """Set the list; one wave alone is chosen beforehand."""
        self.by_number = {str(w.number): w for w in waves}
        choices = [(number, w.name) for number, w in self.by_number.items()]
        self.choices = choices if len(choices) == 1 else [("", "Choisir…"), *choices]

    def clean(self, value: Any) -> Any:
        return self.by_number.get(super().clean(value))


def parse_number(text: str, *, wave: Wave) -> int:
    """Return the number of a booklet of a wave, typed whole (« 1-0000012 ») or short (« 12 »).

    Raises ValidationError.
    """
    text = text.strip()
    whole = NUMBER.fullmatch(text)
    if whole and int(whole["wave"]) != wave.number:
        raise forms.ValidationError(f"Le carnet {text} n’est pas de la vague {wave.number}.")
    figures = whole["number"] if whole else text
    if not re.fullmatch(r"[0-9]{1,9}", figures) or int(figures) < 1:
        raise forms.ValidationError(f"« {text[:20]} » n’est pas un numéro de carnet.")
    return int(figures)


def parse_numbers(text: str, *, wave: Wave) -> list[int]:
    """Return the numbers of a list: « 12, 15 à 18, 1-0000040 », one per line or with commas.

    A dash belongs to the printed number (wave, then booklet), so a span is written with « à ». Raises ValidationError.
    """
    numbers: set[int] = set()
    for part in filter(None, (p.strip() for p in re.split(r"[,;\n]", text))):
        span = _SPAN.fullmatch(part)
        if span:
            first, last = (parse_number(span[end], wave=wave) for end in ("first", "last"))
            if last < first or last - first >= MOST_NUMBERS:
                raise forms.ValidationError(f"« {part[:40]} » n’est pas une suite de numéros dans l’ordre.")
            numbers.update(range(first, last + 1))
        else:
            numbers.update(parse_number(one, wave=wave) for one in part.split())
        check_how_many(numbers)
    return sorted(numbers)


def check_how_many(numbers: Collection[int]) -> None:
    """Stop a list that grows beyond what anybody counts at once: 200 kB of spans would fill the memory of the server.

    Raises ValidationError.
    """
    if len(numbers) > MOST_NUMBERS:
        raise forms.ValidationError("Plus de 100 000 numéros à la fois\u00a0: envoyez-les en plusieurs fois.")
