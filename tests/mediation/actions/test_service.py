from datetime import date

import pytest

from mediation.actions.service import ServiceCodeTaken, create_service
from mediation.models import Service
from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, NotAllowed
from passnum.kit.models import AuditEntry
from tests.lifecycle import Scene, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def create(scene: Scene, **terms: object) -> Service:
    given = {
        "code": "demarches",
        "name": " Faire ses démarches ",
        "theme": "Aide aux démarches administratives",
        "label_reference": "MN-010",
        "starts_on": date(2026, 1, 1),
        "by": person(scene.metropole, Role.LABEL_OFFICER),
        "at": scene.tick(),
    }
    return create_service(**{**given, **terms})  # type: ignore[arg-type]


def test_a_service_enters_the_catalogue(scene: Scene) -> None:
    service = create(scene)
    assert (service.name, service.labelling_body, service.ends_on) == ("Faire ses démarches", "La MedNum", None)
    assert AuditEntry.objects.filter(act="CREATE_SERVICE", subject=service.uid).exists()
    scene.service = service
    assert scene.redeem(scene.codes(scene.in_hand())[0]).service == service


def test_a_code_names_one_service(scene: Scene) -> None:
    create(scene)
    with pytest.raises(ServiceCodeTaken) as refusal:
        create(scene)
    assert "«\u00a0demarches\u00a0»" in refusal.value.sentence
    assert create(scene, code="demarches-2")


@pytest.mark.parametrize(
    "terms",
    [
        {"code": "démarches"},
        {"code": ""},
        {"code": "x" * 41},
        {"name": " "},
        {"name": "x" * 121},
        {"theme": "Cuisine"},
        {"label_reference": ""},
        {"label_reference": "x" * 41},
        {"labelling_body": " "},
        {"ends_on": date(2025, 12, 31)},
    ],
)
def test_an_incomplete_service_is_refused(scene: Scene, terms: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        create(scene, **terms)
    assert not Service.objects.filter(label_reference="MN-010").exists()


def test_mediators_do_not_write_the_catalogue(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        create(scene, by=scene.mediator)
