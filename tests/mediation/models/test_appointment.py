"""What the database refuses of an appointment, by the name of each constraint."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mediation.models import Appointment
from passnum.kit.constraint import violated
from tests.lifecycle import Scene
from vouchers.models import Handover


@pytest.fixture
def handover(stocked: Scene) -> Handover:
    (booklet,) = stocked.delivered((stocked.ccas, 5, 1))
    return stocked.hand_over(booklet)


def written(scene: Scene, handover: Handover, **columns: Any) -> Appointment:
    given = {
        "handover": handover,
        "site": scene.site,
        "planned_at": scene.now + timedelta(days=3),
        "status": "PLANNED",
        "recorded_at": scene.now,
        **scene.agent.columns(),
    }
    return Appointment.objects.create(**(given | columns))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("appointment_has_one_actor", {"by_id": None}),
        ("appointment_has_a_place_and_a_time", {"site": None}),
        ("appointment_has_a_place_and_a_time", {"site": None, "planned_at": None}),
        ("appointment_has_a_place_and_a_time", {"status": "DECLINED"}),
        ("mediation_appointment_move_is_listed", {"status": "HELD"}),
    ],
)
def test_the_constraint_refuses(stocked: Scene, handover: Handover, name: str, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        written(stocked, handover, **columns)
    assert violated(refused.value) == name


def test_one_is_live_for_a_hand_over(stocked: Scene, handover: Handover) -> None:
    written(stocked, handover)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        written(stocked, handover, status="GOES_ALONE", site=None, planned_at=None)
    assert violated(refused.value) == "appointment_of_a_handover_is_live_once"
