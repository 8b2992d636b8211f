"""Two revoked devices restored from one backup send one queue at the same moment: each act is kept once."""

import pytest
from django.db import IntegrityError
from django.db.models.query import QuerySet

from mediation.actions import quarantine
from mediation.models import QuarantinedAct
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from tests.mediation.revoked import lost_phone, queued, send


@pytest.fixture
def slow_reading(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between what is seen aside and what is kept."""
    meeting, read = Meeting(2, request), quarantine.read_codes

    def slow(codes: object) -> object:
        meeting.wait()
        return read(codes)  # type: ignore[arg-type]

    monkeypatch.setattr(quarantine, "read_codes", slow)


def sent_by_both(scene: Scene) -> list[object]:
    act = queued(scene, scene.codes(scene.in_hand())[0])
    phones = [lost_phone(scene, f"Jumeau {rank}") for rank in range(2)]
    found = parallel(2, lambda rank: send(scene, phones[rank], act))
    assert QuarantinedAct.objects.filter(key=act.key).count() == 1
    return [one == [act.key] if isinstance(one, list) else type(one) for one in found]


@pytest.mark.usefixtures("slow_reading")
def test_both_are_told_that_it_is_kept(scene: Scene) -> None:
    assert sent_by_both(scene) == [True, True]


@pytest.mark.usefixtures("slow_reading")
def test_control_without_giving_way_the_second_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = QuerySet.bulk_create

    def strict(self: QuerySet[QuarantinedAct], rows: list[QuarantinedAct], **terms: object) -> object:
        return insert(self, rows) if self.model is QuarantinedAct else insert(self, rows, **terms)  # type: ignore[arg-type]

    monkeypatch.setattr(QuerySet, "bulk_create", strict)
    assert set(sent_by_both(scene)) == {True, IntegrityError}
