from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vouchers.models.movement import Movement


class Seal(models.Model):
    """A block of the chain, closed after the fact by the one sealer. Names its predecessor, so it cannot fork."""

    append_only = True

    number = models.PositiveIntegerField("numéro", unique=True)
    predecessor = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="successor")
    entries_count = models.PositiveIntegerField("faits")
    hash = models.BinaryField("empreinte", max_length=32, unique=True)
    sealed_at = models.DateTimeField("scellé le")
    written_at = models.DateTimeField("écrit le", db_default=Now())

    class Meta:
        verbose_name = "scellé"
        verbose_name_plural = "scellés"
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, predecessor__isnull=True) | Q(number__gt=1, predecessor__isnull=False),
                name="seal_follows_another_but_the_first",
            ),
            models.CheckConstraint(condition=Q(entries_count__gte=1), name="seal_holds_facts"),
        ]

    def __str__(self) -> str:
        return f"Scellé {self.number}"


class SealEntry(models.Model):
    """A movement's place in the register: the order of the seals is the order of the register."""

    append_only = True

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField("rang")
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="seal_entry")
    fact_hash = models.BinaryField("empreinte du fait", max_length=32)

    class Meta:
        verbose_name = "fait scellé"
        verbose_name_plural = "faits scellés"
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="seal_entry_position_is_unique")]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"
