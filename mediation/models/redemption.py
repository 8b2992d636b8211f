"""An act: *n* tickets for *n* hours at one place. That it happened is here, for ever; whether it is owed is a series
of decisions (`OwedDecision`), the last of which holds."""

import uuid

from django.db import models
from django.db.models import Q

from mediation.coop import ActType
from mediation.models.service import Service
from mediation.models.site import Site
from mediation.states import Owed, OwedAct
from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models import ALL_POSITIONS, Booklet, Movement, Order, Wave


class Redemption(ActedBy):
    """One act of mediation paid with tickets (utilisation). Append-only."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="redemptions")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="redemptions")
    commune_code = models.CharField("commune du lieu", max_length=5)
    type = models.CharField("type", max_length=10, choices=ActType.choices)
    minutes = models.PositiveSmallIntegerField("durée réelle (minutes)")
    extra_paid_cents = models.PositiveIntegerField("reste payé par la personne (centimes)", default=0)
    is_offline = models.BooleanField("hors ligne", default=False)
    is_late_entry = models.BooleanField("saisie différée", default=False)
    device_at = models.DateTimeField("heure de l’appareil", null=True)
    # the device that noted the act, also when somebody else recovered its queue, and who held it
    device_id = models.UUIDField("appareil", null=True)
    mediator_id = models.UUIDField("médiateur", null=True)
    skew_seconds = models.IntegerField("avance du service sur l’appareil (secondes)", null=True)
    typed_count = models.PositiveSmallIntegerField("tickets sans signature", default=0)
    happened_at = models.DateTimeField("advenue le")
    recorded_at = models.DateTimeField("enregistrée le")
    key = models.UUIDField("clé d’idempotence", unique=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "utilisation"
        verbose_name_plural = "utilisations"
        indexes = [
            models.Index(fields=["site", "recorded_at"], name="redemption_by_site"),
            # hours taken offline on a day, by device and by place
            models.Index(
                fields=["device_id", "happened_at"], name="redemption_offline_device", condition=Q(is_offline=True)
            ),
            models.Index(fields=["site", "happened_at"], name="redemption_offline_site", condition=Q(is_offline=True)),
        ]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=1440), name="redemption_lasts_a_day_at_most"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class RedemptionLine(models.Model):
    """The tickets of one booklet in an act; two lines where a late act met two outcomes, or was settled afterwards.

    Wave, order, funder and distributor are copied: they never change. `movement` is the one that consumed the tickets,
    null for what happened but consumed nothing (contested or refused).
    """

    append_only = True

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="lines")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="redemption_lines")
    mask = models.PositiveSmallIntegerField("positions")
    tickets_count = models.PositiveSmallIntegerField("tickets")
    price_cents = models.PositiveIntegerField("prix d’un ticket (centimes)")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="redemption_lines")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="redemption_lines")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    distributor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    movement = models.ForeignKey(Movement, null=True, on_delete=models.PROTECT, related_name="redemption_lines")

    class Meta:
        verbose_name = "ligne d’utilisation"
        verbose_name_plural = "lignes d’utilisation"
        indexes = [models.Index(fields=["wave", "funder"], name="redemption_line_by_wave")]
        constraints = [
            # what was contested may be paid later by the same hours, once these are free again: a line for each
            models.UniqueConstraint(
                fields=["redemption", "booklet", "mask"],
                condition=Q(movement__isnull=True),
                name="redemption_line_is_said_once",
            ),
            models.UniqueConstraint(
                fields=["redemption", "booklet", "mask"],
                condition=Q(movement__isnull=False),
                name="redemption_line_consumes_once",
            ),
            models.CheckConstraint(
                condition=Q(mask__gte=1, mask__lte=ALL_POSITIONS), name="redemption_line_mask_fits_a_booklet"
            ),
            models.CheckConstraint(condition=Q(tickets_count__gte=1), name="redemption_line_takes_a_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.redemption_id}/{self.booklet_id}"


class OwedDecision(ActedBy):
    """Whether the tickets of one booklet in an act are owed. Rank 1 comes with the act, the last holds. Append-only.

    By line, not by act: in a workshop, one person's unrecorded hand-over does not hold the others' hours back.
    """

    append_only = True

    line = models.ForeignKey(RedemptionLine, on_delete=models.PROTECT, related_name="decisions")
    rank = models.PositiveSmallIntegerField("rang")
    act = models.CharField("acte", max_length=8, choices=OwedAct.choices)
    owed = models.CharField("dû", max_length=20, choices=Owed.choices)
    reason = models.CharField("motif", max_length=40)
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="owed_decisions")
    happened_at = models.DateTimeField("advenue le")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "décision sur le dû"
        verbose_name_plural = "décisions sur le dû"
        indexes = [models.Index(fields=["line"], name="owed_decision_contested", condition=Q(owed="CONTESTED"))]
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["line", "rank"], name="owed_decision_rank_is_unique"),
            models.CheckConstraint(
                condition=Q(rank=1, act="RECORD") | (Q(rank__gt=1) & ~Q(act="RECORD")), name="owed_decision_starts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.owed}"
