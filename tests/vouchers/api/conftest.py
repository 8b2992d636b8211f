from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene
from tests.world import bare, stocked

__all__ = ["bare", "stocked"]


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


@pytest.fixture(autouse=True)
def clock(scene: Scene) -> Iterator[time_machine.Traveller]:
    """The clock of the API stands a day after the scene's start: what the scene does in the test is past."""
    with time_machine.travel(scene.now + timedelta(days=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ccas(scene: Scene) -> Caller:
    return caller_for(scene.ccas, Role.DISTRIBUTOR, scene.now)


@pytest.fixture
def other_ccas(scene: Scene) -> Caller:
    return caller_for(scene.other_ccas, Role.DISTRIBUTOR, scene.now)


@pytest.fixture
def funder(scene: Scene) -> Caller:
    return caller_for(scene.funder, Role.FUNDER, scene.now)


@pytest.fixture
def pilot(scene: Scene) -> Caller:
    return caller_for(scene.metropole, Role.PILOT, scene.now)
