from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passnum.territory.models.dated import Dated, never_overlaps


class Commune(models.Model):
    """A code of the official geographic register (INSEE), for ever. What it was called and when: `CommunePeriod`.

    The arrondissements of Paris (75101 to 75120) are children of 75056: known, never a commune of their own.
    """

    code = models.CharField("code INSEE", max_length=5, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name="commune de rattachement", null=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^([013-9]\d|2[AB1-9])\d{3}$"),
                name="commune_code_is_one_of_insee",
                violation_error_message="Un code INSEE a cinq caractères (deux de département, trois chiffres).",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^751(0[1-9]|1\d|20)$", parent__isnull=False)
                | (~Q(code__regex=r"^751(0[1-9]|1\d|20)$") & Q(parent__isnull=True)),
                name="commune_arrondissement_has_a_parent",
                violation_error_message="Un arrondissement de Paris se rattache à 75056.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CommunePeriod(Dated):
    """A commune as it was between two days: name, département, SIREN, postal codes; who followed when it ended."""

    name = models.CharField("nom", max_length=80)
    sort_key = models.CharField("clé de tri", max_length=80, db_collation="C")
    departement = models.CharField("département", max_length=3)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux")
    successor = models.ForeignKey(
        Commune, verbose_name="commune qui lui succède", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = "période de commune"
        verbose_name_plural = "périodes de commune"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["commune", "valid_from"], name="commune_period_starts_once"),
            never_overlaps("commune_period"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_until__isnull=False),
                name="commune_period_successor_follows_an_end",
                violation_error_message="Une commune qui dure n’a pas de successeur.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
