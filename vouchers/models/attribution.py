"""Who paid each ticket used: written once from the register, in the order of its seals; nothing is recomputed."""

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from vouchers.models.booklet import Booklet
from vouchers.models.funding import FundingLine
from vouchers.models.movement import Movement
from vouchers.models.order import Order
from vouchers.models.seal import Seal


class AttributedSeal(models.Model):
    """A seal whose uses were attributed: each once, in order."""

    append_only = True

    seal = models.OneToOneField(Seal, on_delete=models.PROTECT, related_name="attributed")
    attributed_at = models.DateTimeField("attribué le")

    class Meta:
        verbose_name = "scellé attribué"
        verbose_name_plural = "scellés attribués"

    def __str__(self) -> str:
        return str(self.seal_id)


class AttributionLine(models.Model):
    """What one funder bears of the tickets of one booklet that one movement used; a correction mirrors it, in negative.

    Without `funding_line`, the funder is the one who ordered: it bears the rest, so that a ticket is whole to the cent.
    `base_cents` is the face value that the promise applies to, `due_cents` its share before the ceiling.
    """

    append_only = True

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="attributions")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="attributions")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="attributions")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="attributions")
    funding_line = models.ForeignKey(FundingLine, null=True, on_delete=models.PROTECT, related_name="attributions")
    tickets_count = models.SmallIntegerField("tickets")
    base_cents = models.BigIntegerField("assiette (centimes)")
    due_cents = models.BigIntegerField("part avant plafond (centimes)")
    cents = models.BigIntegerField("part (centimes)")

    class Meta:
        verbose_name = "ligne d’attribution"
        verbose_name_plural = "lignes d’attribution"
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "booklet", "funding_line"],
                nulls_distinct=False,
                name="attribution_of_a_use_is_written_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    tickets_count__gte=1, cents__gte=0, cents__lte=F("due_cents"), due_cents__lte=F("base_cents")
                )
                | Q(tickets_count__lte=-1, cents__lte=0, cents__gte=F("due_cents"), due_cents__gte=F("base_cents")),
                name="attribution_is_a_share_of_its_base",
            ),
            models.CheckConstraint(
                condition=Q(funding_line__isnull=False) | Q(cents=F("due_cents")),
                name="attribution_of_the_rest_has_no_ceiling",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.cents}"
