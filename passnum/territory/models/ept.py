from django.db import models
from django.db.models import Q

from passnum.territory.models.dated import Dated, never_overlaps


class Ept(models.Model):
    """An établissement public territorial of the Métropole (T1 is Paris itself, which has no EPT and no SIREN here)."""

    number = models.CharField("numéro", max_length=3, unique=True)
    name = models.CharField("nom", max_length=80)
    siren = models.CharField("SIREN", max_length=9, blank=True)

    class Meta:
        verbose_name = "établissement public territorial"
        verbose_name_plural = "établissements publics territoriaux"
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^T([1-9]|1[0-2])$"), name="ept_number_is_t1_to_t12"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class EptMembership(Dated):
    """The EPT of a commune between two days."""

    ept = models.ForeignKey(Ept, on_delete=models.PROTECT, related_name="memberships")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = "appartenance à un EPT"
        verbose_name_plural = "appartenances à un EPT"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["commune", "valid_from"], name="ept_membership_starts_once"),
            never_overlaps("ept_membership"),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} {self.ept_id}"
