from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.world import stocked

__all__ = ["stocked"]


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    cache.clear()  # limits of earlier tests
    return stocked


@pytest.fixture(autouse=True)
def clock(scene: Scene) -> Iterator[time_machine.Traveller]:
    """The clock of pages stands a day after the scene's start: what the scene does in the test is past."""
    with time_machine.travel(scene.now + timedelta(days=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def mediator(scene: Scene, clock: time_machine.Traveller) -> Client:
    """The browser of a mediator of the place."""
    return signed_in(scene.operator, Role.MEDIATOR, scene.now)


@pytest.fixture
def agent(scene: Scene, clock: time_machine.Traveller) -> Client:
    """The browser of an agent of the CCAS."""
    return signed_in(scene.ccas, Role.DISTRIBUTOR, scene.now)
