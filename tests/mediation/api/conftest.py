from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from passnum.accounts.roles import Role
from tests.caller import Caller, caller_for
from tests.lifecycle import Scene
from tests.world import stocked

__all__ = ["stocked"]


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture(autouse=True)
def clock(scene: Scene) -> Iterator[time_machine.Traveller]:
    """The clock of the API stands a day after the scene's start: what the scene does in the test is past."""
    with time_machine.travel(scene.now + timedelta(days=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(scene: Scene) -> Caller:
    """A program of the place."""
    return caller_for(scene.operator, Role.MEDIATOR, scene.now)


@pytest.fixture
def other_place(scene: Scene) -> Caller:
    return caller_for(scene.other_operator, Role.MEDIATOR, scene.now)


@pytest.fixture
def ccas(scene: Scene) -> Caller:
    return caller_for(scene.ccas, Role.DISTRIBUTOR, scene.now)
