from datetime import date

from mediation.models import Service
from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene, site_of


def test_own_places_and_their_label(scene: Scene, place: Caller, other_place: Caller) -> None:
    bare = site_of(scene.operator, "Annexe", labelled=False)
    told = place.get("/sites").json()
    assert [(s["name"], s["is_labelled"], s["label_ends_on"]) for s in told] == [
        ("Annexe", False, None),
        ("Le Lieu", True, "2028-12-31"),
    ]
    assert told[0]["uid"] == str(bare.uid)
    assert [s["name"] for s in other_place.get("/sites").json()] == ["L'Autre Lieu"]


def test_services_in_force(scene: Scene, ccas: Caller) -> None:
    Service.objects.create(
        code="fini", name="Fini", theme="Utilisation sécurisée du numérique", label_reference="MN-2",
        starts_on=date(2020, 1, 1), ends_on=date(2026, 3, 2),
    )  # fmt: skip
    assert [s["code"] for s in ccas.get("/services").json()] == [scene.service.code]


def test_distributors_have_no_places(scene: Scene, ccas: Caller) -> None:
    answer = ccas.get("/sites")
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")
    assert caller_for(scene.operator, Role.SITE_MANAGER, scene.now).get("/sites").status_code == 200
