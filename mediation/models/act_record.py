"""The mediator's national record of an act (La Coop's values): erasable, kept apart from the register."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mediation.coop import Equipment, Level, PlaceType, Theme
from mediation.models.redemption import Redemption
from vouchers.models import Booklet
from vouchers.publics import Autonomy


class ActRecord(models.Model):
    """What the mediator's national record asks of an act (La Coop's values). Erasable side table."""

    updatable = ()
    deletable = True

    redemption = models.OneToOneField(Redemption, on_delete=models.PROTECT, related_name="record")
    place_type = models.CharField("type de lieu", max_length=14, choices=PlaceType.choices)
    themes = ArrayField(
        models.CharField(max_length=40, choices=Theme.choices), verbose_name="thématiques", default=list
    )
    equipment = ArrayField(
        models.CharField(max_length=12, choices=Equipment.choices), verbose_name="matériel", default=list
    )
    autonomy = models.CharField("autonomie", max_length=24, blank=True)
    is_first = models.BooleanField("premier accompagnement", null=True)
    level = models.CharField("niveau de l’atelier", max_length=13, choices=Level.choices, blank=True)
    others_count = models.PositiveSmallIntegerField("participants sans ticket", default=0)

    class Meta:
        verbose_name = "compte rendu d’activité"
        verbose_name_plural = "comptes rendus d’activité"

    def __str__(self) -> str:
        return str(self.redemption_id)


class PersonRecord(models.Model):
    """What is particular to one person of an act: a booklet stands for a person. Without a row, `ActRecord` holds."""

    updatable = ()
    deletable = True

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="person_records")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="+")
    autonomy = models.CharField("autonomie", max_length=24, choices=Autonomy.choices, blank=True)
    is_first = models.BooleanField("premier accompagnement", null=True)

    class Meta:
        verbose_name = "compte rendu d’une personne"
        verbose_name_plural = "comptes rendus de personnes"
        constraints = [
            models.UniqueConstraint(fields=["redemption", "booklet"], name="person_record_is_one_for_a_booklet")
        ]

    def __str__(self) -> str:
        return f"{self.redemption_id}/{self.booklet_id}"
