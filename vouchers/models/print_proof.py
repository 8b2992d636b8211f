import uuid

from django.db import models
from django.db.models import F, Q

from passnum.kit.actor import ActedBy
from vouchers.models.order import Order
from vouchers.states import PRINT_PROOF_MOVES, PrintProofStatus

LONGEST_REMARKS = 600


class PrintProof(ActedBy):
    """A version of what an order will print (bon à tirer, BAT), to be approved by its funder before production.

    `content` says all that is printed, so that the same version always draws the same bytes. `by_*` made it.
    `approved_version` repeats `version` while it is approved: an order started names it (`order_proof_is_approved`).
    """

    moves = PRINT_PROOF_MOVES
    updatable = (
        "status",
        "approved_version",
        "answered_at",
        "answered_by_id",
        "answered_by_role",
        "remarks",
    )

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="print_proofs")
    version = models.PositiveSmallIntegerField("version")
    status = models.CharField("état", max_length=10, choices=PrintProofStatus.choices, default=PrintProofStatus.WAITING)
    content = models.JSONField("ce qui est imprimé")
    digest = models.BinaryField("empreinte du contenu", max_length=32)
    made_at = models.DateTimeField("fait le")
    answered_at = models.DateTimeField("répondu le", null=True)
    answered_by_id = models.UUIDField("répondu par", null=True)
    answered_by_role = models.CharField("rôle de qui a répondu", max_length=20, blank=True)
    remarks = models.TextField("remarques ou motif", max_length=LONGEST_REMARKS, blank=True)
    approved_version = models.PositiveSmallIntegerField("version approuvée", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "bon à tirer"
        verbose_name_plural = "bons à tirer"
        ordering = ["order", "version"]
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["order", "version"], name="print_proof_version_is_unique"),
            models.UniqueConstraint(
                fields=["order", "approved_version"], name="print_proof_approved_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status__in=["WAITING", "APPROVED"]),
                name="print_proof_in_force_is_one_per_order",
                violation_error_message="Une commande n’a qu’un bon à tirer en cours.",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="print_proof_version_starts_at_one"),
            models.CheckConstraint(
                condition=Q(status="APPROVED", approved_version=F("version"))
                | (~Q(status="APPROVED") & Q(approved_version__isnull=True)),
                name="print_proof_approved_version_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by_id__isnull=True, answered_by_role="")
                | (Q(answered_at__isnull=False, answered_by_id__isnull=False) & ~Q(answered_by_role="")),
                name="print_proof_answer_has_date_and_actor",
            ),
            models.CheckConstraint(
                condition=Q(status="SUPERSEDED")
                | Q(status="WAITING", answered_at__isnull=True)
                | Q(status__in=["APPROVED", "SENT_BACK"], answered_at__isnull=False),
                name="print_proof_answer_follows_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="SENT_BACK") | Q(remarks__regex=r"\S"),
                name="print_proof_sent_back_says_why",
                violation_error_message="Un bon à tirer se renvoie avec des remarques.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_by_role="FUNDER") | Q(remarks__regex=r"\S"),
                name="print_proof_answered_for_the_funder_says_why",
                violation_error_message="Qui répond à la place du financeur dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} v{self.version}"
