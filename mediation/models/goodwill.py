"""What is paid for a contested act that no free hour can pay: outside the wave's face value, in no figure of its use."""

import uuid

from django.db import models
from django.db.models import F, Q

from mediation.models.redemption import RedemptionLine
from mediation.states import REASONS_TO_PAY, SettleReason
from passnum.kit.actor import ActedBy


class GoodwillLine(ActedBy):
    """A sum granted by a finance officer for hours that consumed no ticket (geste hors valeur faciale). Append-only.

    `claimed_cents` is what the hours would have been worth; `author_id` and `mediator_id` are copied from the act:
    nobody grants a sum for their own act.
    """

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    line = models.OneToOneField(RedemptionLine, on_delete=models.PROTECT, related_name="goodwill")
    amount_cents = models.PositiveIntegerField("montant (centimes)")
    claimed_cents = models.PositiveIntegerField("valeur des heures contestées (centimes)")
    reason = models.CharField("motif", max_length=40, choices=SettleReason.choices)
    author_id = models.UUIDField("qui a enregistré l’acte", null=True)
    mediator_id = models.UUIDField("médiateur de l’acte", null=True)
    decided_at = models.DateTimeField("décidé le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "geste hors valeur faciale"
        verbose_name_plural = "gestes hors valeur faciale"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_cents__gte=1, amount_cents__lte=F("claimed_cents")),
                name="goodwill_line_pays_something_and_no_more_than_claimed",
                violation_error_message="Le montant va de 1 centime à la valeur des heures contestées.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=REASONS_TO_PAY),
                name="goodwill_line_has_a_reason_to_pay",
                violation_error_message="Choisissez un motif qui explique pourquoi l’acte est payé.",
            ),
            models.CheckConstraint(
                condition=Q(by_id__isnull=True)
                | (
                    (Q(author_id__isnull=True) | ~Q(by_id=F("author_id")))
                    & (Q(mediator_id__isnull=True) | ~Q(by_id=F("mediator_id")))
                ),
                name="goodwill_line_is_granted_by_another",
                violation_error_message="Personne ne décide pour son propre acte.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount_cents}"
