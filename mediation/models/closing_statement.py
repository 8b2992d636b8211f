"""The contradictory statement of a wave with one funder, order by order, and the credit note that it carries.

Drawn at J+37 at a seal, frozen, signed by both sides. What comes later (an act uploaded late, a contested one settled)
never edits it: an amendment follows, with its own number, its own signatures and the difference.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models import Order, Wave

STATES = (
    "produced",
    "in_transit",
    "in_stock",
    "missing",
    "handed_over",
    "redeemed",
    "expired",
    "blocked",
    "cancelled",
    "destroyed",
)
OWED = ("payable", "pending", "contested", "refused")


def _sum(*names: str) -> models.expressions.CombinedExpression:
    first, *others = names
    total = F(first) + F(others[0])
    for name in others[1:]:
        total += F(name)
    return total


class ClosingStatement(ActedBy):
    """A statement and its credit note (avoir). `content` is the frozen text; `sha256` is that of its bytes.

    `credit_cents` is what the funder's titles never used are worth in all; `change_cents` what this document adds to
    the ones before it. `series_rank` runs without a gap within the wave: one wave has one issuer.
    """

    updatable = (
        "issuer_signed_at",
        "issuer_signed_by_id",
        "issuer_signed_for",
        "funder_signed_at",
        "funder_signed_by_id",
        "funder_signed_for",
    )
    once = updatable

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="closing_statements")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField("rang")
    amends = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="amended_by")
    series_rank = models.PositiveIntegerField("rang dans la série")
    number = models.CharField("numéro", max_length=20, unique=True)
    seal_number = models.PositiveIntegerField("scellé")
    face_value_cents = models.PositiveIntegerField("valeur faciale (centimes)")
    residue = models.PositiveIntegerField("tickets financés jamais utilisés")
    credit_cents = models.BigIntegerField("avoir en tout (centimes)")
    change_cents = models.BigIntegerField("porté par ce document (centimes)")
    content = models.TextField("contenu figé")
    sha256 = models.BinaryField("empreinte du contenu", max_length=32)
    drawn_at = models.DateTimeField("établi le")
    issuer_signed_at = models.DateTimeField("signé par l’émetteur le", null=True)
    issuer_signed_by_id = models.UUIDField("signé pour l’émetteur par", null=True)
    issuer_signed_for = models.UUIDField("organisation signataire, côté émetteur", null=True)
    funder_signed_at = models.DateTimeField("signé par le financeur le", null=True)
    funder_signed_by_id = models.UUIDField("signé pour le financeur par", null=True)
    funder_signed_for = models.UUIDField("organisation signataire, côté financeur", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "décompte contradictoire"
        verbose_name_plural = "décomptes contradictoires"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["wave", "funder", "rank"], name="closing_statement_rank_is_unique"),
            models.UniqueConstraint(fields=["wave", "series_rank"], name="closing_statement_number_is_unique"),
            models.CheckConstraint(
                condition=Q(rank=1, amends__isnull=True) | Q(rank__gt=1, amends__isnull=False),
                name="closing_statement_amends_another_but_the_first",
            ),
            models.CheckConstraint(
                condition=Q(credit_cents=F("residue") * F("face_value_cents")),
                name="closing_statement_credits_the_residue",
                violation_error_message="L’avoir vaut le résidu jamais utilisé, à la valeur faciale.",
            ),
            models.CheckConstraint(
                condition=~Q(rank=1) | Q(change_cents=F("credit_cents")),
                name="closing_statement_first_carries_all",
            ),
            models.CheckConstraint(
                condition=Q(
                    issuer_signed_at__isnull=True, issuer_signed_by_id__isnull=True, issuer_signed_for__isnull=True
                )
                | Q(issuer_signed_at__isnull=False, issuer_signed_by_id__isnull=False, issuer_signed_for__isnull=False),
                name="closing_statement_issuer_signature_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    funder_signed_at__isnull=True, funder_signed_by_id__isnull=True, funder_signed_for__isnull=True
                )
                | Q(funder_signed_at__isnull=False, funder_signed_by_id__isnull=False, funder_signed_for__isnull=False),
                name="closing_statement_funder_signature_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(issuer_signed_by_id__isnull=True)
                | Q(funder_signed_by_id__isnull=True)
                | ~Q(issuer_signed_by_id=F("funder_signed_by_id")),
                name="closing_statement_is_signed_by_two_people",
                violation_error_message="Deux personnes différentes signent le décompte.",
            ),
            models.CheckConstraint(
                condition=Q(issuer_signed_for__isnull=True)
                | Q(funder_signed_for__isnull=True)
                | ~Q(issuer_signed_for=F("funder_signed_for"))
                | Q(issuer=F("funder")),
                name="closing_statement_is_signed_by_two_houses_unless_one_is_both",
                violation_error_message="Le décompte est signé par deux organisations différentes.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_signed(self) -> bool:
        """Tell whether both sides signed: the credit note then stands."""
        return self.issuer_signed_at is not None and self.funder_signed_at is not None


class ClosingLine(models.Model):
    """One order in a statement, in tickets: what became of them, what is owed for those used. Append-only.

    `residue` were funded and never used: what the credit note pays back. `unfunded` were never paid for, and are worth
    nothing. `late_handed` were handed over after the freeze was asked. `awaiting` are contested hours that took no
    ticket yet.
    """

    append_only = True

    statement = models.ForeignKey(ClosingStatement, on_delete=models.PROTECT, related_name="lines")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="closing_lines")
    ordered = models.PositiveIntegerField("commandés")
    to_produce = models.PositiveIntegerField("à produire")
    produced = models.PositiveIntegerField("chez l’imprimeur")
    in_transit = models.PositiveIntegerField("en transit")
    in_stock = models.PositiveIntegerField("en stock")
    missing = models.PositiveIntegerField("manquants")
    handed_over = models.PositiveIntegerField("remis, non utilisés")
    redeemed = models.PositiveIntegerField("utilisés")
    expired = models.PositiveIntegerField("périmés")
    blocked = models.PositiveIntegerField("en opposition")
    cancelled = models.PositiveIntegerField("annulés")
    destroyed = models.PositiveIntegerField("détruits")
    funded = models.PositiveIntegerField("financés")
    residue = models.PositiveIntegerField("financés, jamais utilisés")
    unfunded = models.PositiveIntegerField("non financés, jamais utilisés")
    payable = models.PositiveIntegerField("utilisés, dus au lieu")
    pending = models.PositiveIntegerField("utilisés, en attente")
    contested = models.PositiveIntegerField("utilisés, contestés")
    refused = models.PositiveIntegerField("utilisés, non dus")
    awaiting = models.PositiveIntegerField("heures contestées sans ticket")
    late_handed = models.PositiveIntegerField("remis après la demande de gel")

    class Meta:
        verbose_name = "ligne de décompte"
        verbose_name_plural = "lignes de décompte"
        constraints = [
            models.UniqueConstraint(fields=["statement", "order"], name="closing_line_is_one_per_order"),
            models.CheckConstraint(
                condition=Q(ordered=_sum("to_produce", *STATES)),
                name="closing_line_conserves_the_order",
                violation_error_message="Chaque ticket commandé est quelque part.",
            ),
            models.CheckConstraint(
                condition=Q(ordered=_sum("to_produce", "redeemed", "residue", "unfunded")),
                name="closing_line_is_used_or_left",
                violation_error_message="Un ticket produit est utilisé, ou reste au résidu.",
            ),
            models.CheckConstraint(
                condition=Q(redeemed=_sum(*OWED)),
                name="closing_line_decides_each_hour",
                violation_error_message="Chaque ticket utilisé a sa décision sur le dû.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.order_id}"
