from django.db import models
from django.db.models import Q


class Mark(models.Model):
    """How many lines were drawn under what is written. One row; whoever draws a line moves it, under `kit.marks.LOCK`."""

    updatable = ("number",)

    number = models.PositiveIntegerField("numéro", default=0)

    class Meta:
        verbose_name = "trait"
        verbose_name_plural = "traits"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="mark_is_alone")]

    def __str__(self) -> str:
        return str(self.number)


class AfterMark(models.Model):
    """A dated row that says after which line it was written: the database fills it in, whatever is sent."""

    marked = True

    after_mark = models.PositiveIntegerField("écrit après le trait n°", default=0, editable=False)

    class Meta:
        abstract = True
