"""Several workers attribute at once: each seal once, each ticket whole."""

from collections import Counter

import pytest
from django.db import IntegrityError

from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.actions import attribution as actions
from vouchers.actions.attribution import attribute_seals
from vouchers.models import AttributedSeal, AttributionLine, Seal
from vouchers.queries.attribution import SealedUse, sealed_uses
from vouchers.register.sealer import seal_movements


@pytest.fixture
def slow_reading(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between the seal taken and what is written of it."""
    meeting = Meeting(3, request)

    def read(*, seal: Seal) -> list[SealedUse]:
        found = sealed_uses(seal=seal)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "sealed_uses", read)


def used(scene: Scene) -> int:
    """Use a booklet; returns what was attributed before, in cents."""
    booklet = scene.in_hand()
    for code in scene.codes(booklet):
        scene.redeem(code)
        seal_movements(at=scene.tick())
    return sum(AttributionLine.objects.values_list("cents", flat=True))


@pytest.mark.usefixtures("slow_reading")
def test_each_seal_is_attributed_once(scene: Scene) -> None:
    before = used(scene)
    found = parallel(3, lambda _: attribute_seals(at=scene.now))
    assert all(isinstance(one, int) for one in found)
    assert Seal.objects.count() == AttributedSeal.objects.count()
    assert sum(AttributionLine.objects.values_list("cents", flat=True)) == before + 50_00


@pytest.mark.usefixtures("slow_reading")
def test_control_without_the_lock_the_database_refuses_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "one_at_a_time", lambda: None)
    used(scene)
    found = parallel(3, lambda _: attribute_seals(at=scene.now))
    assert Counter(type(one) for one in found)[IntegrityError] >= 1
