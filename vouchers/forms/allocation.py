"""The helper that shares a total between distributors: by inhabitants, or by a column that the funder gives."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from django import forms

from passnum.accounts.models import Organisation
from passnum.kit.collation import sort_key
from passnum.kit.csv_table import decode
from passnum.kit.errors import DomainError
from vouchers.actions.order import MOST_BOOKLETS
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET
from vouchers.policies.allocation import allocate

PREFIX: Final = "part"
LONGEST_COLUMN: Final = 50_000
LARGEST_FILE: Final = 1_000_000
_WEIGHT: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f]")


class AllocationForm(forms.Form):
    """A total to share. `rows_for` gives the rows of the order, to read and to change before the draft is kept."""

    prefix = PREFIX

    total = forms.IntegerField(label="Carnets à répartir", min_value=1, max_value=MOST_BOOKLETS)
    fixed = forms.IntegerField(label="Part fixe de chacun", min_value=0, max_value=MOST_BOOKLETS, initial=0)
    size = forms.TypedChoiceField(
        label="Tickets par carnet",
        choices=[(n, str(n)) for n in range(LARGEST_BOOKLET, SMALLEST_BOOKLET - 1, -1)],
        coerce=int,
        initial=LARGEST_BOOKLET,
    )
    column = forms.CharField(
        label="Votre colonne (facultatif)",
        max_length=LONGEST_COLUMN,
        required=False,
        help_text="Une ligne par distributeur\u00a0: son nom ou le code de sa commune, un point-virgule, un poids. Sans"
        " colonne, le reste se partage selon les habitants.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file = forms.FileField(label="Ou un fichier CSV (facultatif)", required=False)

    def __init__(self, *args: Any, organisations: Sequence[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        upload = found.get("file")
        try:
            if upload and upload.size > LARGEST_FILE:
                self.add_error(
                    "file", "Ce fichier dépasse 1 Mo\u00a0: ne gardez que deux colonnes, le nom et le poids."
                )
            elif upload:
                found["column"] = decode(upload.read())[0]
            found["weights"] = self._weights(found.get("column") or "")
        except DomainError as refusal:
            self.add_error("file", refusal.sentence)
        except forms.ValidationError as wrong:
            self.add_error("file" if upload else "column", wrong)
        return found

    def _weights(self, text: str) -> dict[str, Fraction]:
        """Read « nom ou code ; poids », one per line, a first line of titles passed over."""
        by_name = {sort_key(o.name): o for o in self.organisations}
        in_commune = Counter(o.commune_code for o in self.organisations)
        by_code = {o.commune_code: o for o in self.organisations if in_commune[o.commune_code] == 1}
        weights: dict[str, Fraction] = {}
        lines = [line for line in text.splitlines() if line.strip()]
        for rank, line in enumerate(lines, start=1):
            name, _, weight = (part.strip().strip('"') for part in re.sub(r"[;\t]", "\0", line).rpartition("\0"))
            figures = _BLANKS.sub("", weight)
            if not _WEIGHT.fullmatch(figures):
                if rank == 1:
                    continue
                raise forms.ValidationError(f"Ligne {rank}\u00a0: «\u00a0{weight[:40]}\u00a0» n’est pas un poids.")
            one = by_name.get(sort_key(name)) or by_code.get(name)
            if one is None:
                raise forms.ValidationError(
                    f"Ligne {rank}\u00a0: «\u00a0{name[:60]}\u00a0» n’est pas un distributeur connu."
                )
            if str(one.uid) in weights:
                raise forms.ValidationError(f"Ligne {rank}\u00a0: {one.name} a déjà un poids.")
            weights[str(one.uid)] = Fraction(figures.replace(",", "."))
        if lines and not weights:
            raise forms.ValidationError("Cette colonne ne porte aucun poids.")
        return weights

    def rows_for(self, *, chosen: Sequence[str], inhabitants: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return the rows of the order: by the column given, else by inhabitants between the `chosen` (all if none).

        Distributors of one commune share its inhabitants. Raises InvalidInput.
        """
        weights = self.cleaned_data["weights"]
        if not weights:
            kept = [o for o in self.organisations if not chosen or str(o.uid) in chosen]
            in_commune = Counter(o.commune_code for o in kept)
            weights = {
                str(o.uid): Fraction(inhabitants.get(o.commune_code, 0), in_commune[o.commune_code]) for o in kept
            }
        shares = allocate(total=self.cleaned_data["total"], fixed=self.cleaned_data["fixed"], weights=weights)
        size = self.cleaned_data["size"]
        return [{"distributor": uid, "size": size, "quantity": n} for uid, n in shares.items() if n]
