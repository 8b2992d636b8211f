from typing import Any

from django import forms

from mediation.queries.contested import Case
from mediation.states import SettleReason
from passnum.kit.money import euros
from vouchers.forms.fields import EurosField

PAY, GRANT, REFUSE = "PAYER", "GESTE", "REFUSER"


class SettlementForm(forms.Form):
    """What a finance officer decides on contested hours, and the reason that the place and the distributor will read."""

    decision = forms.ChoiceField(
        label="Décision",
        widget=forms.RadioSelect(attrs={"class": "tight"}),
        error_messages={"required": "Choisissez ce que vous décidez."},
    )
    amount = EurosField(
        label="Montant du geste",
        required=False,
        help_text="Seulement pour un geste hors valeur faciale.",
    )
    reason = forms.ChoiceField(
        label="Motif",
        choices=SettleReason.choices,
        widget=forms.RadioSelect(attrs={"class": "tight"}),
        help_text="Le lieu et le distributeur le liront.",
        error_messages={"required": "Choisissez le motif\u00a0: le lieu et le distributeur le liront."},
    )

    def __init__(self, data: Any = None, *, case: Case, rank: int, free_count: int) -> None:
        super().__init__(data, prefix=f"acte-{rank}", initial={"amount": case.amount_cents})
        value = euros(case.amount_cents)
        choices = [(REFUSE, "Refuser\u00a0: rien n’est payé")]
        if case.has_consumed:
            choices.insert(0, (PAY, f"Payer {value}\u00a0: les tickets ont été pris"))
            del self.fields["amount"]
        else:
            if free_count >= case.line.tickets_count or self.is_bound:  # an hour taken meanwhile has its own sentence
                choices.insert(0, (PAY, f"Payer {value} en prenant des heures libres du même carnet"))
            choices.insert(-1, (GRANT, "Accorder un geste hors valeur faciale"))
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("decision") == GRANT and not found.get("amount") and "amount" not in self.errors:
            self.add_error("amount", "Écrivez le montant du geste.")
        return found
