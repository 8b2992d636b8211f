"""What a program that follows the description, or breaks it, meets: never a 500, always what is described.

Schemathesis draws requests from the served description: good ones and wrong ones, with a token and without.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.codes.url import SCANNED_MAX
from tests.caller import caller_for
from tests.lifecycle import Scene
from tests.world import built_once
from vouchers.models import Booklet

EXAMPLES = 20
DEVICE = "DEVICE"
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,  # the same requests at each run: a failure is a change of ours
    suppress_health_check=list(HealthCheck),
)


def described() -> OpenApiSchema:
    """The description as it is served, with what these tests ask of it."""
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    # Tokens are the tests' own: `tests/passnum/test_api.py` tries the wrong ones.
    found.config.generation.update(modes=list(GenerationMode), with_security_parameters=False)
    # A request of the right form is still refused when its ticket is unknown, blocked, used, or guessed too often.
    found.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "401", "403", "404", "409", "422", "429"]
    return found


load_all_checks()
schema, closed = described(), described()
# Each boundary of each field has its request, for those who come in; the door is the same for all of them.
closed.config.phases.coverage.enabled = False


@dataclass
class GivenScene(Scene):
    """A scene with a booklet of ten hours in a person's hands."""

    given: list[Booklet] = field(default_factory=list)


def with_ten_hours() -> GivenScene:
    scene = GivenScene()
    scene.given = [scene.in_hand(10)]
    return scene


given = built_once(with_ten_hours)


@pytest.fixture
def scene(given: GivenScene) -> Iterator[GivenScene]:
    """A scene read through WSGI in the test's own transaction, which a request must not close at its end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with time_machine.travel(given.now + timedelta(days=1), tick=False):
        yield given
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens(scene: Scene) -> dict[str, str]:
    """A token for each role, of an organisation that really has it."""
    organisations: dict[Role, Organisation] = {
        Role.MEDIATOR: scene.operator,
        Role.SITE_MANAGER: scene.operator,
        Role.DISTRIBUTOR: scene.ccas,
        Role.FUNDER: scene.funder,
    }
    found = {role.value: caller_for(organisations.get(role, scene.metropole), role, scene.now).token for role in Role}
    return found | {DEVICE: scene.device(is_shared=True).token}


@pytest.fixture
def codes(scene: GivenScene) -> list[str]:
    """Codes of tickets that may be used."""
    return scene.codes(scene.given[0])


def is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def lead_to_real_rows(case: Case, scene: Scene, codes: list[str]) -> None:
    """Put a place, a service and a ticket that exist where the request names others: the rest of it is then judged."""
    body = case.body
    if not isinstance(body, dict):
        return
    if is_uuid(body.get("site")):
        body["site"] = str(scene.site.uid)
    service = body.get("service")
    if isinstance(service, str) and re.fullmatch(r"[-a-zA-Z0-9_]{1,40}", service):
        body["service"] = scene.service.code
    named = body.get("codes")
    if isinstance(named, list) and named and isinstance(named[0], str) and 0 < len(named[0]) <= SCANNED_MAX:
        named[0] = codes[len(str(named)) % len(codes)]


def caller_of(case: Case) -> str:
    """Who calls an operation: a device where devices alone may, else the first role that may, else anybody."""
    told = case.operation.definition.raw
    roles = [DEVICE] if told.get("x-devices") == "alone" else told.get("x-roles")
    return str((roles or [Role.AUDITOR.value])[0])


@schema.parametrize()
@FUZZ
def test_with_a_token(case: Case, scene: Scene, codes: list[str], tokens: dict[str, str]) -> None:
    lead_to_real_rows(case, scene, codes)
    case.call_and_validate(headers={"Authorization": f"Bearer {tokens[caller_of(case)]}"})


def test_the_requests_do_reach_the_register(scene: Scene, codes: list[str], tokens: dict[str, str]) -> None:
    """The control of this file: with real rows, a drawn request consumes a ticket."""
    operation = schema["/api/v1/redemptions"]["POST"]
    case = operation.Case(
        headers={"Idempotency-Key": str(uuid4())},
        body={"site": str(uuid4()), "service": "x", "codes": ["x"], "minutes": 60},
    )
    lead_to_real_rows(case, scene, codes)
    response = case.call_and_validate(headers={"Authorization": f"Bearer {tokens['MEDIATOR']}"})
    assert response.status_code == 201


@closed.parametrize()
@settings(FUZZ, max_examples=5)
def test_without_a_token(case: Case, scene: Scene) -> None:
    response = case.call()
    case.validate_response(response)
    is_open = not case.operation.definition.raw.get("security")
    assert response.status_code in ({400, 404, 405, 422, 429} if is_open else {401, 404, 405})
