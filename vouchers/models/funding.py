import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from passnum.kit.models import AfterMark
from vouchers.models.order import Order

# A rate is in hundredths of a percent. « un financement étatique compris entre 20 et 65 % du montant déboursé par
# une collectivité » (call of March 2019): held for the State; another co-funder may pay up to the whole.
WHOLE = 10_000
STATE_RATE_MIN, STATE_RATE_MAX = 2_000, 6_500


class FundingBase(models.TextChoices):
    ORDERED = "ORDERED", "Montant commandé"
    DISBURSED = "DISBURSED", "Montant déboursé"
    USED = "USED", "Tickets utilisés"


class FundingLine(AfterMark):
    """What a co-funder promises on an order: a rate of a base, up to a ceiling, for a target public.

    It counts for the uses of the seals after it (`after_mark`): what was attributed before stays as it is.
    """

    updatable = ()

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="funding_lines")
    co_funder = models.ForeignKey(
        Organisation, verbose_name="cofinanceur", on_delete=models.PROTECT, related_name="funding_lines"
    )
    is_state = models.BooleanField("État", default=False)
    rate_points = models.PositiveIntegerField("taux (centièmes de %)")
    ceiling_cents = models.BigIntegerField("plafond (centimes)")
    base = models.CharField("assiette", max_length=9, choices=FundingBase.choices)
    target_publics = ArrayField(models.CharField(max_length=60), verbose_name="publics ouvrant droit", default=list)
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "ligne de financement"
        verbose_name_plural = "lignes de financement"
        constraints = [
            models.UniqueConstraint(fields=["order", "co_funder"], name="funding_line_is_one_per_co_funder"),
            models.CheckConstraint(
                condition=Q(rate_points__gte=1, rate_points__lte=WHOLE), name="funding_line_rate_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(is_state=False) | Q(rate_points__gte=STATE_RATE_MIN, rate_points__lte=STATE_RATE_MAX),
                name="funding_line_state_rate_is_20_to_65",
                violation_error_message="La part de l’État va de 20 à 65 % (appel à projets de mars 2019).",
            ),
            models.CheckConstraint(condition=Q(ceiling_cents__gte=0), name="funding_line_ceiling_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.rate_points}"


class ProofKind(models.TextChoices):
    MANDATE = "MANDATE", "Mandat"
    TRANSFER_RECEIVED = "TRANSFER_RECEIVED", "Virement reçu"
    PRIVATE_PAYMENT = "PRIVATE_PAYMENT", "Paiement privé"


class FundingProof(ActedBy):
    """Evidence that an order's face value is funded. It counts once verified by someone other than its author."""

    updatable = ("verified_at", "verified_by_id")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField("nature", max_length=17, choices=ProofKind.choices)
    reference = models.CharField("référence", max_length=60)
    dated_on = models.DateField("datée du")
    amount_cents = models.BigIntegerField("montant (centimes)")
    recorded_at = models.DateTimeField("enregistrée le")
    verified_at = models.DateTimeField("vérifiée le", null=True)
    verified_by_id = models.UUIDField("vérifiée par", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "preuve de financement"
        verbose_name_plural = "preuves de financement"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_cents__gte=1), name="funding_proof_amount_is_positive"),
            models.UniqueConstraint(fields=["order", "kind", "reference"], name="funding_proof_counts_once"),
            models.CheckConstraint(
                condition=Q(verified_by_id__isnull=True) | ~Q(verified_by_id=F("by_id")),
                name="funding_proof_verifier_is_not_its_author",
                violation_error_message="Une preuve est vérifiée par une autre personne que son auteur.",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by_id__isnull=True)
                | Q(verified_at__isnull=False, verified_by_id__isnull=False),
                name="funding_proof_verification_has_date_and_actor",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
