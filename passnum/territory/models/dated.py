"""Rows that hold from a day to a day, both included. The database refuses two rows of one commune on one day."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


class DatedQuerySet(models.QuerySet[models.Model]):
    """Chainable reads of dated rows."""

    def on(self, day: date) -> Self:
        """Keep the rows that hold on a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class Dated(models.Model):
    """A fact about a commune. `valid_from` and `valid_until` are days, both included; no end means « still »."""

    commune = models.ForeignKey("territory.Commune", on_delete=models.PROTECT, related_name="%(class)ss")
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au (inclus)", null=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="%(class)s_dates_are_in_order",
                violation_error_message="La fin ne peut pas venir avant le début.",
            )
        ]


def never_overlaps(noun: str) -> ExclusionConstraint:
    """Refuse two rows of one commune on the same day.

    A one-point range stands for « the same commune »: equality in a GiST index would want the extension btree_gist,
    which an embedded server has not.
    """
    return ExclusionConstraint(
        name=f"{noun}_never_overlaps",
        expressions=[
            (Func(F("commune"), F("commune"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (Func(F("valid_from"), F("valid_until"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
        ],
        violation_error_message="Cette commune a déjà une ligne à ces dates.",
    )
