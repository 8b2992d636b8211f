import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mediation.models.redemption import Redemption
from mediation.models.site import Site
from passnum.kit.actor import ActedBy


class AttemptKind(models.TextChoices):
    CHECK = "CHECK", "Contrôle"
    REDEEM = "REDEEM", "Utilisation"
    UNDO = "UNDO", "Annulation"


class Attempt(ActedBy):
    """Every attempt, refused ones too: a stable reason code and both clocks. Digests, never codes. Append-only."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    kind = models.CharField("nature", max_length=6, choices=AttemptKind.choices)
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="attempts")
    key = models.UUIDField("clé d’idempotence", null=True)
    digests = models.JSONField("empreintes", default=list)
    is_accepted = models.BooleanField("acceptée")
    is_replay = models.BooleanField("déjà traitée", default=False)
    reason = models.CharField("code du motif", max_length=40, blank=True)
    redemption = models.ForeignKey(Redemption, null=True, on_delete=models.PROTECT, related_name="attempts")
    device_at = models.DateTimeField("heure de l’appareil", null=True)
    recorded_at = models.DateTimeField("enregistrée le")
    written_at = models.DateTimeField("écrite le", db_default=Now())

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "tentative"
        verbose_name_plural = "tentatives"
        indexes = [
            models.Index(fields=["site", "recorded_at"], name="attempt_by_site"),
            # guesses of one actor, counted before each act
            models.Index(fields=["by_id", "recorded_at"], name="attempt_refused", condition=Q(is_accepted=False)),
        ]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_accepted=True, reason="") | (Q(is_accepted=False) & ~Q(reason="")),
                name="attempt_refused_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reason or 'OK'}"
