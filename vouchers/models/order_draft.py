import uuid

from django.db import models
from django.db.models import Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.order import Order
from vouchers.models.wave import Wave

# What `content` keeps, in the order of the steps; the last step only reads.
STEPS = ("payer", "sizes", "rows", "texts")


class OrderDraft(ActedBy):
    """An order being written, step by step: it belongs to its organisation, and `by_*` saved it last.

    `content` keeps what was typed in each step, right or wrong: nothing of it counts before the order exists. Then the
    draft is empty and names its order, so that a second click finds the same one.
    """

    updatable = ("wave", "content", "updated_at", "order", "by_kind", "by_id", "by_organisation", "by_role")
    deletable = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    key = models.UUIDField("numéro de la demande", unique=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="order_drafts")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="order_drafts")
    content = models.JSONField("ce qui est saisi", default=dict)
    started_at = models.DateTimeField("commencée le")
    updated_at = models.DateTimeField("modifiée le")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="draft", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "commande commencée"
        verbose_name_plural = "commandes commencées"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(content={}), name="order_draft_is_empty_once_ordered"
            ),
            models.CheckConstraint(
                condition=Q(by_organisation__isnull=False), name="order_draft_is_saved_for_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def next_step(self) -> int:
        """The first step that nothing was said in."""
        return next((rank for rank, name in enumerate(STEPS, start=1) if not self.content.get(name)), len(STEPS) + 1)
