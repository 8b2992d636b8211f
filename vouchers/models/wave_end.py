"""The dated facts of a wave's end: each threshold once, the notice of four sums, the funders' word on the freeze.

All J count from `valid_until`, which is printed (register.md, *Dates of a wave*); a day begins and ends in Paris.
"""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from passnum.kit.clock import end_of_day, start_of_day
from vouchers.models.order import Order
from vouchers.models.wave import Wave


class ThresholdKind(models.TextChoices):
    """The thresholds of a wave's end, in the order in which they are met."""

    NOTICE = "NOTICE", "Avis de fin de validité"
    FREEZE = "FREEZE", "Gel des remises demandé"
    REMINDER = "REMINDER", "Rappel du gel à confirmer"
    EXPIRY = "EXPIRY", "Fin de la validité imprimée"
    REFUSAL = "REFUSAL", "Refus des tickets"
    CLOSING = "CLOSING", "Décompte contradictoire et avoir"


# « J-30 notice, J-15 freeze asked, J-7 acknowledgement » (product.md §3).
DAYS_BEFORE = {ThresholdKind.NOTICE: 30, ThresholdKind.FREEZE: 15, ThresholdKind.REMINDER: 7, ThresholdKind.EXPIRY: 0}
# A day that must be over: the last one on which booklets are handed over, the last one on which hours are taken.
ENDS = (ThresholdKind.EXPIRY, ThresholdKind.REFUSAL)


def due_on(wave: Wave, kind: ThresholdKind) -> date:
    """Return the day (Paris) of a threshold, counted from the printed end of validity."""
    if kind == ThresholdKind.REFUSAL:
        return wave.redeemable_until
    if kind == ThresholdKind.CLOSING:
        return wave.uploads_until
    return wave.valid_until - timedelta(days=DAYS_BEFORE[kind])


def ready_at(wave: Wave, kind: ThresholdKind) -> datetime:
    """Return the first instant (UTC) at which a threshold may be met.

    The statement is drawn as J+37 begins: what is uploaded later that day, or afterwards, amends it.
    """
    if kind in ENDS:
        return end_of_day(due_on(wave, kind))
    if kind == ThresholdKind.CLOSING:
        return max(start_of_day(wave.uploads_until), end_of_day(wave.redeemable_until))
    return start_of_day(due_on(wave, kind))


class WaveThreshold(ActedBy):
    """A threshold that was met, once: when it was due and when it was done, days missed included. Append-only.

    A wave put off (`WaveExtension`) meets it again at its new day:
    """

    append_only = True

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="thresholds")
    kind = models.CharField("échéance", max_length=8, choices=ThresholdKind.choices)
    due_on = models.DateField("prévue le")
    done_at = models.DateTimeField("faite le")
    written_at = models.DateTimeField("écrite le", db_default=Now())

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "échéance de fin de vague"
        verbose_name_plural = "échéances de fin de vague"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["wave", "kind", "due_on"],
                name="wave_threshold_is_met_once_a_day",
                violation_error_message="Cette échéance de la vague est déjà passée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.kind}"


class EndNotice(models.Model):
    """What a funder is told of one order 30 days before the end: four sums of tickets, counted at a seal. Append-only.

    *Émis*, *injectés* (handed over), *émis non injectés* (the difference), *entamés* (tickets of booklets of which an
    hour at least was used).
    """

    append_only = True

    threshold = models.ForeignKey(WaveThreshold, on_delete=models.PROTECT, related_name="notices")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="end_notices")
    seal_number = models.PositiveIntegerField("scellé")
    issued = models.PositiveIntegerField("tickets émis")
    injected = models.PositiveIntegerField("tickets injectés")
    started = models.PositiveIntegerField("tickets des carnets entamés")
    face_value_cents = models.PositiveIntegerField("valeur faciale (centimes)")

    class Meta:
        verbose_name = "avis de fin de validité"
        verbose_name_plural = "avis de fin de validité"
        constraints = [
            models.UniqueConstraint(fields=["threshold", "order"], name="end_notice_is_one_per_order"),
            models.CheckConstraint(
                condition=Q(injected__lte=F("issued"), started__lte=F("injected")),
                name="end_notice_counts_parts_of_a_whole",
                violation_error_message="On ne remet que des tickets émis, on n’entame que des carnets remis.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.issued}"

    @property
    def not_injected(self) -> int:
        """Tickets issued and not handed over."""
        return self.issued - self.injected

    @property
    def issued_cents(self) -> int:
        """Face value of what was issued."""
        return self.issued * self.face_value_cents

    @property
    def injected_cents(self) -> int:
        """Face value of what was handed over."""
        return self.injected * self.face_value_cents

    @property
    def not_injected_cents(self) -> int:
        """Face value of what was issued and not handed over."""
        return self.not_injected * self.face_value_cents

    @property
    def started_cents(self) -> int:
        """Face value of the booklets started."""
        return self.started * self.face_value_cents


class FreezeConfirmation(ActedBy):
    """A funder's agent takes note of the freeze: its booklets of the wave are handed over no more. Append-only, once."""

    append_only = True

    asked = models.ForeignKey(WaveThreshold, on_delete=models.PROTECT, related_name="confirmations")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("confirmé le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "confirmation du gel"
        verbose_name_plural = "confirmations du gel"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["asked", "funder"],
                name="freeze_is_confirmed_once",
                violation_error_message="Ce financeur a déjà confirmé le gel.",
            ),
            models.CheckConstraint(
                condition=Q(by_kind__in=["USER", "TOKEN"], by_role="FUNDER"),
                name="freeze_is_confirmed_by_the_funder",
                violation_error_message="Le gel est confirmé par un agent du financeur, jamais par l’horloge.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.funder_id}"
