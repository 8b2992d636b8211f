"""What goes in and out of the operations on first appointments."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from mediation.api.schemas import Input, Instant
from mediation.states import AppointmentStatus


class FirstAppointmentIn(Input):
    choice: Literal["PLANNED", "GOES_ALONE", "DECLINED"] = Field(description="Un rendez-vous, y aller seul, ou rien.")
    site: UUID | None = Field(None, description="Le lieu, pour un rendez-vous.")
    planned_at: Instant | None = Field(None, description="Quand, pour un rendez-vous.")


class AppointmentMarkIn(Input):
    outcome: Literal["HELD", "MISSED", "CANCELLED"]


class AppointmentMoveIn(Input):
    planned_at: Instant


class AppointmentOut(Schema):
    """A first appointment, by the number of a receipt: no person anywhere."""

    uid: UUID
    receipt: str
    status: AppointmentStatus
    site: UUID | None
    site_name: str
    planned_at: datetime | None
    recorded_at: datetime
