"""The first appointment of who got a booklet: a receipt, a place, a time; never a person."""

import uuid

from django.db import models
from django.db.models import Q

from mediation.models.site import Site
from mediation.states import APPOINTMENT_MOVES, LIVE_APPOINTMENTS, AppointmentStatus
from passnum.kit.actor import ActedBy
from passnum.kit.models import AfterMark
from vouchers.models import Handover


class Appointment(ActedBy):
    """What was agreed at the desk. Its status is a projection of its steps; one is live at a time for a hand-over."""

    moves = APPOINTMENT_MOVES
    updatable = ("status",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    handover = models.ForeignKey(Handover, verbose_name="remise", on_delete=models.PROTECT, related_name="appointments")
    site = models.ForeignKey(
        Site, verbose_name="lieu", null=True, on_delete=models.PROTECT, related_name="appointments"
    )
    planned_at = models.DateTimeField("date et heure", null=True)
    status = models.CharField("état", max_length=10, choices=AppointmentStatus.choices)
    moved_from = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="moved_to")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "premier rendez-vous"
        verbose_name_plural = "premiers rendez-vous"
        indexes = [models.Index(fields=["site", "status", "planned_at"], name="appointment_by_site")]
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["handover"],
                condition=Q(status__in=[str(status.value) for status in LIVE_APPOINTMENTS]),
                name="appointment_of_a_handover_is_live_once",
                violation_error_message="Cette remise a déjà un rendez-vous.",
            ),
            models.CheckConstraint(
                condition=Q(
                    site__isnull=True, planned_at__isnull=True, status__in=["GOES_ALONE", "DECLINED", "CANCELLED"]
                )
                | Q(
                    site__isnull=False,
                    planned_at__isnull=False,
                    status__in=["PLANNED", "HELD", "MISSED", "MOVED", "CANCELLED"],
                ),
                name="appointment_has_a_place_and_a_time",
                violation_error_message="Un rendez-vous a un lieu et une heure.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.status}"


class AppointmentStep(AfterMark, ActedBy):
    """A dated fact in an appointment's life: what reports read instead of its status. Append-only."""

    append_only = True

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField("acte", max_length=10)
    status = models.CharField("état atteint", max_length=10, choices=AppointmentStatus.choices)
    recorded_at = models.DateTimeField("enregistré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "étape de rendez-vous"
        verbose_name_plural = "étapes de rendez-vous"
        ordering = ["appointment", "id"]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.act}"
