from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from vouchers.models import Wave


class RequiredAnswer(models.TextChoices):
    """What a wave may require of the mediator's record; « non communiqué » is always an answer for a person."""

    THEMES = "THEMES", "Thématiques"
    EQUIPMENT = "EQUIPMENT", "Matériel"
    AUTONOMY = "AUTONOMY", "Autonomie"
    IS_FIRST = "IS_FIRST", "Premier accompagnement"


class CounterRules(models.Model):
    """What a wave asks at the counter, online and offline. A wave without a row has the defaults."""

    wave = models.OneToOneField(Wave, primary_key=True, on_delete=models.PROTECT, related_name="counter_rules")
    required_answers = ArrayField(
        models.CharField(max_length=10, choices=RequiredAnswer.choices), verbose_name="réponses exigées", default=list
    )
    list_warn_hours = models.PositiveSmallIntegerField("liste ancienne : avertir (heures)", default=24)
    # null: a device that has been offline for weeks goes on, warned
    list_stop_hours = models.PositiveSmallIntegerField("liste ancienne : refuser (heures)", null=True, default=72)
    offline_device_hours = models.PositiveSmallIntegerField("heures hors ligne par appareil et par jour", default=20)
    offline_site_hours = models.PositiveSmallIntegerField("heures hors ligne par lieu et par jour", default=60)
    # a typed code carries no signature: nothing proves it without the network (register.md)
    typed_device_hours = models.PositiveSmallIntegerField(
        "heures tapées hors ligne par appareil et par jour", default=2
    )
    skew_minutes = models.PositiveSmallIntegerField("écart d’horloge admis (minutes)", default=10)
    updated_at = models.DateTimeField("modifiées le")

    class Meta:
        verbose_name = "règles au comptoir"
        verbose_name_plural = "règles au comptoir"
        constraints = [
            models.CheckConstraint(
                condition=Q(required_answers__contained_by=RequiredAnswer.values),
                name="counter_rules_answers_are_listed",
            ),
            models.CheckConstraint(
                condition=Q(list_stop_hours__isnull=True) | Q(list_stop_hours__gte=F("list_warn_hours")),
                name="counter_rules_warn_before_they_stop",
                violation_error_message="L’avertissement vient avant le refus.",
            ),
            models.CheckConstraint(
                condition=Q(typed_device_hours__lte=F("offline_device_hours")),
                name="counter_rules_typed_hours_are_offline_hours",
                violation_error_message="Les heures tapées comptent dans les heures hors ligne.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.wave_id)
