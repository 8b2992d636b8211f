from django.db import models


class Transition(models.Model):
    """A move that the database allows, copied from the `states.py` tables by a migration; a test compares them.

    The trigger `kit_refuse_unlisted_move` reads this table, so that raw SQL cannot move a status elsewhere either.
    """

    read_only = True

    noun = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    target = models.CharField(max_length=40)

    class Meta:
        verbose_name = "passage permis"
        verbose_name_plural = "passages permis"
        constraints = [models.UniqueConstraint(fields=["noun", "source", "target"], name="transition_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.noun}: {self.source} → {self.target}"
