import uuid

from django.db import models
from django.db.models import Q

from mediation.models.redemption import Redemption
from mediation.models.site import Site


class QuarantinedAct(models.Model):
    """What a revoked device tried to upload: refused to its token, kept aside, nothing lost.

    A person recovers it with a reason; it then enters as contested. Digests, never codes.
    """

    updatable = ("recovered_at", "recovered_by_id", "recover_reason", "redemption")
    once = ("recovered_at", "recovered_by_id", "redemption")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    device_id = models.UUIDField("appareil", db_index=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="quarantined_acts")
    key = models.UUIDField("clé d’idempotence", unique=True)
    content = models.JSONField("contenu")
    happened_at = models.DateTimeField("advenu le, selon l’appareil")
    received_at = models.DateTimeField("reçu le")
    recovered_at = models.DateTimeField("récupéré le", null=True)
    recovered_by_id = models.UUIDField("récupéré par", null=True)
    recover_reason = models.CharField("motif de la récupération", max_length=200, blank=True)
    redemption = models.OneToOneField(Redemption, null=True, on_delete=models.PROTECT, related_name="quarantined_act")

    class Meta:
        verbose_name = "acte mis de côté"
        verbose_name_plural = "actes mis de côté"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    recovered_at__isnull=True, recovered_by_id__isnull=True, recover_reason="", redemption__isnull=True
                )
                | (Q(recovered_at__isnull=False, recovered_by_id__isnull=False) & ~Q(recover_reason="")),
                name="quarantined_act_recovery_has_date_actor_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
