import uuid

from django.db import models
from django.db.models import Q

from passnum.kit.actor import ActedBy
from vouchers.models.booklet import Booklet
from vouchers.models.movement import ALL_POSITIONS, Movement


class DisputeReason(models.TextChoices):
    LOST = "LOST", "Perdu"
    STOLEN = "STOLEN", "Volé"
    DAMAGED = "DAMAGED", "Abîmé ou illisible"
    OTHER = "OTHER", "Autre"


class Dispute(ActedBy):
    """An opposition: effective at once, never backwards. The unused remainder may go to a replacement booklet.

    `mask`: what was left of the booklet, or the tickets that were named.
    """

    updatable = ("replacement",)
    once = ("replacement",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="disputes")
    mask = models.PositiveSmallIntegerField("positions bloquées")
    reason = models.CharField("motif", max_length=8, choices=DisputeReason.choices)
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="dispute")
    replacement = models.OneToOneField(Booklet, null=True, on_delete=models.PROTECT, related_name="settles_dispute")
    happened_at = models.DateTimeField("le")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "opposition"
        verbose_name_plural = "oppositions"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(mask__gte=1, mask__lte=ALL_POSITIONS), name="dispute_blocks_tickets"),
        ]

    def __str__(self) -> str:
        return f"{self.booklet_id} {self.reason}"
