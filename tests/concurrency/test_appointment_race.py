"""An appointment is marked once, and a hand-over has one at a time, whoever asks at once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from mediation.actions import appointment as actions
from mediation.actions.appointment import AppointmentClosed, mark_appointment, set_first_appointment
from mediation.models import Appointment, AppointmentStep
from mediation.states import LIVE_APPOINTMENTS, AppointmentStatus
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.models import Handover


def given(scene: Scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


def plan(scene: Scene, handover: Handover) -> Appointment:
    return set_first_appointment(
        handover=handover,
        choice=AppointmentStatus.PLANNED,
        site=scene.site,
        planned_at=scene.now + timedelta(hours=2),
        by=scene.agent,
        at=scene.now,
        key=uuid.uuid4(),
    )


def mark(scene: Scene, appointment: Appointment, outcome: AppointmentStatus) -> Any:
    return mark_appointment(appointment=appointment, outcome=outcome, by=scene.mediator, at=scene.now)


def live(handover: Handover) -> int:
    return Appointment.objects.filter(handover=handover, status__in=LIVE_APPOINTMENTS).count()


def test_asked_six_times_at_once_one_is_live(scene: Scene) -> None:
    handover = given(scene)
    found = parallel(6, lambda _: plan(scene, handover))
    assert all(isinstance(one, Appointment) for one in found), found
    assert live(handover) == 1


def test_marked_in_two_ways_at_once_one_holds(scene: Scene) -> None:
    appointment = plan(scene, given(scene))
    outcomes = (AppointmentStatus.HELD, AppointmentStatus.MISSED)
    found = parallel(6, lambda i: mark(scene, appointment, outcomes[i % 2]))
    assert sum(isinstance(one, AppointmentClosed) for one in found) == 3
    assert AppointmentStep.objects.filter(appointment=appointment).count() == 2


@pytest.mark.usefixtures("locks_off")
def test_without_locks_the_database_still_keeps_one_live(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    handover, meeting = given(scene), Meeting(4, request)
    create = actions._create

    def slow(*terms: Any, **columns: Any) -> Appointment:
        meeting.wait()
        return create(*terms, **columns)

    monkeypatch.setattr(actions, "_create", slow)
    found = parallel(4, lambda _: plan(scene, handover))
    assert sum(isinstance(one, Appointment) for one in found) == 1
    assert sum(isinstance(one, IntegrityError) for one in found) == 3, "all had read none: the race was real"
    assert live(handover) == 1
