"""What is in the drawer, beside what should be there: read over hours if needed, closed as a signed count."""

import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.booklet import Booklet
from vouchers.models.wave import Wave
from vouchers.states import INVENTORY_MOVES, InventoryStatus


class Inventory(ActedBy):
    """An inventory of one wave's booklets at one holder; any agent of the holder goes on with it."""

    moves = INVENTORY_MOVES
    updatable = ("status", "ended_at")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inventories")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="inventories")
    status = models.CharField("état", max_length=7, choices=InventoryStatus.choices)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("fini le", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "inventaire"
        verbose_name_plural = "inventaires"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["holder", "wave"], condition=Q(status="OPEN"), name="inventory_is_open_once_per_wave"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", ended_at__isnull=True) | (~Q(status="OPEN") & Q(ended_at__isnull=False)),
                name="inventory_ended_at_follows_status",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class InventoryEntry(models.Model):
    """A booklet read in the drawer; read twice, it is there once. Taken out while the inventory is open."""

    deletable = True
    updatable = ()

    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="entries")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("lu le")

    class Meta:
        verbose_name = "carnet lu"
        verbose_name_plural = "carnets lus"
        constraints = [
            models.UniqueConstraint(fields=["inventory", "booklet"], name="inventory_entry_is_one_per_booklet")
        ]

    def __str__(self) -> str:
        return f"{self.inventory_id}/{self.booklet_id}"


class InventoryCount(ActedBy):
    """A signed count: what the register expected, what was read, and the gaps, as ranges of numbers."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    inventory = models.OneToOneField(Inventory, on_delete=models.PROTECT, related_name="count")
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inventory_counts")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="inventory_counts")
    counted_at = models.DateTimeField("compté le")
    expected_count = models.PositiveIntegerField("attendus")
    found_count = models.PositiveIntegerField("trouvés")
    missing_count = models.PositiveIntegerField("manquants")
    unexpected_count = models.PositiveIntegerField("inattendus")
    missing = models.JSONField("numéros manquants", default=list)
    unexpected = models.JSONField("numéros inattendus", default=list)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "compte d’inventaire"
        verbose_name_plural = "comptes d’inventaire"
        indexes = [models.Index(fields=["holder", "counted_at"], name="inventory_count_by_holder")]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(found_count=F("expected_count") - F("missing_count") + F("unexpected_count")),
                name="inventory_count_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
