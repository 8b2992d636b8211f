import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.wave import Wave
from vouchers.states import SHIPMENT_MOVES, HolderKind, ShipmentStatus


class Shipment(ActedBy):
    """Booklets sent by one side and received by the other. Counts that differ are a discrepancy, never a silent fix."""

    moves = SHIPMENT_MOVES
    updatable = ("status", "received_at", "received_by_id", "received_count")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="shipments")
    from_kind = models.CharField("expéditeur", max_length=12, choices=HolderKind.choices)
    from_organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="sent_shipments"
    )
    to_organisation = models.ForeignKey(
        Organisation, verbose_name="destinataire", on_delete=models.PROTECT, related_name="received_shipments"
    )
    status = models.CharField("état", max_length=17, choices=ShipmentStatus.choices, default=ShipmentStatus.SENT)
    sent_count = models.PositiveIntegerField("carnets envoyés")
    received_count = models.PositiveIntegerField("carnets reçus", null=True)
    sent_at = models.DateTimeField("envoyé le")
    received_at = models.DateTimeField("reçu le", null=True)
    received_by_id = models.UUIDField("reçu par", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "envoi"
        verbose_name_plural = "envois"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(sent_count__gte=1), name="shipment_holds_booklets"),
            models.CheckConstraint(
                condition=Q(from_kind="PRINTER", from_organisation__isnull=True)
                | Q(from_kind="ORGANISATION", from_organisation__isnull=False),
                name="shipment_comes_from_someone",
            ),
            models.CheckConstraint(
                condition=Q(from_organisation__isnull=True) | ~Q(from_organisation=F("to_organisation")),
                name="shipment_goes_to_another",
            ),
            models.CheckConstraint(
                condition=Q(status="SENT", received_at__isnull=True, received_count__isnull=True)
                | Q(status="RECEIVED", received_at__isnull=False, received_count=F("sent_count"))
                | Q(status="RECEIVED_WITH_GAP", received_at__isnull=False, received_count__lt=F("sent_count")),
                name="shipment_receipt_follows_status",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
