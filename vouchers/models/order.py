import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from passnum.kit.models import AfterMark
from vouchers.models.logo import FunderLogo
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET, Wave
from vouchers.states import ORDER_MOVES, OrderStatus


class Order(ActedBy):
    """An order of booklets (bon de commande) by a funder. Its author is `by_*`; the approver is someone else.

    `funded` is no step: it is a dated fact of each booklet (FundingProof).
    """

    moves = ORDER_MOVES
    updatable = (
        "status",
        "submitted_at",
        "approved_at",
        "approved_by_id",
        "started_at",
        "delivered_at",
        "closed_at",
        "cancelled_at",
        "first_booklet_number",
        "proof_version",
        "revision",
        "amended_by_id",
        "siret",
        "service_code",
        "commitment_number",
        "fees_cents",
        "eligible_publics",
        "letter",
        "perimeter",
        "handed_over_from",
        "handed_over_until",
        "logo",
    )

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    reference = models.CharField("numéro", max_length=20, unique=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="orders")
    funder = models.ForeignKey(Organisation, verbose_name="financeur", on_delete=models.PROTECT, related_name="ordered")
    status = models.CharField("état", max_length=13, choices=OrderStatus.choices, default=OrderStatus.DRAFT)
    siret = models.CharField("SIRET facturé", max_length=14)
    service_code = models.CharField("code service", max_length=100, blank=True)
    commitment_number = models.CharField("numéro d’engagement", max_length=50, blank=True)
    fees_cents = models.PositiveIntegerField("frais, hors valeur faciale (centimes)", default=0)
    eligible_publics = models.TextField("publics visés", max_length=1000, blank=True)
    letter = models.TextField("mot du financeur", max_length=600, blank=True)
    # What the funder asks of the desk beside its publics: told at hand-over, never refusing anything.
    perimeter = models.TextField("périmètre", max_length=1000, blank=True)
    handed_over_from = models.DateField("à remettre du", null=True)
    handed_over_until = models.DateField("à remettre jusqu’au", null=True)
    # Of its own funder: `order_logo_is_of_its_funder`, a composite key.
    logo = models.ForeignKey(FunderLogo, on_delete=models.PROTECT, related_name="orders", null=True)
    created_at = models.DateTimeField("créée le")
    submitted_at = models.DateTimeField("soumise le", null=True)
    approved_at = models.DateTimeField("approuvée le", null=True)
    approved_by_id = models.UUIDField("approuvée par", null=True)
    started_at = models.DateTimeField("lancée le", null=True)
    delivered_at = models.DateTimeField("livrée le", null=True)
    closed_at = models.DateTimeField("close le", null=True)
    cancelled_at = models.DateTimeField("annulée le", null=True)
    first_booklet_number = models.PositiveIntegerField("premier numéro de carnet", null=True)
    revision = models.PositiveIntegerField("révision", default=1)
    amended_by_id = models.UUIDField("modifiée par", null=True)
    proof_version = models.PositiveSmallIntegerField("version du bon à tirer approuvé", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "commande"
        verbose_name_plural = "commandes"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("by_id")),
                name="order_approver_is_not_its_author",
                violation_error_message="Une commande est approuvée par une autre personne que son auteur.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True)
                | Q(amended_by_id__isnull=True)
                | ~Q(approved_by_id=F("amended_by_id")),
                name="order_approver_is_not_who_amended_it",
                violation_error_message="Une commande est approuvée par une autre personne que qui l’a modifiée.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["DRAFT", "SUBMITTED"]) | Q(approved_at__isnull=True),
                name="order_amended_is_not_approved",
                violation_error_message="Une commande modifiée attend une nouvelle approbation.",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by_id__isnull=True)
                | Q(approved_at__isnull=False, approved_by_id__isnull=False),
                name="order_approval_has_date_and_actor",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DRAFT", "SUBMITTED", "CANCELLED"]) | Q(approved_at__isnull=False),
                name="order_goes_on_once_approved",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DRAFT", "CANCELLED"]) | Q(submitted_at__isnull=False),
                name="order_submitted_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["IN_PRODUCTION", "DELIVERED", "CLOSED"], started_at__isnull=False)
                | Q(status__in=["DRAFT", "SUBMITTED", "APPROVED", "CANCELLED"], started_at__isnull=True),
                name="order_started_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, first_booklet_number__isnull=True)
                | Q(started_at__isnull=False, first_booklet_number__isnull=False),
                name="order_in_production_has_numbers",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(proof_version__isnull=False),
                name="order_in_production_has_its_proof",
                violation_error_message="Une commande est produite une fois son bon à tirer approuvé.",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_at__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_at__isnull=True)),
                name="order_cancelled_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_from__isnull=True)
                | Q(handed_over_until__isnull=True)
                | Q(handed_over_until__gte=F("handed_over_from")),
                name="order_handover_dates_are_in_order",
                violation_error_message="La remise finit après avoir commencé\u00a0: vérifiez ses deux dates.",
            ),
            models.CheckConstraint(condition=Q(siret__regex=r"^\d{14}$"), name="order_siret_has_14_digits"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def asks_something(self) -> bool:
        """Whether the funder has something to tell whoever hands over."""
        return any((self.eligible_publics, self.perimeter, self.handed_over_from, self.handed_over_until, self.letter))


class OrderLine(models.Model):
    """So many booklets of one size for one distributor: quantity × size, split by delivery.

    Written and taken away while its order is a draft (`order_line_changes_in_draft`, a trigger).
    `cancelled_count` of its booklets were taken back from the printer, once produced.
    """

    updatable = ("cancelled_count",)
    deletable = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField("rang")
    distributor = models.ForeignKey(
        Organisation, verbose_name="distributeur", on_delete=models.PROTECT, related_name="order_lines"
    )
    size = models.PositiveSmallIntegerField("tickets par carnet")
    quantity = models.PositiveIntegerField("nombre de carnets")
    cancelled_count = models.PositiveIntegerField("carnets annulés", default=0)

    class Meta:
        verbose_name = "ligne de commande"
        verbose_name_plural = "lignes de commande"
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_is_unique"),
            models.CheckConstraint(
                condition=Q(size__gte=SMALLEST_BOOKLET, size__lte=LARGEST_BOOKLET),
                name="order_line_size_is_5_to_10",
                violation_error_message="Un carnet compte de 5 à 10 tickets.",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity_is_positive"),
            models.CheckConstraint(
                condition=Q(cancelled_count__lte=F("quantity")), name="order_line_cancels_what_it_has"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.size}"

    @property
    def kept_count(self) -> int:
        """Booklets that were not taken back from the printer."""
        return self.quantity - self.cancelled_count


class OrderStep(AfterMark, ActedBy):
    """A dated fact in an order's life: what reports read instead of its status. Append-only."""

    append_only = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField("acte", max_length=20)
    status = models.CharField("état atteint", max_length=13, choices=OrderStatus.choices)
    happened_at = models.DateTimeField("le")
    recorded_at = models.DateTimeField("enregistré le")
    revision = models.PositiveIntegerField("révision", default=1)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "étape de commande"
        verbose_name_plural = "étapes de commande"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.act}"


class OrderRevision(models.Model):
    """What an order said before it was amended: reports of a day before the amendment read it. Append-only.

    `lines`: [[primary key of the distributor, size, quantity], …] in their order.
    """

    append_only = True

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("révision")
    lines = models.JSONField("lignes")
    fees_cents = models.PositiveIntegerField("frais, hors valeur faciale (centimes)")
    approved_by_id = models.UUIDField("approuvée par", null=True)
    approved_at = models.DateTimeField("approuvée le", null=True)
    replaced_at = models.DateTimeField("remplacée le")

    class Meta:
        verbose_name = "révision de commande"
        verbose_name_plural = "révisions de commande"
        ordering = ["order", "number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="order_revision_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.order_id} r{self.number}"
