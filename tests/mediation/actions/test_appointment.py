"""A first appointment: one live at a time, marked once, by the place it is at; dated facts, no person."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mediation.actions.appointment import (
    AppointmentClosed,
    AppointmentOutOfReach,
    AppointmentTooEarly,
    HandoverUndone,
    PlaceNotLabelledThen,
    mark_appointment,
    move_appointment,
    set_first_appointment,
)
from mediation.models import Appointment, AppointmentStep
from mediation.states import RDV_STATUS, AppointmentStatus
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import Scene, site_of
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.actions.handover import undo_handover
from vouchers.models import Handover

S = AppointmentStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def handover(scene: Scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


def plan(scene: Scene, handover: Handover, **terms: Any) -> Appointment:
    given: dict[str, Any] = {
        "choice": S.PLANNED,
        "site": scene.site,
        "planned_at": scene.now + timedelta(days=7),
        "by": scene.agent,
        "at": scene.tick(),
        "key": uuid4(),
    }
    return set_first_appointment(handover=handover, **(given | terms))


def nothing(choice: AppointmentStatus) -> dict[str, Any]:
    return {"choice": choice, "site": None, "planned_at": None}


def steps(appointment: Appointment) -> list[str]:
    return list(AppointmentStep.objects.filter(appointment=appointment).values_list("status", flat=True))


def test_agreed_at_the_desk_and_held_at_the_place(scene: Scene, handover: Handover) -> None:
    appointment = plan(scene, handover)
    scene.tick(days=7)
    held = mark_appointment(appointment=appointment, outcome=S.HELD, by=scene.mediator, at=scene.tick())
    assert (held.status, RDV_STATUS[held.status]) == ("HELD", "seen")
    assert steps(appointment) == ["PLANNED", "HELD"]
    before = fingerprint()
    mark_appointment(appointment=appointment, outcome=S.HELD, by=scene.manager, at=scene.tick())
    assert fingerprint() == before
    with refused(AppointmentClosed):
        mark_appointment(appointment=appointment, outcome=S.MISSED, by=scene.mediator, at=scene.tick())
    plan(scene, handover)  # after it, another may be agreed


def test_one_is_live_at_a_time_and_what_is_agreed_anew_takes_its_place(scene: Scene, handover: Handover) -> None:
    alone = plan(scene, handover, **nothing(S.GOES_ALONE))
    first = plan(scene, handover)
    second = plan(scene, handover, planned_at=scene.now + timedelta(days=9))
    declined = plan(scene, handover, **nothing(S.DECLINED))
    found = [steps(one) for one in (alone, first, second, declined)]
    assert found == [["GOES_ALONE", "CANCELLED"], ["PLANNED", "MOVED"], ["PLANNED", "CANCELLED"], ["DECLINED"]]
    assert second.moved_from == first


def test_the_same_key_is_the_same_appointment(scene: Scene, handover: Handover) -> None:
    key, planned_at = uuid4(), scene.now + timedelta(days=3)
    first = plan(scene, handover, key=key, planned_at=planned_at)
    before = fingerprint()
    assert plan(scene, handover, key=key, planned_at=planned_at) == first
    assert fingerprint() == before
    with refused(KeyReused):
        plan(scene, handover, key=key, **nothing(S.DECLINED))


def test_a_place_moves_it_and_the_new_one_is_live(scene: Scene, handover: Handover) -> None:
    appointment, planned_at = plan(scene, handover), scene.now + timedelta(days=12)
    new = move_appointment(appointment=appointment, planned_at=planned_at, by=scene.mediator, at=scene.tick())
    assert (new.moved_from, new.status, new.site) == (appointment, "PLANNED", scene.site)
    before = fingerprint()
    assert move_appointment(appointment=appointment, planned_at=planned_at, by=scene.mediator, at=scene.tick()) == new
    assert fingerprint() == before
    with refused(AppointmentClosed):
        mark_appointment(appointment=appointment, outcome=S.CANCELLED, by=scene.mediator, at=scene.tick())


def test_a_slot_is_to_come_before_the_end_at_a_place_labelled_then(scene: Scene, handover: Handover) -> None:
    unlabelled = site_of(scene.operator, "Sans label", labelled=False)
    for wrong, error in (
        ({"planned_at": scene.now - timedelta(hours=1)}, AppointmentOutOfReach),
        ({"planned_at": scene.now + timedelta(days=700)}, AppointmentOutOfReach),
        ({"site": unlabelled}, PlaceNotLabelledThen),
        ({"site": None}, InvalidInput),
        ({"choice": S.GOES_ALONE}, InvalidInput),
        ({"choice": S.HELD}, InvalidInput),
    ):
        with refused(error):
            plan(scene, handover, **wrong)
    appointment = plan(scene, handover)
    with refused(AppointmentTooEarly):
        mark_appointment(appointment=appointment, outcome=S.HELD, by=scene.mediator, at=scene.tick())
    mark_appointment(appointment=appointment, outcome=S.CANCELLED, by=scene.mediator, at=scene.tick())


def test_each_acts_at_home_only(scene: Scene, handover: Handover) -> None:
    appointment = plan(scene, handover)
    for stranger in (scene.other_agent, scene.mediator, scene.pilot):
        with refused(NotAllowed):
            plan(scene, handover, by=stranger)
    for stranger in (scene.other_mediator, scene.agent, scene.pilot):
        with refused(NotAllowed):
            mark_appointment(appointment=appointment, outcome=S.CANCELLED, by=stranger, at=scene.tick())
        with refused(NotAllowed):
            move_appointment(
                appointment=appointment, planned_at=scene.now + timedelta(days=2), by=stranger, at=scene.tick()
            )


def test_an_undone_hand_over_takes_none(scene: Scene, handover: Handover) -> None:
    undo_handover(handover=handover, by=scene.agent, at=scene.tick())
    with refused(HandoverUndone):
        plan(scene, handover)
