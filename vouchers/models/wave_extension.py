from django.db import models
from django.db.models import F, Q

from passnum.kit.actor import ActedBy
from vouchers.models.wave import Wave


class WaveExtension(ActedBy):
    """The end of a wave put off by decision, and why: its thresholds count from the new day. Append-only.

    In the database, `valid_until` moves no other way once a threshold was met (migration 0024).
    """

    append_only = True

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="extensions")
    ended_on = models.DateField("valable jusqu’au, avant")
    until_on = models.DateField("valable jusqu’au")
    reason = models.CharField("motif", max_length=200)
    extended_at = models.DateTimeField("prolongée le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "prolongation de vague"
        verbose_name_plural = "prolongations de vague"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["wave", "ended_on"],
                name="wave_extension_puts_a_day_off_once",
                violation_error_message="Cette vague est déjà prolongée.",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("ended_on")),
                name="wave_extension_goes_forward",
                violation_error_message="Une prolongation ne raccourcit jamais la validité.",
            ),
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="wave_extension_says_why",
                violation_error_message="Une prolongation dit son motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.until_on}"
