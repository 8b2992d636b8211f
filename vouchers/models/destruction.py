"""What came back unused is counted, sealed, and destroyed under a report that two people sign."""

import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.booklet import Booklet
from vouchers.models.wave import Wave
from vouchers.states import DESTRUCTION_MOVES, DestructionStatus


class SealedLot(ActedBy):
    """Booklets counted and put under a numbered seal (lot scellé). They are worth nothing from then on."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    number = models.PositiveIntegerField("numéro", unique=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="sealed_lots")
    holder = models.ForeignKey(
        Organisation, verbose_name="gardé par", on_delete=models.PROTECT, related_name="sealed_lots"
    )
    seal_reference = models.CharField("numéro porté par le scellé", max_length=40)
    booklets_count = models.PositiveIntegerField("carnets")
    tickets_count = models.PositiveIntegerField("tickets")
    sealed_at = models.DateTimeField("scellé le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "lot scellé"
        verbose_name_plural = "lots scellés"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(booklets_count__gte=1, tickets_count__gte=1), name="sealed_lot_holds_booklets"
            ),
            models.CheckConstraint(condition=~Q(seal_reference=""), name="sealed_lot_bears_a_seal"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class SealedBooklet(models.Model):
    """A booklet is under one seal, once."""

    append_only = True

    lot = models.ForeignKey(SealedLot, on_delete=models.PROTECT, related_name="booklets")
    booklet = models.OneToOneField(Booklet, on_delete=models.PROTECT, related_name="sealed_in")

    class Meta:
        verbose_name = "carnet scellé"
        verbose_name_plural = "carnets scellés"

    def __str__(self) -> str:
        return f"{self.lot_id}/{self.booklet_id}"


class DestructionMethod(models.TextChoices):
    SHREDDED = "SHREDDED", "Broyage"
    BURNT = "BURNT", "Incinération"
    PULPED = "PULPED", "Mise au pilon"


class DestructionReport(ActedBy):
    """The report (procès-verbal) of the destruction of a sealed lot: its author signs first, another person then.

    Its number in a continuous series is given by the second signature, which destroys the titles.
    """

    moves = DESTRUCTION_MOVES
    updatable = (
        "status",
        "number",
        "second_signed_at",
        "second_by_id",
        "second_by_organisation",
        "second_by_role",
    )
    once = ("number", "second_signed_at", "second_by_id")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    lot = models.OneToOneField(SealedLot, on_delete=models.PROTECT, related_name="report")
    status = models.CharField("état", max_length=8, choices=DestructionStatus.choices)
    number = models.PositiveIntegerField("numéro", unique=True, null=True)
    method = models.CharField("moyen", max_length=8, choices=DestructionMethod.choices)
    first_signed_at = models.DateTimeField("première signature le")
    second_signed_at = models.DateTimeField("seconde signature le", null=True)
    second_by_id = models.UUIDField("second signataire", null=True)
    second_by_organisation = models.UUIDField("organisation du second signataire", null=True)
    second_by_role = models.CharField("rôle du second signataire", max_length=20, blank=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "procès-verbal de destruction"
        verbose_name_plural = "procès-verbaux de destruction"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(by_kind="USER"), name="destruction_is_signed_by_people"),
            models.CheckConstraint(
                condition=Q(second_by_id__isnull=True) | ~Q(second_by_id=F("by_id")),
                name="destruction_signers_are_two_people",
                violation_error_message="Un procès-verbal de destruction est signé par deux personnes différentes.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="PROPOSED", number__isnull=True, second_signed_at__isnull=True, second_by_id__isnull=True
                )
                | Q(status="SIGNED", number__isnull=False, second_signed_at__isnull=False, second_by_id__isnull=False),
                name="destruction_second_signature_follows_status",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number or self.uid)
