import uuid

from django.db import models
from django.db.models import Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.dispute import DisputeReason
from vouchers.models.shipment import Shipment
from vouchers.models.wave import Wave
from vouchers.states import HolderKind


class LossReport(ActedBy):
    """A lot of whole booklets that nobody has any more (déclaration de perte): blocked by range, at once, for good.

    `holder` is who answered for them (none: the printer); which booklets, the movements with its `uid` as subject say.
    """

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="loss_reports")
    holder_kind = models.CharField("détenteur", max_length=12, choices=HolderKind.choices)
    holder = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="loss_reports")
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.PROTECT, related_name="loss_reports")
    reason = models.CharField("motif", max_length=8, choices=DisputeReason.choices)
    complaint_reference = models.CharField("référence de la plainte", max_length=60, blank=True)
    booklets_count = models.PositiveIntegerField("carnets")
    tickets_count = models.PositiveIntegerField("tickets")
    happened_at = models.DateTimeField("le")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "déclaration de perte"
        verbose_name_plural = "déclarations de perte"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(booklets_count__gte=1, tickets_count__gte=1), name="loss_report_holds_booklets"
            ),
            models.CheckConstraint(
                condition=Q(holder_kind="ORGANISATION", holder__isnull=False)
                | Q(holder_kind="PRINTER", holder__isnull=True),
                name="loss_report_holder_is_named",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
