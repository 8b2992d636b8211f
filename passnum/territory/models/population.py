from django.db import models

from passnum.territory.models.dated import Dated, never_overlaps


class Population(Dated):
    """Inhabitants of a commune (population municipale), with the year of the census they come from.

    The dates are those of the boundaries it was counted in, not of the decree: the count of 2022 is that of the
    131 communes of 2024, the count of 2023 that of the 130 communes of 2025.
    """

    inhabitants_count = models.PositiveIntegerField("habitants")
    census_year = models.PositiveSmallIntegerField("millésime")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = "population"
        verbose_name_plural = "populations"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["commune", "valid_from"], name="population_starts_once"),
            never_overlaps("population"),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} {self.inhabitants_count} ({self.census_year})"
