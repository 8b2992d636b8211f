import uuid

from django.db import models
from django.db.models import F, Q

from mediation.models.site import Site
from passnum.kit.actor import ActedBy


class Label(ActedBy):
    """A period during which a place may take tickets. Two periods of one place never overlap (the database refuses).

    `ended_*` say a withdrawal: its effect date is `ends_on`; tickets redeemed before stay payable.
    """

    updatable = ("ends_on", "ended_at", "ended_by_id", "end_reason")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="labels")
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au (inclus)")
    charter_version = models.CharField("version de la charte", max_length=20)
    reasons = models.TextField("motifs de la décision", max_length=2000)
    decided_at = models.DateTimeField("décidé le")
    ended_at = models.DateTimeField("fin décidée le", null=True)
    ended_by_id = models.UUIDField("fin décidée par", null=True)
    end_reason = models.TextField("motif de la fin", max_length=2000, blank=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "label"
        verbose_name_plural = "labels"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) | Q(ended_at__isnull=False), name="label_dates_are_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by_id__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False, ended_by_id__isnull=False) & ~Q(end_reason="")),
                name="label_end_has_date_actor_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.starts_on} – {self.ends_on}"
