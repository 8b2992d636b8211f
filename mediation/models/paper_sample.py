import uuid

from django.db import models
from django.db.models import F, Q

from mediation.models.redemption import RedemptionLine
from mediation.models.site import Site
from passnum.kit.actor import ActedBy
from vouchers.models import Wave


class PaperSample(ActedBy):
    """A seeded draw of consumed tickets whose paper a place must show. Anyone can draw it again. Append-only."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="paper_samples")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="paper_samples")
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au (inclus)")
    seed = models.BigIntegerField("graine")
    size = models.PositiveSmallIntegerField("lignes demandées")
    population_count = models.PositiveIntegerField("lignes de la période")
    drawn_at = models.DateTimeField("tiré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "contrôle sur papier"
        verbose_name_plural = "contrôles sur papier"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), size__gte=1), name="paper_sample_asks_for_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class PaperOutcome(models.TextChoices):
    WAITING = "WAITING", "À présenter"
    FOUND = "FOUND", "Présenté"
    MISSING = "MISSING", "Manquant"


class Correction(models.TextChoices):
    NONE = "", "Aucune"
    PROPOSED = "PROPOSED", "Proposée"
    ACCEPTED = "ACCEPTED", "Acceptée"
    REJECTED = "REJECTED", "Écartée"


class PaperSampleItem(models.Model):
    """One line of a sample: were its tickets shown? What is missing becomes a proposed correction."""

    updatable = ("outcome", "noted_at", "noted_by_id", "correction", "decided_at", "decided_by_id")
    once = ("decided_at", "decided_by_id")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    sample = models.ForeignKey(PaperSample, on_delete=models.PROTECT, related_name="items")
    rank = models.PositiveSmallIntegerField("rang")
    line = models.ForeignKey(RedemptionLine, on_delete=models.PROTECT, related_name="paper_sample_items")
    outcome = models.CharField("résultat", max_length=8, choices=PaperOutcome.choices, default=PaperOutcome.WAITING)
    noted_at = models.DateTimeField("noté le", null=True)
    noted_by_id = models.UUIDField("noté par", null=True)
    correction = models.CharField("correction", max_length=8, choices=Correction.choices, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True)
    decided_by_id = models.UUIDField("décidée par", null=True)

    class Meta:
        verbose_name = "ligne d’un contrôle sur papier"
        verbose_name_plural = "lignes d’un contrôle sur papier"
        constraints = [
            models.UniqueConstraint(fields=["sample", "rank"], name="paper_sample_item_rank_is_unique"),
            models.UniqueConstraint(fields=["sample", "line"], name="paper_sample_item_is_drawn_once"),
            models.CheckConstraint(
                condition=Q(outcome="WAITING", noted_at__isnull=True, noted_by_id__isnull=True)
                | Q(outcome__in=["FOUND", "MISSING"], noted_at__isnull=False, noted_by_id__isnull=False),
                name="paper_sample_item_noted_follows_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="MISSING") & ~Q(correction="") | ~Q(outcome="MISSING") & Q(correction=""),
                name="paper_sample_item_missing_is_a_proposed_correction",
            ),
            models.CheckConstraint(
                condition=Q(correction__in=["", "PROPOSED"], decided_at__isnull=True, decided_by_id__isnull=True)
                | Q(correction__in=["ACCEPTED", "REJECTED"], decided_at__isnull=False, decided_by_id__isnull=False),
                name="paper_sample_item_decided_follows_correction",
            ),
            # who notes what is missing is not who decides on the money
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("noted_by_id")),
                name="paper_sample_item_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}/{self.rank}"
