from django.db import models

from mediation.models.service import Service
from mediation.models.site import Site
from vouchers.models import Wave


class WaveScope(models.Model):
    """One thing that a wave buys: a service, a place or a commune. No row of a kind: the wave buys all of that kind."""

    deletable = True

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="scopes")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    commune_code = models.CharField("commune", max_length=5, blank=True)

    class Meta:
        verbose_name = "périmètre de vague"
        verbose_name_plural = "périmètres de vague"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(service__isnull=False, site__isnull=True, commune_code="")
                | models.Q(service__isnull=True, site__isnull=False, commune_code="")
                | (models.Q(service__isnull=True, site__isnull=True) & ~models.Q(commune_code="")),
                name="wave_scope_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["wave", "service", "site", "commune_code"], nulls_distinct=False, name="wave_scope_says_it_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}"
