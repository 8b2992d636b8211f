import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy


class ReferentMandate(ActedBy):
    """A distributor without an account is served by another one, from a day to a day, both included.

    Given by the pilot. One referent at a time: two mandates for one distributor never share a day. Ending it sooner
    is the only change.
    """

    updatable = ("ends_on",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    served = models.ForeignKey(
        Organisation, verbose_name="distributeur servi", on_delete=models.PROTECT, related_name="referent_mandates"
    )
    referent = models.ForeignKey(
        Organisation, verbose_name="référent", on_delete=models.PROTECT, related_name="mandates_held"
    )
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au (inclus)")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "mandat de référent"
        verbose_name_plural = "mandats de référent"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="referent_mandate_dates_are_in_order",
                violation_error_message="La fin ne peut pas venir avant le début.",
            ),
            models.CheckConstraint(
                condition=~Q(served=F("referent")),
                name="referent_mandate_is_for_another",
                violation_error_message="Une structure n’est pas son propre référent.",
            ),
            # a one-point range stands for « the same distributor », as in territory.models.dated
            ExclusionConstraint(
                name="referent_mandates_never_overlap",
                expressions=[
                    (Func(F("served"), F("served"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Ce distributeur a déjà un référent à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.served_id} {self.starts_on} – {self.ends_on}"
