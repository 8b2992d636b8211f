from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.world import bare, stocked

__all__ = ["bare", "stocked"]


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


@pytest.fixture(autouse=True)
def clock(scene: Scene) -> Iterator[time_machine.Traveller]:
    """The clock of the pages stands some hours after the scene's start: what the scene does in the test is past."""
    with time_machine.travel(scene.now + timedelta(hours=3), tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(scene: Scene) -> Callable[[Organisation, Role], Client]:
    """The browser of a new person of an organisation, in a role."""
    return lambda organisation, role: signed_in(organisation, role, scene.now)


@pytest.fixture
def desk(browser, scene: Scene) -> Client:
    """An agent of the CCAS."""
    return browser(scene.ccas, Role.DISTRIBUTOR)


@pytest.fixture
def pilot(browser, scene: Scene) -> Client:
    return browser(scene.metropole, Role.PILOT)


@pytest.fixture
def funder(browser, scene: Scene) -> Client:
    return browser(scene.funder, Role.FUNDER)


@pytest.fixture
def audited(scene: Scene) -> Callable[[], list[str]]:
    """The acts that the test wrote in the audit since the scene was set."""
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    return lambda: list(AuditEntry.objects.exclude(pk__in=before).order_by("pk").values_list("act", flat=True))
