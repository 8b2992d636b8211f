"""First appointments by the API: the desk agrees on one, the place marks it; no person anywhere."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mediation.models import Appointment
from mediation.states import AppointmentStatus
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.caller import caller_for
from vouchers.models import Handover


@pytest.fixture
def handover(scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


@pytest.fixture
def path(handover) -> str:
    return f"/handovers/{handover.uid}/appointments"


@pytest.fixture
def other_ccas(scene):
    return caller_for(scene.other_ccas, Role.DISTRIBUTOR, scene.now)


def planned(scene, **more: object) -> dict[str, object]:
    then = (now() + timedelta(days=3)).isoformat()
    return {"choice": "PLANNED", "site": str(scene.site.uid), "planned_at": then, **more}


def test_an_appointment_is_agreed_once_seen_at_the_place_and_marked(scene, ccas, place, handover, path, clock) -> None:
    key, body = uuid4(), planned(scene)
    first, again = (ccas.post(path, body, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    told = first.json()
    assert (told["receipt"], told["status"], told["site_name"]) == (handover.receipt, "PLANNED", "Le Lieu")
    assert place.get("/appointments").json() == [told]
    mark = f"/appointments/{told['uid']}/mark"
    assert place.write(mark, {"outcome": "HELD"}).json()["code"] == "APPOINTMENT_TOO_EARLY"
    clock.shift(timedelta(days=3))
    assert place.write(mark, {"outcome": "HELD"}).json()["status"] == "HELD"
    late = place.write(mark, {"outcome": "MISSED"})
    assert (late.status_code, late.json()["code"]) == (409, "APPOINTMENT_CLOSED")


def test_it_moves_and_the_desk_reads_both(scene, ccas, place, path) -> None:
    uid = ccas.write(path, planned(scene)).json()["uid"]
    later = (now() + timedelta(days=5)).isoformat()
    key = uuid4()
    first, again = (place.post(f"/appointments/{uid}/move", {"planned_at": later}, key=key) for _ in range(2))
    assert first.json() == again.json()
    assert first.json()["uid"] != uid
    assert [one["status"] for one in ccas.get(path).json()] == ["MOVED", "PLANNED"]


def test_going_alone_needs_no_place(scene, ccas, path) -> None:
    assert ccas.write(path, {"choice": "GOES_ALONE"}).json()["site"] is None
    assert ccas.write(path, planned(scene, choice="DECLINED")).json()["code"] == "INVALID_INPUT"
    assert ccas.write(path, planned(scene, site=None)).json()["code"] == "INVALID_INPUT"
    assert ccas.write(path, planned(scene, site=str(uuid4()))).json()["code"] == "SITE_UNKNOWN"
    assert ccas.write(path, {"choice": "HELD"}).status_code == 422
    assert Appointment.objects.get().status == AppointmentStatus.GOES_ALONE


def test_those_of_another_and_none_look_alike(scene, ccas, other_ccas, other_place, path) -> None:
    theirs, none = (
        other_ccas.write(one, {"choice": "DECLINED"}) for one in (path, f"/handovers/{uuid4()}/appointments")
    )
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()
    assert other_ccas.get(path).status_code == 404
    uid = ccas.write(path, planned(scene)).json()["uid"]
    assert other_place.get("/appointments").json() == []
    for end, body in (("mark", {"outcome": "CANCELLED"}), ("move", {"planned_at": now().isoformat()})):
        theirs, none = (other_place.write(f"/appointments/{one}/{end}", body) for one in (uid, uuid4()))
        assert theirs.status_code == none.status_code == 404
        assert theirs.json() == none.json()
    assert Appointment.objects.get().status == AppointmentStatus.PLANNED


def test_each_side_does_its_own(scene, ccas, place, path) -> None:
    assert place.write(path, {"choice": "DECLINED"}).status_code == 403
    uid = ccas.write(path, planned(scene)).json()["uid"]
    assert ccas.write(f"/appointments/{uid}/mark", {"outcome": "CANCELLED"}).status_code == 403
    assert ccas.get("/appointments").status_code == 403
